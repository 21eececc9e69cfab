// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.der;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DerReaderTest {

    private static DerReader der(String hex) {
        return new DerReader(Chunk.ofHex(hex));
    }

    @Test
    void readsNestedElements() throws WireException {
        DerReader all = der("3009020107a0040402abcd");
        DerReader sequence = all.enter(DerReader.SEQUENCE, "sequence");
        assertTrue(all.isEmpty());
        assertEquals(7, sequence.integer(0, 10, "number"));
        assertTrue(sequence.nextIs(DerReader.context(0, true)));
        DerReader explicit = sequence.enter(0xA0, "explicit");
        assertEquals(Chunk.ofHex("0402abcd"), explicit.element("octets"));
        explicit.end("explicit");
        sequence.end("sequence");
        assertFalse(sequence.nextIs(DerReader.INTEGER));
    }

    @ParameterizedTest
    @CsvSource({
        "30, octet", // no length
        "3080, indefinite",
        "308100, shortest form",
        "30817f, shortest form",
        "308200ff, shortest form",
        "3085, oversized",
        "3002ab, octets expected",
        "3084ffffffff, octets expected",
        "3003020101ff, octets too many"
    })
    void refusesLengths(String hex, String reason) {
        WireException e = assertThrows(WireException.class, () -> {
            DerReader all = der(hex);
            all.enter(DerReader.SEQUENCE, "it");
            all.end("it");
        });
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0200", "02020001", "0202ffff", "0206010000000000", "02010b", "0201ff"})
    void refusesIntegersOutOfFormOrRange(String hex) {
        assertThrows(WireException.class, () -> der(hex).integer(0, 10, "number"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0100", "010101", "01020000"})
    void refusesBooleansOfBer(String hex) {
        assertThrows(WireException.class, () -> der(hex).bool("flag"));
    }

    @ParameterizedTest
    @CsvSource({"06092a864886f70d01010b, 1.2.840.113549.1.1.11", "0603550403, 2.5.4.3", "0603883703, 2.999.3"})
    void readsObjectIdentifiers(String hex, String text) throws WireException {
        assertEquals(text, der(hex).oid("oid"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0600", "060180", "06025580", "0603558001", "060b55ffffffffffffffffff7f"})
    void refusesMalformedObjectIdentifiers(String hex) {
        assertThrows(WireException.class, () -> der(hex).oid("oid"));
    }

    @ParameterizedTest
    @CsvSource({"03020106, 96", "0303070080, 256", "030100, 0"})
    void readsNamedBitsFirstBitLowest(String hex, int bits) throws WireException {
        assertEquals(bits, der(hex).namedBits("bits"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0300", "03020801", "03020201", "030101", "03060000000000ff"})
    void refusesMalformedBitStrings(String hex) {
        assertThrows(WireException.class, () -> der(hex).namedBits("bits"));
    }

    @Test
    void readsTimesOfBothKinds() throws WireException {
        assertEquals(
                Instant.parse("1950-01-01T00:00:00Z"),
                der("170d3530303130313030303030305a").time("time"));
        assertEquals(
                Instant.parse("2049-12-31T23:59:59Z"),
                der("170d3439313233313233353935395a").time("time"));
        assertEquals(
                Instant.parse("2050-01-01T12:01:00Z"),
                der("180f32303530303130313132303130305a").time("time"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"170d3530303130313030303030302b", "170b353030313031303030305a", "170d3530303233303030303030305a"
            })
    void refusesMalformedTimes(String hex) {
        assertThrows(WireException.class, () -> der(hex).time("time"));
    }

    @Property
    void readsWhatIsWritten(@ForAll @IntRange(max = 70_000) int length) throws WireException {
        byte[] content = new byte[length];
        byte[] element = Der.tlv(DerReader.OCTET_STRING, content);
        DerReader reader = new DerReader(element);
        assertArrayEquals(content, reader.secretValue(DerReader.OCTET_STRING, "octets"));
        assertTrue(reader.isEmpty());
        assertEquals(Chunk.of(element), new DerReader(element).element(DerReader.OCTET_STRING, "octets"));
    }
}
