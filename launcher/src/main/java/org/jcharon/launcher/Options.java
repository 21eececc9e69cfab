// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The options of {@code jcharon run}.
 *
 * @param dist the distribution's folder, absolute
 * @param base folder of everything that is written; the distribution's own when not given
 * @param runDir folder of sockets, when not {@code <base>/run}
 * @param strongswanConf the configuration file, when not the default
 * @param swanctlDir the folder of swanctl.conf, when not the default
 * @param features features to boot beside the default set
 * @param defaultFeature whether the default set is booted
 * @param settings {@code KEY=VALUE}, stronger than strongswan.conf
 */
record Options(
        Path dist,
        Path base,
        Optional<Path> runDir,
        Optional<Path> strongswanConf,
        Optional<Path> swanctlDir,
        List<String> features,
        boolean defaultFeature,
        List<String> settings) {
    private static final Pattern SETTING = Pattern.compile("[^=\\s]+=[^\\r\\n]*");

    Options {
        features = List.copyOf(features);
        settings = List.copyOf(settings);
    }

    /**
     * Reads a command line, {@code --name value} or {@code --name=value} in any order.
     *
     * @throws LaunchException for an unknown option, a missing or malformed value
     */
    static Options parse(Path dist, List<String> arguments) throws LaunchException {
        Path base = null;
        Path runDir = null;
        Path strongswanConf = null;
        Path swanctlDir = null;
        boolean defaultFeature = true;
        List<String> features = new ArrayList<>();
        List<String> settings = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String name = arguments.get(i);
            if (name.equals("--no-default-features")) {
                defaultFeature = false;
                continue;
            }
            int equals = name.indexOf('=');
            String value;
            if (equals > 0) {
                value = name.substring(equals + 1);
                name = name.substring(0, equals);
            } else if (i + 1 < arguments.size()) {
                value = arguments.get(++i);
            } else {
                value = null;
            }
            if (!KNOWN.contains(name)) {
                throw new LaunchException(
                        "unknown option " + name + "; known: " + String.join(" ", KNOWN) + " --no-default-features");
            }
            if (value == null || value.isEmpty()) {
                throw new LaunchException(name + " needs a value");
            }
            switch (name) {
                case "--base" -> base = path(value);
                case "--run-dir" -> runDir = path(value);
                case "--strongswan-conf" -> strongswanConf = path(value);
                case "--swanctl-dir" -> swanctlDir = path(value);
                case "--feature" -> features.add(value);
                default -> {
                    if (!SETTING.matcher(value).matches()) {
                        throw new LaunchException("--set " + value + ": expected KEY=VALUE");
                    }
                    settings.add(value);
                }
            }
        }
        return new Options(
                dist,
                base == null ? dist : base,
                Optional.ofNullable(runDir),
                Optional.ofNullable(strongswanConf),
                Optional.ofNullable(swanctlDir),
                features,
                defaultFeature,
                settings);
    }

    private static final List<String> KNOWN =
            List.of("--base", "--run-dir", "--strongswan-conf", "--swanctl-dir", "--feature", "--set");

    private static Path path(String value) {
        return Path.of(value).toAbsolutePath().normalize();
    }
}
