// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleException;

/** The grammar of OSGi's manifest headers: {@code name;name;attribute=value;directive:="value",…}. */
final class ManifestHeader {
    private static final int MAX_CHARS = 1 << 20;

    private ManifestHeader() {}

    /** One clause of a header. */
    record Clause(List<String> names, Map<String, String> attributes, Map<String, String> directives) {}

    /** @throws BundleException for an open quote or a header that is too long */
    static List<Clause> parse(String header) throws BundleException {
        if (header.length() > MAX_CHARS) {
            throw new BundleException("a header of more than " + MAX_CHARS + " characters");
        }
        List<Clause> clauses = new ArrayList<>();
        for (String text : split(header, ',')) {
            List<String> names = new ArrayList<>();
            Map<String, String> attributes = new HashMap<>();
            Map<String, String> directives = new HashMap<>();
            for (String part : split(text, ';')) {
                int equals = part.indexOf('=');
                if (equals < 0) {
                    names.add(part);
                } else {
                    boolean directive = equals > 0 && part.charAt(equals - 1) == ':';
                    String value = part.substring(equals + 1).strip().replaceAll("^\"|\"$", "");
                    // "version:Version=…" gives the attribute's type after a colon
                    String name =
                            part.substring(0, directive ? equals - 1 : equals).strip();
                    (directive ? directives : attributes).put(name.replaceAll(":.*", ""), value);
                }
            }
            clauses.add(new Clause(names, attributes, directives));
        }
        return clauses;
    }

    /** Parts between separators outside of quotes, stripped; empty ones left out. */
    private static List<String> split(String text, char separator) throws BundleException {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || (text.charAt(i) == separator && !quoted)) {
                String part = text.substring(start, i).strip();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
                start = i + 1;
            } else if (text.charAt(i) == '"') {
                quoted = !quoted;
            }
        }
        if (quoted) {
            throw new BundleException("an open quote");
        }
        return parts;
    }
}
