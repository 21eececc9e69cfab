// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;
import org.junit.jupiter.api.Test;

class MessageCodecTest {

    private static Section read(byte[] octets) throws WireException {
        return MessageCodec.read(new WireReader(octets));
    }

    private static byte[] write(Section message) throws WireException {
        WireWriter out = new WireWriter();
        MessageCodec.write(message, out);
        return out.toArray();
    }

    private static byte[] octets(int... values) {
        byte[] all = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            all[i] = (byte) values[i];
        }
        return all;
    }

    @Provide
    Arbitrary<Section> messages() {
        Arbitrary<Value> values =
                Arbitraries.bytes().array(byte[].class).ofMaxSize(50).map(Value::own);
        Arbitrary<Element> leaves = Arbitraries.oneOf(
                values.map(Element.class::cast), values.list().ofMaxSize(5).map(Items::new));
        return Arbitraries.recursive(() -> sections(leaves), inner -> sections(Arbitraries.oneOf(leaves, inner)), 0, 3);
    }

    private static Arbitrary<Section> sections(Arbitrary<? extends Element> elements) {
        Arbitrary<String> names = Arbitraries.strings()
                .alpha()
                .numeric()
                .withChars('-', '_', '.', 'ä')
                .ofMaxLength(20);
        return Combinators.combine(names, elements)
                .as(java.util.Map::entry)
                .list()
                .ofMaxSize(6)
                .map(entries -> {
                    Section.Builder out = Section.builder();
                    entries.forEach(entry -> out.put(entry.getKey(), entry.getValue()));
                    return out.build();
                });
    }

    @Property(tries = 300)
    void whatIsWrittenIsRead(@ForAll("messages") Section message) throws WireException {
        assertEquals(message, read(write(message)));
    }

    @Property(tries = 2_000)
    void nothingButAWireExceptionIsThrown(@ForAll byte[] octets) {
        try {
            Packet.read(octets);
        } catch (WireException expected) {
            assertTrue(expected.offset() >= 0);
        }
    }

    @Property(tries = 500)
    void aMessageThatIsCutOrChangedDoesNoHarm(
            @ForAll("messages") Section message, @ForAll int where, @ForAll byte change) throws WireException {
        byte[] whole = write(message);
        if (whole.length == 0) {
            return;
        }
        int at = Math.floorMod(where, whole.length);
        whole[at] = change;
        try {
            read(whole);
            read(java.util.Arrays.copyOf(whole, at));
        } catch (WireException expected) {
            assertTrue(expected.getMessage().contains("offset"));
        }
    }

    @Test
    void octetsAreThoseOfTheProtocol() throws WireException {
        Section message = Section.builder()
                .put("a", "x")
                .list("l", List.of("y", ""))
                .put("s", Section.builder().put("k", "").build())
                .build();
        assertEquals(
                java.util.HexFormat.of()
                        .formatHex(octets(
                                3, 1, 'a', 0, 1, 'x', 4, 1, 'l', 5, 0, 1, 'y', 5, 0, 0, 6, 1, 1, 's', 3, 1, 'k', 0, 0,
                                2)),
                java.util.HexFormat.of().formatHex(write(message)));
    }

    @Test
    void whatDoesNotBalanceIsRefused() {
        for (byte[] wrong : List.of(
                octets(2),
                octets(1, 1, 'a'),
                octets(1, 1, 'a', 2, 2),
                octets(6),
                octets(5, 0, 0),
                octets(4, 1, 'l'),
                octets(4, 1, 'l', 4, 1, 'm', 6, 6),
                octets(4, 1, 'l', 3, 1, 'm', 0, 0, 6),
                octets(0),
                octets(7),
                octets(3, 5, 'a'),
                octets(3, 1, 'a', 0, 2, 'x'),
                octets(3, 1, 0xFF, 0, 0),
                octets(3, 1, 'a', 0, 0, 3, 1, 'a', 0, 0),
                octets(1, 1, 'a', 2, 4, 1, 'a', 6))) {
            assertThrows(
                    WireException.class,
                    () -> read(wrong),
                    java.util.HexFormat.of().formatHex(wrong));
        }
    }

    @Test
    void nestingAndCountsHaveLimits() throws WireException {
        ByteArrayOutputStream deep = new ByteArrayOutputStream();
        for (int i = 0; i < 10_000; i++) {
            deep.writeBytes(octets(1, 1, 'a'));
        }
        for (int i = 0; i < 10_000; i++) {
            deep.write(2);
        }
        WireException nested = assertThrows(WireException.class, () -> read(deep.toByteArray()));
        assertTrue(nested.getMessage().contains("nested"), nested.getMessage());
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        many.writeBytes(octets(4, 1, 'l'));
        for (int i = 0; i < MessageCodec.MAX_ELEMENTS; i++) {
            many.writeBytes(octets(5, 0, 0));
        }
        many.write(6);
        assertThrows(WireException.class, () -> read(many.toByteArray()));
        assertEquals(Section.EMPTY, read(new byte[0]));
    }

    @Test
    void whatTheFormatCannotSayIsNotWritten() {
        assertThrows(
                WireException.class,
                () -> write(
                        Section.builder().put("k", Value.own(new byte[0x10000])).build()));
        assertThrows(
                WireException.class,
                () -> write(Section.builder().put("k".repeat(256), "x").build()));
        Section.Builder large = Section.builder();
        for (int i = 0; i < 9; i++) {
            large.put("k" + i, Value.own(new byte[60_000]));
        }
        assertThrows(WireException.class, () -> Packet.response(large.build()));
    }

    @Test
    void packetsOfClientsAreRead() throws WireException {
        assertEquals(new Packet(3, "log", Section.EMPTY), Packet.read(octets(3, 3, 'l', 'o', 'g')));
        assertEquals(
                new Packet(0, "x", Section.builder().put("a", "b").build()),
                Packet.read(octets(0, 1, 'x', 3, 1, 'a', 0, 1, 'b')));
        assertThrows(WireException.class, () -> Packet.read(octets(3, 1, 'l', 3, 1, 'a', 0, 0)));
        assertThrows(WireException.class, () -> Packet.read(octets(1)));
        assertThrows(WireException.class, () -> Packet.read(new byte[0]));
    }

    @Test
    void aRequestIsWiped() throws WireException {
        Section message = Section.builder()
                .put("secret", "abc")
                .list("l", List.of("d"))
                .put("s", Section.builder().put("k", "e").build())
                .build();
        message.wipe();
        assertEquals("\0\0\0", message.text("secret").orElseThrow());
        assertEquals(List.of("\0"), message.texts("l"));
        assertEquals("\0", message.section("s").orElseThrow().text("k").orElseThrow());
    }
}
