// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfParserTest {

    private static ConfSection parse(String text) throws ConfException {
        return ConfParser.parse("t.conf", text);
    }

    private static String value(ConfSection root, String path) {
        ConfSection section = root;
        String[] parts = path.split("\\.");
        for (int i = 0; i < parts.length - 1; i++) {
            section = section.section(parts[i]).orElseThrow();
        }
        return section.value(parts[parts.length - 1])
                .map(ConfSection.Value::text)
                .orElse(null);
    }

    private static void refuses(String text, String message) {
        ConfException e = assertThrows(ConfException.class, () -> parse(text));
        assertEquals(message, e.getMessage());
    }

    @Test
    void readsSectionsValuesAndTheirPlaces() throws ConfException {
        ConfSection root = parse("# comment\na = b\nsection-one {\n  x = 1 # one\n  sub { y = 2 }\n}\n");
        assertEquals("b", value(root, "a"));
        assertEquals("1", value(root, "section-one.x"));
        assertEquals("2", value(root, "section-one.sub.y"));
        assertEquals(
                new ConfSection.Place("t.conf", 4),
                root.section("section-one")
                        .orElseThrow()
                        .value("x")
                        .orElseThrow()
                        .place());
    }

    @Test
    void joinsWordsAndKeepsQuotedText() throws ConfException {
        ConfSection root =
                parse("a =  one   two \nb = \"x  #} \\\"q\\\" \\\\ \\t|\"\nc = \"two\nlines\"\nd = C=CH, O=x\n");
        assertEquals("one two", value(root, "a"));
        assertEquals("x  #} \"q\" \\ \t|", value(root, "b"));
        assertEquals("two\nlines", value(root, "c"));
        assertEquals("C=CH, O=x", value(root, "d"));
        assertEquals(5, root.value("d").orElseThrow().place().line());
    }

    @Test
    void laterSectionsExtendAndLaterValuesReplace() throws ConfException {
        ConfSection root = parse("s { a = 1\nb = 1 }\ns { b = 2\nt { c = 3 } }\n");
        assertEquals("1", value(root, "s.a"));
        assertEquals("2", value(root, "s.b"));
        assertEquals("3", value(root, "s.t.c"));
    }

    @Test
    void inheritsFromReferencedSections() throws ConfException {
        ConfSection root = parse("""
                conn-defaults { version = 2
                  local { auth = psk
                    id = moon } }
                more { version = 1
                  extra = x }
                connections {
                  a : conn-defaults, more { local { id = carol } }
                  b : connections.a { extra =
                  }
                  c : connections.a.local { }
                }
                """);
        assertEquals("2", value(root, "connections.a.version"));
        assertEquals("x", value(root, "connections.a.extra"));
        assertEquals("carol", value(root, "connections.a.local.id"));
        assertEquals("psk", value(root, "connections.a.local.auth"));
        assertEquals("2", value(root, "connections.b.version"));
        assertEquals(null, value(root, "connections.b.extra"));
        assertEquals("psk", value(root, "connections.c.auth"));
    }

    @Test
    void survivesReferencesInCircles() throws ConfException {
        assertEquals("1", value(parse("a : b { x = 1 }\nb : a { y = 2 }\n"), "b.x"));
        refuses("s { a : s { } }\n", "t.conf:1: section inherits from one that it is part of");
    }

    @Test
    void emptyValueIsNoValue() throws ConfException {
        assertTrue(parse("a =\nb = # none\n").values().isEmpty());
        assertEquals("", value(parse("a = \"\"\n"), "a"));
    }

    @Test
    void namesPlaceAndReasonOfSyntaxErrors() {
        refuses("a = b\nc { x = 1\n", "t.conf:2: section is not closed: '}' missing at the end of the file");
        refuses("a = b\n}\n", "t.conf:2: '}' closes nothing");
        refuses("a = \"b\n\n", "t.conf:1: value of 'a': closing quote is missing");
        refuses("a b\n", "t.conf:1: expected '=' or '{' after 'a'");
        refuses("\n= b\n", "t.conf:2: unexpected '=' where a name should be");
        refuses("a : missing { }", "t.conf:1: no section 'missing' to inherit from");
        refuses("a.b = c", "t.conf:1: key 'a.b' has a '.': write sections with braces");
        refuses("include x.conf\n", "t.conf:1: include is not possible here");
        refuses("n".repeat(257) + " = 1", "t.conf:1: name of more than 256 characters");
        refuses("a {".repeat(40), "t.conf:1: more than 32 sections inside each other");
    }

    @Test
    void colonsInNamesAreDoubled() throws ConfException {
        assertEquals("1", value(parse("C::/log { x = 1 }"), "C:/log.x"));
    }

    @Test
    void includesPatternsRelativeToTheFile(@TempDir Path folder) throws IOException, ConfException {
        Files.createDirectories(folder.resolve("conf.d/deep"));
        Files.writeString(folder.resolve("conf.d/2.conf"), "s { a = 2 }\ninclude deep/*.conf\n");
        Files.writeString(folder.resolve("conf.d/1.conf"), "s { a = 1\nb = 1 }\n");
        Files.writeString(folder.resolve("conf.d/deep/x.conf"), "s { c = 3 }\n");
        Files.writeString(folder.resolve("part.conf"), "d = 4\n");
        Path main = folder.resolve("main.conf");
        Files.writeString(main, "include conf.d/*.conf\ns {\ninclude part.conf\n}\ninclude none/*.conf\n");
        ConfSection s = ConfParser.parse(main).section("s").orElseThrow();
        assertEquals(List.of("a", "b", "c", "d"), List.copyOf(s.values().keySet()));
        assertEquals("2", s.value("a").orElseThrow().text());
        assertTrue(s.value("c").orElseThrow().place().file().endsWith("x.conf"));
    }

    @Test
    void refusesMissingAndEndlessIncludes(@TempDir Path folder) throws IOException {
        Path main = folder.resolve("main.conf");
        Files.writeString(main, "\ninclude missing.conf\n");
        ConfException missing = assertThrows(ConfException.class, () -> ConfParser.parse(main));
        assertTrue(missing.getMessage().startsWith(main + ":2: cannot include missing.conf"), missing.getMessage());
        Files.writeString(main, "include main.conf\n");
        ConfException endless = assertThrows(ConfException.class, () -> ConfParser.parse(main));
        assertTrue(endless.getMessage().contains("includes inside each other"), endless.getMessage());
        assertThrows(IOException.class, () -> ConfParser.parse(folder.resolve("absent.conf")));
        Files.write(main, new byte[] {'a', '=', (byte) 0xFF});
        assertThrows(ConfException.class, () -> ConfParser.parse(main));
    }

    @Test
    void boundsTheGrowthByReferences() {
        StringBuilder text = new StringBuilder("s0 { a { } b { } }\n");
        for (int i = 1; i < 30; i++) {
            text.append("s" + i + " { a : s" + (i - 1) + " { }\nb : s" + (i - 1) + " { } }\n");
        }
        ConfException e = assertThrows(ConfException.class, () -> parse(text.toString()));
        assertTrue(e.getMessage().contains("entries") || e.getMessage().contains("part of"), e.getMessage());
    }

    @Property(tries = 2000)
    void neverThrowsAnythingElse(@ForAll("snippets") String text) {
        try {
            assertFalse(parse(text).values().containsKey(""));
        } catch (ConfException e) {
            assertTrue(e.getMessage().startsWith("t.conf:"), e.getMessage());
        }
    }

    @Property(tries = 200)
    void neverThrowsAnythingElseOnOctets(@ForAll byte[] octets) {
        try {
            parse(new String(octets, StandardCharsets.ISO_8859_1));
        } catch (ConfException e) {
            assertTrue(e.getMessage().startsWith("t.conf:"), e.getMessage());
        }
    }

    @Property(tries = 500)
    void readsBackWhatIsQuoted(@ForAll String text) throws ConfException {
        String quoted = text.replace("\\", "\\\\").replace("\"", "\\\"");
        assertEquals(text, value(parse("s { k = \"" + quoted + "\" }"), "s.k"));
    }

    @Provide
    Arbitrary<String> snippets() {
        return Arbitraries.of(
                        "a",
                        "b",
                        "c.d",
                        " ",
                        "\n",
                        "{",
                        "}",
                        "=",
                        ":",
                        ",",
                        "\"",
                        "\\",
                        "#",
                        "include ",
                        "a {",
                        "b : a {",
                        "a = b\n",
                        "}\n",
                        "\r\n",
                        "::",
                        "\0",
                        "é")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }
}
