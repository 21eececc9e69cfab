// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Columns of text under headings. For one thread. */
final class Table {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headings) {
        rows.add(List.of(headings));
    }

    void row(Object... cells) {
        rows.add(java.util.Arrays.stream(cells)
                .map(cell -> clean(String.valueOf(cell)))
                .toList());
    }

    boolean isEmpty() {
        return rows.size() == 1;
    }

    /** Lines without an end of line, no spaces at their ends. */
    List<String> lines() {
        int[] widths = IntStream.range(0, rows.get(0).size())
                .map(column -> rows.stream()
                        .mapToInt(row -> length(row.get(column)))
                        .max()
                        .orElse(0))
                .toArray();
        return rows.stream()
                .map(row -> {
                    StringBuilder line = new StringBuilder();
                    for (int column = 0; column < widths.length; column++) {
                        line.append(padded(row.get(column), widths[column])).append(GAP);
                    }
                    return line.toString().stripTrailing();
                })
                .toList();
    }

    /** All lines, or {@code nothing} if there are no rows. */
    String text(String nothing) {
        return (isEmpty() ? nothing : String.join("\n", lines())) + "\n";
    }

    static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - length(text)));
    }

    /** Names and identities come from files and peers: nothing of them may move the cursor. */
    static String clean(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
