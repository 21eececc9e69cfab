// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCodecTest {

    private static Section read(WireWriter octets) throws WireException {
        return MessageCodec.read(new WireReader(octets.toArray()));
    }

    private static String refusal(WireWriter octets) {
        return assertThrows(WireException.class, () -> read(octets)).getMessage();
    }

    private static WireWriter named(WireWriter out, int type, String name) {
        byte[] octets = name.getBytes(StandardCharsets.UTF_8);
        return out.u8(type).u8(octets.length).array(octets);
    }

    private static WireWriter key(WireWriter out, String name, String value) {
        return named(out, 3, name).u16(value.length()).array(value.getBytes(StandardCharsets.UTF_8));
    }

    /** The example of strongSwan's README of the protocol. */
    @Test
    void readsAndWritesTheExampleOfTheReadme() throws WireException {
        WireWriter example = key(new WireWriter(), "key1", "value1");
        named(example, 1, "section1");
        named(example, 1, "sub-section");
        key(example, "key2", "value2").u8(2);
        named(example, 4, "list1");
        example.u8(5).u16(5).array("item1".getBytes(StandardCharsets.UTF_8));
        example.u8(5)
                .u16(5)
                .array("item2".getBytes(StandardCharsets.UTF_8))
                .u8(6)
                .u8(2);
        Section expected = Section.builder()
                .put("key1", "value1")
                .put(
                        "section1",
                        Section.builder()
                                .put(
                                        "sub-section",
                                        Section.builder().put("key2", "value2").build())
                                .list("list1", List.of("item1", "item2"))
                                .build())
                .build();
        assertEquals(expected, read(example));
        assertArrayEquals(example.toArray(), MessageCodecPropertyTest.octets(expected));
    }

    @Test
    void refusesSectionsNestedTenThousandDeep() {
        WireWriter out = new WireWriter();
        for (int i = 0; i < 10_000; i++) {
            named(out, 1, "s");
        }
        for (int i = 0; i < 10_000; i++) {
            out.u8(2);
        }
        assertTrue(refusal(out).contains("nested more than 16 deep"));
    }

    @Test
    void takesSectionsAsDeepAsAllowed() throws WireException {
        WireWriter out = new WireWriter();
        for (int i = 0; i < MessageCodec.MAX_DEPTH; i++) {
            named(out, 1, "s");
        }
        for (int i = 0; i < MessageCodec.MAX_DEPTH; i++) {
            out.u8(2);
        }
        assertEquals(1, read(out).sections().size());
    }

    @Test
    void refusesTooManyItemsKeysAndSections() {
        WireWriter items = named(new WireWriter(), 4, "l");
        for (int i = 0; i <= MessageCodec.MAX_ELEMENTS; i++) {
            items.u8(5).u16(0);
        }
        assertTrue(refusal(items.u8(6)).contains("more than 100000 elements"));
        WireWriter keys = new WireWriter();
        for (int i = 0; i <= MessageCodec.MAX_ELEMENTS; i++) {
            key(keys, Integer.toString(i, 36), "");
        }
        assertTrue(refusal(keys).contains("more than 100000 elements"));
        WireWriter sections = new WireWriter();
        for (int i = 0; i <= MessageCodec.MAX_ELEMENTS; i++) {
            named(sections, 1, Integer.toString(i, 36)).u8(2);
        }
        assertTrue(refusal(sections).contains("more than 100000 elements"));
    }

    @Test
    void itemsOfSeveralListsCountTogether() {
        WireWriter out = new WireWriter();
        for (int list = 0; list < 3; list++) {
            named(out, 4, "l" + list);
            for (int i = 0; i < 40_000; i++) {
                out.u8(5).u16(0);
            }
            out.u8(6);
        }
        assertTrue(refusal(out).contains("more than 100000 elements"));
    }

    @Test
    void refusesWhatDoesNotBalance() {
        assertTrue(refusal(new WireWriter().u8(2)).contains("ends that did not begin"));
        assertTrue(refusal(named(new WireWriter(), 1, "a")).contains("section 'a' does not end"));
        assertTrue(refusal(named(new WireWriter(), 1, "a").u8(2).u8(2)).contains("ends that did not begin"));
        refusal(named(new WireWriter(), 4, "l"));
        assertTrue(refusal(named(new WireWriter(), 4, "l").u8(2)).contains("type 2 in a list"));
    }

    @Test
    void refusesListsSectionsAndKeysInLists() {
        for (int type : new int[] {1, 3, 4}) {
            WireWriter out = named(named(new WireWriter(), 4, "l"), type, "x");
            assertTrue(refusal(out.u8(6)).contains("type " + type + " in a list"));
        }
        assertTrue(refusal(new WireWriter().u8(5).u16(0)).contains("element of type 5"));
        assertTrue(refusal(new WireWriter().u8(6)).contains("element of type 6"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 8, 255})
    void refusesOtherElements(int type) {
        assertTrue(refusal(new WireWriter().u8(type)).contains("element of type " + type));
    }

    @Test
    void refusesTheSameKeyTwiceWhateverItStandsFor() throws WireException {
        assertTrue(refusal(key(key(new WireWriter(), "k", "1"), "k", "1")).contains("twice"));
        assertTrue(refusal(named(key(new WireWriter(), "k", "1"), 4, "k").u8(6)).contains("twice"));
        assertTrue(refusal(named(key(new WireWriter(), "k", "1"), 1, "k").u8(2)).contains("twice"));
        WireWriter nested = named(key(new WireWriter(), "k", "1"), 1, "s");
        assertEquals(2, read(key(nested, "k", "1").u8(2)).elements().size());
    }

    @Test
    void refusesLengthsBeyondTheEnd() {
        refusal(new WireWriter().u8(3).u8(200).u8('a'));
        refusal(named(new WireWriter(), 3, "k").u16(2).u8('a'));
        refusal(named(new WireWriter(), 3, "k").u8(1));
        refusal(named(new WireWriter(), 4, "l").u8(5).u16(0xFFFF).u8('a').u8(6));
        refusal(new WireWriter().u8(1));
    }

    @Test
    void takesTheLongestNamesAndValuesAndWritesNoLonger() throws WireException {
        String name = "n".repeat(255);
        Section longest =
                Section.builder().put(name, Value.own(new byte[65_535])).build();
        assertEquals(longest, MessageCodec.read(new WireReader(MessageCodecPropertyTest.octets(longest))));
        Section longName = Section.builder().put(name + "n", "").build();
        assertTrue(assertThrows(WireException.class, () -> MessageCodecPropertyTest.octets(longName))
                .getMessage()
                .contains("name of 256 octets"));
        Section wide = Section.builder().put("\u00e4".repeat(128), "").build();
        assertThrows(WireException.class, () -> MessageCodecPropertyTest.octets(wide));
        Section longValue =
                Section.builder().put("k", Value.own(new byte[65_536])).build();
        assertTrue(assertThrows(WireException.class, () -> MessageCodecPropertyTest.octets(longValue))
                .getMessage()
                .contains("value of 65536 octets"));
        Section longItem = Section.builder()
                .put("k", new Items(List.of(Value.own(new byte[65_536]))))
                .build();
        assertThrows(WireException.class, () -> MessageCodecPropertyTest.octets(longItem));
    }

    @Test
    void orderOfKeysIsPartOfAMessage() {
        Section one = Section.builder().put("a", 1).put("b", 2).build();
        assertNotEquals(one, Section.builder().put("b", 2).put("a", 1).build());
        assertEquals(List.of("a", "b"), new ArrayList<>(one.elements().keySet()));
    }

    @Test
    void flagsAndTextsAreReadAsStrongswanDoes() {
        for (String yes : List.of("yes", "YES", "true", "enabled", "1")) {
            assertTrue(Section.builder().put("k", yes).build().flag("k"), yes);
        }
        for (String no : List.of("no", "false", "disabled", "0", "", "maybe")) {
            assertFalse(Section.builder().put("k", no).build().flag("k"), no);
        }
        Section mixed =
                Section.builder().put("v", "x").list("l", List.of("y", "z")).build();
        assertEquals(List.of("x"), mixed.texts("v"));
        assertEquals(List.of("y", "z"), mixed.texts("l"));
        assertTrue(mixed.text("l").isEmpty());
        assertTrue(mixed.section("v").isEmpty());
        assertEquals(List.of(), mixed.texts("none"));
    }

    @Test
    void secretsAreWipedAtEveryDepthAndNeverPrinted() {
        Value deep = Value.of("hunter2");
        Value item = Value.of("hunter2");
        Section message = Section.builder()
                .put("s", Section.builder().put("data", deep).build())
                .put("l", new Items(List.of(item)))
                .build();
        assertFalse((message.toString() + deep + new Items(List.of(item))).contains("hunter2"));
        message.wipe();
        assertArrayEquals(new byte[7], deep.octets());
        assertArrayEquals(new byte[7], item.octets());
    }

    @Test
    void readsPacketsOfClientsOnly() throws WireException {
        Packet register = Packet.read(new byte[] {3, 3, 'l', 'o', 'g'});
        assertEquals(new Packet(Packet.EVENT_REGISTER, "log", Section.EMPTY), register);
        assertEquals(
                Packet.EVENT_UNREGISTER, Packet.read(new byte[] {4, 1, 'x'}).type());
        assertEquals(
                "version",
                Packet.read(new byte[] {0, 7, 'v', 'e', 'r', 's', 'i', 'o', 'n'})
                        .name());
        for (byte type : new byte[] {1, 2, 5, 6, 7, 8, (byte) 0xFF}) {
            assertThrows(WireException.class, () -> Packet.read(new byte[] {type, 1, 'x'}));
        }
        assertThrows(WireException.class, () -> Packet.read(new byte[0]));
        assertThrows(WireException.class, () -> Packet.read(new byte[] {0, 5, 'x'}));
        assertThrows(WireException.class, () -> Packet.read(new byte[] {0, 1, (byte) 0xC0}));
        assertThrows(WireException.class, () -> Packet.read(new byte[] {3, 1, 'x', 0}), "an event has no message");
    }

    @Test
    void writesPacketsOfTheServer() throws WireException {
        Section message = Section.builder().put("k", "v").build();
        assertEquals(ByteBuffer.wrap(new byte[] {0, 0, 0, 7, 1, 3, 1, 'k', 0, 1, 'v'}), Packet.response(message));
        assertEquals(
                ByteBuffer.wrap(new byte[] {0, 0, 0, 9, 7, 1, 'e', 3, 1, 'k', 0, 1, 'v'}), Packet.event("e", message));
        assertEquals(ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 2}), Packet.bare(Packet.CMD_UNKNOWN));
    }

    @Test
    void writesNoSegmentThatStrongswanWouldRefuse() throws WireException {
        List<Value> eight = new ArrayList<>(Collections.nCopies(7, Value.own(new byte[65_535])));
        // 1 type, 3 for the list, 1 for its end, 3 before each item
        eight.add(Value.own(new byte[Packet.MAX_SEGMENT - 5 - 7 * 65_535 - 8 * 3]));
        Section longest = Section.builder().put("l", new Items(eight)).build();
        assertEquals(Packet.MAX_SEGMENT + 4, Packet.response(longest).remaining());
        eight.add(Value.own(new byte[0]));
        Section longer = Section.builder().put("l", new Items(eight)).build();
        assertThrows(WireException.class, () -> Packet.response(longer));
    }
}
