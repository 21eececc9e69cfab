// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads files in strongswan.conf syntax, which {@code swanctl.conf} shares. A parser is used once, by one thread; the static methods
 * may be called by any.
 *
 * <p>A later section of the same name extends the earlier one, a later value replaces the earlier. {@code include} takes a path or a
 * pattern with {@code *}, {@code ?} and {@code [ ]} relative to the file that it stands in; a pattern may match nothing, a path must
 * exist. {@code name : a, b.c} inherits what the sections of these absolute names have and this one lacks, {@code a} before
 * {@code b.c}; a key with an empty value hides an inherited one.
 */
public final class ConfParser {

    /** Files read for one parse, itself included. */
    public static final int MAX_FILES = 1_000;
    /** Includes inside includes. */
    public static final int MAX_INCLUDE_DEPTH = 10;
    /** Octets of one file and of all files of one parse. */
    public static final int MAX_OCTETS = 16 << 20;
    /** Sections inside sections. */
    public static final int MAX_NESTING = 32;
    /** Characters of a name. */
    public static final int MAX_NAME = 256;
    /** Values and sections after inheritance. */
    public static final int MAX_ENTRIES = 200_000;

    private int files;
    private long octets;

    private ConfParser() {}

    /**
     * Reads a file and what it includes.
     *
     * @throws ConfException if the syntax is wrong, a limit is exceeded or an included file cannot be read
     * @throws IOException if {@code file} itself cannot be read
     */
    public static ConfSection parse(Path file) throws IOException, ConfException {
        ConfParser parser = new ConfParser();
        ConfSection.Place start = new ConfSection.Place(file.toString(), 1);
        ConfNode top = new ConfNode(start);
        String text = parser.read(file, start);
        parser.new Reader(file.toString(), file, text, 0).body(top, 0, false);
        return ConfResolver.resolve(top);
    }

    /**
     * Reads text that stands in no file.
     *
     * @param name stands for the file in places
     * @throws ConfException if the syntax is wrong, a limit is exceeded, or it has an include
     */
    public static ConfSection parse(String name, String text) throws ConfException {
        ConfParser parser = new ConfParser();
        ConfNode top = new ConfNode(new ConfSection.Place(name, 1));
        parser.new Reader(name, null, text, 0).body(top, 0, false);
        return ConfResolver.resolve(top);
    }

    private String read(Path file, ConfSection.Place from) throws IOException, ConfException {
        if (++files > MAX_FILES) {
            throw new ConfException(from, "more than " + MAX_FILES + " files");
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + (Files.exists(file) ? " is no file" : " does not exist"));
        }
        byte[] data;
        try (InputStream in = Files.newInputStream(file)) {
            data = in.readNBytes(MAX_OCTETS + 1);
        }
        octets += data.length;
        if (octets > MAX_OCTETS) {
            throw new ConfException(from, "more than " + MAX_OCTETS + " octets of configuration");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(data))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ConfException(new ConfSection.Place(file.toString(), 1), "is not UTF-8", e);
        }
    }

    /** Recursive descent over the text of one file. */
    private final class Reader {

        private final String name;
        private final Path file;
        private final String text;
        private final int includeDepth;
        private int at;
        private int line = 1;

        Reader(String name, Path file, String text, int includeDepth) {
            this.name = name;
            this.file = file;
            this.text = text;
            this.includeDepth = includeDepth;
        }

        void body(ConfNode section, int depth, boolean braced) throws ConfException {
            ConfSection.Place opened = place();
            while (true) {
                skip(true);
                if (at >= text.length()) {
                    if (braced) {
                        throw new ConfException(opened, "section is not closed: '}' missing at the end of the file");
                    }
                    return;
                }
                if (text.charAt(at) == '}') {
                    if (!braced) {
                        throw error("'}' closes nothing");
                    }
                    at++;
                    return;
                }
                statement(section, depth);
            }
        }

        private void statement(ConfNode section, int depth) throws ConfException {
            ConfSection.Place place = place();
            String word = name();
            if (word.equals("include") && at < text.length() && isBlank(text.charAt(at))) {
                int mark = at;
                skip(false);
                char next = at < text.length() ? text.charAt(at) : '\n';
                if (next != '=' && next != '{' && next != ':') {
                    include(section, depth, place);
                    return;
                }
                at = mark;
            }
            skip(false);
            if (at < text.length() && text.charAt(at) == '=') {
                at++;
                if (word.indexOf('.') >= 0) {
                    throw new ConfException(place, "key '" + word + "' has a '.': write sections with braces");
                }
                String value = value(word);
                section.put(word, value, place);
                return;
            }
            List<ConfNode.Reference> references = new ArrayList<>();
            if (at < text.length() && text.charAt(at) == ':') {
                do {
                    at++;
                    skip(true);
                    ConfSection.Place where = place();
                    references.add(new ConfNode.Reference(name(), where));
                    skip(true);
                } while (at < text.length() && text.charAt(at) == ',');
            }
            skip(true);
            if (at >= text.length() || text.charAt(at) != '{') {
                throw error(
                        "expected " + (references.isEmpty() ? "'=' or '{'" : "',' or '{'") + " after '" + word + "'");
            }
            if (depth + 1 > MAX_NESTING) {
                throw error("more than " + MAX_NESTING + " sections inside each other");
            }
            at++;
            ConfNode child = section.open(word, place);
            child.references.addAll(references);
            body(child, depth + 1, true);
        }

        /** A name; {@code ::} stands for a colon in it. Dots are kept: they separate the parts of a reference. */
        private String name() throws ConfException {
            StringBuilder out = new StringBuilder();
            while (at < text.length()) {
                char c = text.charAt(at);
                if (c == ':' && at + 1 < text.length() && text.charAt(at + 1) == ':') {
                    at++;
                } else if (isBlank(c) || c == '\n' || c == '\r' || ",:{}=\"#".indexOf(c) >= 0) {
                    break;
                }
                out.append(c);
                at++;
                if (out.length() > MAX_NAME) {
                    throw error("name of more than " + MAX_NAME + " characters");
                }
            }
            if (out.length() == 0) {
                throw error(
                        at < text.length()
                                ? "unexpected " + shown(text.charAt(at)) + " where a name should be"
                                : "a name is missing at the end of the file");
            }
            return out.toString();
        }

        /** Words and quoted strings up to the end of the line or {@code }}, joined by single spaces; null if there are none. */
        private String value(String key) throws ConfException {
            StringBuilder out = null;
            while (true) {
                skip(false);
                char c = at < text.length() ? text.charAt(at) : '\n';
                if (c == '\n' || c == '\r' || c == '}' || c == '#') {
                    return out == null ? null : out.toString();
                }
                if (out == null) {
                    out = new StringBuilder();
                } else {
                    out.append(' ');
                }
                if (c == '"') {
                    quoted(out, key);
                } else {
                    int from = at;
                    while (at < text.length() && !isBlank(text.charAt(at)) && "\n\r}#\"".indexOf(text.charAt(at)) < 0) {
                        at++;
                    }
                    out.append(text, from, at);
                }
            }
        }

        private void quoted(StringBuilder out, String key) throws ConfException {
            ConfSection.Place opened = place();
            at++;
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c == '"') {
                    return;
                }
                if (c == '\n') {
                    line++;
                }
                if (c != '\\' || at >= text.length()) {
                    out.append(c);
                    continue;
                }
                char escaped = text.charAt(at++);
                switch (escaped) {
                    case 'n' -> out.append('\n');
                    case 't' -> out.append('\t');
                    case 'r' -> out.append('\r');
                    case '\r' -> {
                        // an escaped line end continues the line
                        if (at < text.length() && text.charAt(at) == '\n') {
                            at++;
                            line++;
                        }
                    }
                    case '\n' -> line++;
                    default -> out.append(escaped);
                }
            }
            throw new ConfException(opened, "value of '" + key + "': closing quote is missing");
        }

        private void include(ConfNode section, int depth, ConfSection.Place place) throws ConfException {
            String pattern = value("include");
            if (pattern == null || pattern.isEmpty()) {
                throw new ConfException(place, "include without a file name");
            }
            if (file == null) {
                throw new ConfException(place, "include is not possible here");
            }
            if (includeDepth + 1 > MAX_INCLUDE_DEPTH) {
                throw new ConfException(place, "more than " + MAX_INCLUDE_DEPTH + " includes inside each other");
            }
            try {
                Path folder = file.toAbsolutePath().getParent();
                for (Path match : ConfGlob.expand(folder, pattern, MAX_FILES)) {
                    String content = read(match, place);
                    new Reader(match.toString(), match, content, includeDepth + 1).body(section, depth, false);
                }
            } catch (IOException | IllegalArgumentException e) {
                throw new ConfException(place, "cannot include " + pattern + ": " + e.getMessage(), e);
            }
        }

        /** Skips blanks, and with {@code lines} line ends and comments too. */
        private void skip(boolean lines) {
            while (at < text.length()) {
                char c = text.charAt(at);
                if (c == '\n' && lines) {
                    line++;
                    at++;
                } else if (isBlank(c) || (c == '\r' && lines)) {
                    at++;
                } else if (c == '#' && lines) {
                    while (at < text.length() && text.charAt(at) != '\n') {
                        at++;
                    }
                } else {
                    return;
                }
            }
        }

        private ConfSection.Place place() {
            return new ConfSection.Place(name, line);
        }

        private ConfException error(String what) {
            return new ConfException(place(), what);
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\f' || c == '\u000B';
    }

    private static String shown(char c) {
        if (c == '\n' || c == '\r') {
            return "end of the line";
        }
        return Character.isISOControl(c) ? String.format("character 0x%02x", (int) c) : "'" + c + "'";
    }
}
