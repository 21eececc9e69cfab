// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code swanctl --raw} printed, as lines of path and value in the order of the output. Numbers behind the names of CHILD_SAs are
 * made alike. Values are not quoted in that form and may hold blanks: one ends where the next key or section begins.
 */
final class RawTree {

    /** One key, section or element of a list; {@code value} is empty for a section. */
    record Row(String path, String value) {}

    private static final Pattern SECTION = Pattern.compile("([^\\s={}\\[\\]]*) ?\\{");
    private static final Pattern KEY = Pattern.compile("([a-zA-Z0-9_%.\\-]+)=");
    private static final Pattern END = Pattern.compile("\\}|\\]| (?=[a-z0-9_\\-]+=)| (?=[^\\s={}\\[\\]]+ \\{)|$");

    private final String text;
    private final List<Row> rows = new ArrayList<>();
    private final Deque<String> path = new ArrayDeque<>();
    private int at;

    private RawTree(String text) {
        this.text = text;
    }

    /**
     * Parses each line that is a message; what else was printed is left out. The lines of a list are sorted: charon sends entries in the
     * order of its hash tables.
     */
    static List<Row> parse(String output) {
        List<Row> all = new ArrayList<>();
        output.lines().sorted().forEach(line -> all.addAll(message(line)));
        return all;
    }

    /** Parses each line that is a message, in the order of the output. */
    static List<List<Row>> messages(String output) {
        return output.lines()
                .map(RawTree::message)
                .filter(rows -> !rows.isEmpty())
                .toList();
    }

    private static List<Row> message(String line) {
        Matcher head = Pattern.compile("([a-z\\-]+) (event|reply) \\{(.*)\\}").matcher(line);
        if (!head.matches()) {
            return List.of();
        }
        RawTree tree = new RawTree(head.group(3));
        tree.path.addLast(head.group(1) + " " + head.group(2));
        tree.rows.add(new Row(tree.name(), ""));
        tree.content();
        return tree.rows;
    }

    private String name() {
        return String.join("/", path);
    }

    private void content() {
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next == ' ') {
                at++;
            } else if (next == '}') {
                path.removeLast();
                at++;
            } else if (!section() && !key()) {
                throw new AssertionError("not understood at " + at + ": " + text.substring(at) + " of " + text);
            }
        }
    }

    private boolean section() {
        Matcher section = SECTION.matcher(text).region(at, text.length());
        if (!section.lookingAt()) {
            return false;
        }
        path.addLast(section.group(1).replaceFirst("-\\d+$", "-N"));
        rows.add(new Row(name(), ""));
        at = section.end();
        return true;
    }

    /** Elements such as {@code 10.1.0.0/16[tcp/http]} hold brackets themselves. */
    private int endOfList() {
        int depth = 0;
        for (int i = at; i < text.length(); i++) {
            depth += text.charAt(i) == '[' ? 1 : text.charAt(i) == ']' ? -1 : 0;
            if (depth == 0) {
                return i + 1;
            }
        }
        throw new AssertionError("no end of a list in " + text);
    }

    private boolean key() {
        Matcher key = KEY.matcher(text).region(at, text.length());
        if (!key.lookingAt()) {
            return false;
        }
        path.addLast(key.group(1));
        at = key.end();
        if (at < text.length() && text.charAt(at) == '[') {
            int end = endOfList();
            rows.add(new Row(name(), text.substring(at, end)));
            at = end;
        } else {
            Matcher end = END.matcher(text);
            if (!end.find(at)) {
                throw new AssertionError("no end of a value in " + text);
            }
            rows.add(new Row(name(), text.substring(at, end.start())));
            at = end.start();
        }
        path.removeLast();
        return true;
    }
}
