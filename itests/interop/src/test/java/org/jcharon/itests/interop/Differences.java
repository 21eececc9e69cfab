// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What may differ between the output of two daemons: lines {@code KIND COMMAND PATH # reason} of {@code swanctl-differences.txt}, where
 * KIND is {@code missing}, {@code extra}, {@code value}, {@code order} or {@code any}, COMMAND an option of swanctl or {@code *}, and PATH an expression
 * that the whole path must match.
 */
final class Differences {

    private record Rule(String kind, Pattern path) {}

    private final List<Rule> rules;

    private Differences(List<Rule> rules) {
        this.rules = rules;
    }

    /** The rules for one command. */
    static Differences read(String command) {
        try (InputStream in = Differences.class.getResourceAsStream("swanctl-differences.txt")) {
            List<Rule> rules = new ArrayList<>();
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().toList()) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String[] parts = line.split("\\s+", 4);
                if (parts.length < 4 || !parts[3].startsWith("#") || parts[3].length() < 10) {
                    throw new AssertionError("a difference without a reason: " + line);
                }
                if (parts[1].equals("*") || parts[1].equals(command)) {
                    rules.add(new Rule(parts[0], Pattern.compile(parts[2])));
                }
            }
            return new Differences(rules);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean allows(String kind, String path) {
        return rules.stream()
                .anyMatch(rule -> (rule.kind().equals(kind) || rule.kind().equals("any"))
                        && rule.path().matcher(path).matches());
    }

    /** What differs and may not, a line each: keys, values, and the order of the keys that both have. */
    List<String> between(List<RawTree.Row> theirs, List<RawTree.Row> ours) {
        List<String> wrong = new ArrayList<>();
        Map<String, String> expected = byPath(theirs);
        Map<String, String> actual = byPath(ours);
        expected.forEach((path, value) -> {
            if (!actual.containsKey(path)) {
                add(wrong, "missing", path, "is missing, charon has " + value);
            } else if (!actual.get(path).equals(value)) {
                add(wrong, "value", path, "is " + actual.get(path) + ", charon has " + value);
            }
        });
        actual.forEach((path, value) -> {
            if (!expected.containsKey(path)) {
                add(wrong, "extra", path, "is extra: " + value);
            }
        });
        List<String> inTheirOrder = ordered(expected, actual);
        List<String> inOurOrder = ordered(actual, expected);
        for (int i = 0; i < inTheirOrder.size(); i++) {
            if (!inTheirOrder.get(i).equals(inOurOrder.get(i))) {
                wrong.add("order: " + inOurOrder.get(i) + " where charon has " + inTheirOrder.get(i));
                break;
            }
        }
        return wrong;
    }

    /** The paths that both have and whose place counts. */
    private List<String> ordered(Map<String, String> these, Map<String, String> others) {
        return these.keySet().stream()
                .filter(path -> others.containsKey(path) && !allows("order", path))
                .toList();
    }

    private void add(List<String> wrong, String kind, String path, String text) {
        if (!allows(kind, path)) {
            wrong.add(path + " " + text);
        }
    }

    /** Later rows of the same path get a number, so that none is lost. */
    private static Map<String, String> byPath(List<RawTree.Row> rows) {
        Map<String, String> map = new LinkedHashMap<>();
        for (RawTree.Row row : rows) {
            String path = row.path();
            for (int n = 2; map.containsKey(path); n++) {
                path = row.path() + "#" + n;
            }
            map.put(path, row.value());
        }
        return map;
    }
}
