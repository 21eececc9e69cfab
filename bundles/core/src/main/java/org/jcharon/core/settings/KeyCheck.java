// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.settings;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jcharon.api.settings.ConfSection;
import org.jcharon.api.settings.Nearest;

/**
 * Finds keys that nobody reads, which are mostly misspelt. Sections at the top are left alone unless their name is nearly a known one:
 * there stand those that others inherit from, under names of the user's choice. Used by one thread.
 */
final class KeyCheck {

    private static final String PLUGINS = "plugins";

    private final Predicate<String> installed;
    private final Set<String> unknown = new LinkedHashSet<>();
    private final List<String> withoutEffect = new ArrayList<>();

    /** {@code installed}: whether a plugin that the table does not have is there; its section is its own affair. */
    KeyCheck(Predicate<String> installed) {
        this.installed = installed;
    }

    /** Looks at all of it, once. */
    KeyCheck check(ConfSection root, KnownKeys known) {
        for (Map.Entry<String, ConfSection> top : root.sections().entrySet()) {
            KnownKeys.Section section = known.root().section(top.getKey());
            if (section != null) {
                check(top.getKey(), top.getValue(), section);
            } else {
                Nearest.to(top.getKey(), known.root().names())
                        .ifPresent(near -> complain("section", top.getValue().place(), top.getKey(), near));
            }
        }
        for (Map.Entry<String, ConfSection.Value> value : root.values().entrySet()) {
            complain("key", value.getValue().place(), value.getKey(), null);
        }
        return this;
    }

    /** A line each: {@code file:line: unknown key charon.x, did you mean y?}. */
    List<String> unknown() {
        return List.copyOf(unknown);
    }

    /** A line each about keys that are accepted and not acted upon. */
    List<String> withoutEffect() {
        return List.copyOf(withoutEffect);
    }

    private void check(String path, ConfSection section, KnownKeys.Section known) {
        if (known.isOpen()) {
            return;
        }
        section.values().forEach((key, value) -> {
            KnownKeys.Kind kind = known.key(key);
            String name = path + "." + key;
            if (kind == null) {
                complain("key", value.place(), name, near(key, known));
            } else if (kind == KnownKeys.Kind.WITHOUT_EFFECT) {
                withoutEffect.add(value.place() + ": " + name + " has no effect here as yet");
            }
        });
        section.sections().forEach((key, child) -> {
            KnownKeys.Section found = known.section(key);
            String name = path + "." + key;
            if (found != null) {
                check(name, child, found);
            } else if (!path.endsWith("." + PLUGINS) || !installed.test(key)) {
                complain("section", child.place(), name, near(key, known));
            }
        });
    }

    private static String near(String key, KnownKeys.Section known) {
        return Nearest.to(key, known.names()).orElse(null);
    }

    private void complain(String what, ConfSection.Place place, String name, String near) {
        unknown.add(place + ": unknown " + what + " " + name + (near == null ? "" : ", did you mean " + near + "?"));
    }
}
