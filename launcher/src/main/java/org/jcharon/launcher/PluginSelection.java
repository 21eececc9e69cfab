// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfParser;
import org.jcharon.api.settings.ConfSection;

/**
 * What strongswan.conf says about plugins: {@code charon.load}, {@code charon.load_modular} and {@code charon.plugins.NAME.load}. Sections
 * {@code charon.syslog} and {@code charon.journal} ask for these loggers. A file that is wrong selects nothing: core says why. Immutable.
 */
final class PluginSelection {
    /** What a list of plugins leaves in place: without them there would be no daemon to look into. */
    private static final List<String> ALWAYS = List.of("jcharon-core", "jcharon-shell", "jcharon-filelog");

    private static final String DEFAULT = "jcharon";
    private static final String CORE = "core";
    private static final List<String> LOGGERS = List.of("syslog", "journal");

    /** Most files say nothing about plugins and need not be parsed here. */
    private static final Pattern RELEVANT =
            Pattern.compile("(?m)^[^#\\n]*\\b(load|load_modular|syslog|journal|include)\\b");

    private final List<String> list; // null: the default set
    private final Map<String, Boolean> single;
    private final Set<String> loggers;

    private PluginSelection(List<String> list, Map<String, Boolean> single, Set<String> loggers) {
        this.list = list;
        this.single = single;
        this.loggers = loggers;
    }

    /**
     * Reads a file and what {@code --set} puts over it.
     *
     * @param settings lines {@code KEY=VALUE}
     */
    static PluginSelection read(Optional<Path> file, List<String> settings) {
        Map<String, String> values = new LinkedHashMap<>();
        Set<String> loggers = new LinkedHashSet<>();
        file.flatMap(PluginSelection::parsed).ifPresent(root -> collect(root, values, loggers));
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            String key = setting.substring(0, equals);
            values.put(key, setting.substring(equals + 1).strip());
            LOGGERS.stream().filter(l -> key.startsWith("charon." + l + ".")).forEach(loggers::add);
        }
        Map<String, Boolean> single = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith("charon.plugins.") && key.endsWith(".load")) {
                String name = key.substring("charon.plugins.".length(), key.length() - ".load".length());
                isYes(value).ifPresent(yes -> single.put(name, yes));
            }
        });
        List<String> list = null;
        if (isYes(values.getOrDefault("charon.load_modular", "no")).orElse(false)) {
            list = single.keySet().stream().filter(single::get).toList();
        } else if (!values.getOrDefault("charon.load", "").isBlank()) {
            list = List.of(values.get("charon.load").replace("!", "").strip().split("[\\s,]+"));
        }
        return new PluginSelection(list, single, loggers);
    }

    private static Optional<ConfSection> parsed(Path file) {
        try {
            return RELEVANT.matcher(Files.readString(file)).find()
                    ? Optional.of(ConfParser.parse(file))
                    : Optional.empty();
        } catch (IOException | ConfException e) {
            return Optional.empty();
        }
    }

    private static void collect(ConfSection root, Map<String, String> values, Set<String> loggers) {
        Optional<ConfSection> charon = root.section("charon");
        charon.ifPresent(section -> {
            for (String key : List.of("load", "load_modular")) {
                section.value(key).ifPresent(value -> values.put("charon." + key, value.text()));
            }
            LOGGERS.stream().filter(l -> section.section(l).isPresent()).forEach(loggers::add);
        });
        root.section("charon-systemd")
                .flatMap(section -> section.section("journal"))
                .ifPresent(section -> loggers.add("journal"));
        charon.flatMap(section -> section.section("plugins"))
                .ifPresent(plugins -> plugins.sections()
                        .forEach((name, plugin) -> plugin.value("load")
                                .ifPresent(value -> values.put("charon.plugins." + name + ".load", value.text()))));
    }

    /** Empty for what is neither; a number above 0 is a priority, which here means yes. */
    private static Optional<Boolean> isYes(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "yes", "true", "enabled" -> Optional.of(true);
            case "no", "false", "disabled", "0" -> Optional.of(false);
            default -> text.matches("\\d{1,9}") ? Optional.of(true) : Optional.empty();
        };
    }

    /**
     * The features to boot.
     *
     * @param requested what would be booted without a word about plugins; without the default set, of which alone this decides, it is
     *     returned as it is
     * @param missing gets the names of plugins that no feature stands for
     */
    Set<String> apply(Set<String> requested, Features features, Collection<String> missing) throws LaunchException {
        if (!requested.contains(DEFAULT) || (list == null && single.isEmpty() && loggers.isEmpty())) {
            return requested;
        }
        Properties table = table();
        Set<String> chosen = new LinkedHashSet<>();
        if (list == null) {
            features.closure(List.of(DEFAULT)).stream()
                    .filter(feature -> feature.name().equals(DEFAULT))
                    .forEach(feature -> chosen.addAll(feature.needs()));
        } else {
            chosen.addAll(ALWAYS);
            list.forEach(name -> chosen.addAll(find(name, table, features, missing)));
        }
        loggers.stream()
                .map(logger -> DEFAULT + "-" + logger)
                .filter(features::has)
                .forEach(chosen::add);
        single.forEach((name, yes) -> {
            if (!yes) {
                chosen.remove(DEFAULT + "-" + name);
            } else if (list == null) {
                chosen.addAll(find(name, table, features, missing));
            }
        });
        requested.stream().filter(name -> !name.equals(DEFAULT)).forEach(chosen::add);
        return chosen;
    }

    private static List<String> find(String name, Properties table, Features features, Collection<String> missing) {
        String place = table.getProperty(name, DEFAULT + "-" + name);
        if (place.equals(CORE)) {
            return List.of();
        }
        List<String> found = new ArrayList<>(List.of(place.split(" ")));
        found.removeIf(feature -> !features.has(feature));
        if (found.isEmpty()) {
            missing.add(name);
        }
        return found;
    }

    private static Properties table() throws LaunchException {
        Properties table = new Properties();
        try (InputStream in = PluginSelection.class.getResourceAsStream("plugins.properties")) {
            table.load(in);
        } catch (IOException e) {
            throw new LaunchException("plugins.properties: " + Layout.reason(e), e);
        }
        return table;
    }
}
