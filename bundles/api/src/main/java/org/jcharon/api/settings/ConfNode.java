// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A section while it is read, references not yet followed. Used by one thread. */
final class ConfNode {

    /** The absolute name of a section to inherit from. */
    record Reference(String name, ConfSection.Place place) {}

    /** A value, or with {@code text} null the mark that hides an inherited one. */
    record Assigned(String text, ConfSection.Place place) {}

    final ConfSection.Place place;
    final Map<String, Assigned> values = new LinkedHashMap<>();
    final Map<String, ConfNode> sections = new LinkedHashMap<>();
    final List<Reference> references = new ArrayList<>();

    ConfNode(ConfSection.Place place) {
        this.place = place;
    }

    void put(String key, String text, ConfSection.Place where) {
        values.put(key, new Assigned(text, where));
    }

    ConfNode open(String name, ConfSection.Place where) {
        return sections.computeIfAbsent(name, unused -> new ConfNode(where));
    }
}
