// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A Maven artifact as features files name it: {@code mvn:group/artifact/version[/type[/classifier]]}.
 *
 * @param url the text itself, the bundle's name in our records
 * @param path its place below a repository in Maven's layout, relative
 */
record Artifact(String url, Path path) {
    private static final String SCHEME = "mvn:";
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]*");

    /** @throws LaunchException if the text is no such name, or could leave the repository */
    static Artifact parse(String url) throws LaunchException {
        String[] parts = url.startsWith(SCHEME) ? url.substring(SCHEME.length()).split("/", -1) : new String[0];
        if (parts.length < 3 || parts.length > 5) {
            throw new LaunchException("\"" + url + "\": expected mvn:group/artifact/version[/type[/classifier]]");
        }
        for (String part : parts) {
            if (!PART.matcher(part).matches()) {
                throw new LaunchException("\"" + url + "\": \"" + part + "\" is no part of a Maven name");
            }
        }
        String type = parts.length > 3 ? parts[3] : "jar";
        String classifier = parts.length > 4 ? "-" + parts[4] : "";
        String file = parts[1] + "-" + parts[2] + classifier + "." + type;
        return new Artifact(url, Path.of(parts[0].replace('.', '/'), parts[1], parts[2], file));
    }
}
