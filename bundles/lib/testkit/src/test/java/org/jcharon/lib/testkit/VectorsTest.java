// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.NoSuchElementException;
import org.jcharon.api.wire.Chunk;
import org.junit.jupiter.api.Test;

class VectorsTest {

    private final Vectors vectors = Vectors.parse("""
            { "name": "a \\u00e9\\n", "n": -12, "flag": true, "none": null, "hex": "00ff", "e": [], "o": {},
              "list": ["x", 3], "cases": [{"name": "first"}, {"name": "second", "inner": {"n": 7}}] }
            """);

    @Test
    void readsEachKindOfValue() {
        assertEquals("a \u00e9\n", vectors.text("name"));
        assertEquals(-12, vectors.number("n"));
        assertTrue(vectors.flag("flag"));
        assertFalse(vectors.has("none"));
        assertEquals(Chunk.of((byte) 0, (byte) 0xFF), vectors.octets("hex"));
        assertEquals(List.of("x", "3"), vectors.texts("list"));
        assertEquals(0, vectors.list("e").size());
        assertEquals(7, vectors.list("cases").get(1).object("inner").number("n"));
        assertEquals("second", vectors.list("cases").get(1).toString());
    }

    @Test
    void namesAMissingMember() {
        assertTrue(assertThrows(NoSuchElementException.class, () -> vectors.text("key"))
                .getMessage()
                .contains("key"));
    }

    @Test
    void rejectsWhatIsNotJson() {
        for (String wrong : List.of("", "{", "{\"a\"}", "{} x", "{\"a\":1,\"a\":2}", "{\"a\":[1,]}", "{\"a\":\"")) {
            assertThrows(IllegalArgumentException.class, () -> Vectors.parse(wrong), wrong);
        }
    }

    @Test
    void randomFollowsItsScriptAndThenItsSeed() {
        ScriptedRandom one = new ScriptedRandom(Chunk.ofHex("010203"), 5);
        assertEquals("0102", Chunk.wrap(one.octets(2)).toHex());
        assertFalse(one.isUsedUp());
        byte[] rest = one.octets(4);
        assertEquals(3, rest[0]);
        assertTrue(one.isUsedUp());
    }
}
