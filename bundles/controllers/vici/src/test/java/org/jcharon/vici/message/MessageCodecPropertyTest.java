// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;

class MessageCodecPropertyTest {

    @Property(tries = 300)
    void whatIsWrittenReadsTheSame(@ForAll("messages") Section message) throws WireException {
        Section read = MessageCodec.read(new WireReader(octets(message)));
        assertEquals(message, read);
        assertEquals(message.hashCode(), read.hashCode());
        assertArrayEquals(octets(message), octets(read));
    }

    @Property(tries = 2_000)
    void noOctetsEscapeAsAnythingButWireException(@ForAll @Size(max = 300) byte[] octets) {
        readOrRefuse(octets);
    }

    /** Octets that look like elements get further than any octets. */
    @Property(tries = 2_000)
    void noElementsEscapeAsAnythingButWireException(@ForAll("elements") List<byte[]> elements) {
        WireWriter out = new WireWriter();
        elements.forEach(out::array);
        readOrRefuse(out.toArray());
    }

    @Property(tries = 500)
    void aMessageThatIsCutIsRefusedOrShorter(@ForAll("messages") Section message, @ForAll("shares") double share) {
        byte[] whole = whole(message);
        byte[] cut = java.util.Arrays.copyOf(whole, (int) (whole.length * share));
        try {
            Section read = MessageCodec.read(new WireReader(cut));
            assertTrue(read.elements().size() <= message.elements().size());
        } catch (WireException expected) {
            assertTrue(expected.getMessage().length() > 3, "a reason");
        }
    }

    @Property(tries = 1_000)
    void noPacketEscapesAsAnythingButWireException(
            @ForAll("types") int type, @ForAll @Size(min = 1, max = 100) byte[] octets) {
        octets[0] = (byte) type;
        try {
            Packet packet = Packet.read(octets);
            assertEquals(type, packet.type());
        } catch (WireException expected) {
            assertTrue(expected.getMessage().length() > 3, "a reason");
        }
    }

    private static void readOrRefuse(byte[] octets) {
        try {
            Section read = MessageCodec.read(new WireReader(octets));
            assertEquals(read, MessageCodec.read(new WireReader(octets(read))));
        } catch (WireException expected) {
            assertTrue(expected.getMessage().length() > 3, "a reason");
        }
    }

    private static byte[] whole(Section message) {
        try {
            return octets(message);
        } catch (WireException e) {
            throw new AssertionError(e);
        }
    }

    static byte[] octets(Section message) throws WireException {
        WireWriter out = new WireWriter();
        MessageCodec.write(message, out);
        return out.toArray();
    }

    @Provide
    Arbitrary<Double> shares() {
        return Arbitraries.doubles().between(0, 1);
    }

    @Provide
    Arbitrary<Integer> types() {
        return Arbitraries.of(0, 0, 0, 3, 4);
    }

    @Provide
    Arbitrary<Section> messages() {
        return sections(4);
    }

    @Provide
    Arbitrary<List<byte[]>> elements() {
        return Arbitraries.of(
                        new byte[] {1, 1, 'a'},
                        new byte[] {1, 1, 'b'},
                        new byte[] {2},
                        new byte[] {3, 1, 'c', 0, 1, 'x'},
                        new byte[] {3, 1, 'd', 0, 0},
                        new byte[] {3, 0, 0, 0},
                        new byte[] {4, 1, 'e'},
                        new byte[] {4, 1, 'f'},
                        new byte[] {5, 0, 1, 'y'},
                        new byte[] {6},
                        new byte[] {3, 1, (byte) 0xFF, 0, 0},
                        new byte[] {7})
                .list()
                .ofMaxSize(30);
    }

    private static Arbitrary<Value> values() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(40).map(Value::own);
    }

    private static Arbitrary<Section> sections(int depth) {
        Arbitrary<Element> leaf = Arbitraries.oneOf(
                values().map(value -> (Element) value),
                values().list().ofMaxSize(5).map(Items::new));
        Arbitrary<Element> element =
                depth == 0 ? leaf : Arbitraries.oneOf(leaf, Arbitraries.lazy(() -> sections(depth - 1)));
        Arbitrary<String> names =
                Arbitraries.strings().withCharRange(' ', '\u024F').ofMaxLength(60);
        return Arbitraries.maps(names, element).ofMaxSize(4).map(MessageCodecPropertyTest::section);
    }

    private static Section section(Map<String, Element> elements) {
        Section.Builder out = Section.builder();
        elements.forEach(out::put);
        return out.build();
    }
}
