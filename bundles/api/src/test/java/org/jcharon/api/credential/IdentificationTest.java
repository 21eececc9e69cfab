// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jcharon.api.wire.Chunk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IdentificationTest {

    private static Identification id(String text) {
        return Identification.parse(text);
    }

    @ParameterizedTest
    @CsvSource({
        "%any, 0, %any",
        "'', 0, %any",
        "*, 0, %any",
        "0.0.0.0, 0, %any",
        "192.0.2.1, 1, 192.0.2.1",
        "2001:db8::1, 5, 2001:db8::1",
        "moon.example.org, 2, moon.example.org",
        "@moon.example.org, 2, moon.example.org",
        "@@carol, 3, carol",
        "carol@example.org, 3, carol@example.org",
        "@#0aff, 11, 0a:ff",
        "@#zz, 2, #zz",
        "keyid:abc, 11, abc",
        "fqdn:192.0.2.1, 2, 192.0.2.1",
        "email:carol, 3, carol",
        "ipv4:192.0.2.1, 1, 192.0.2.1",
        "keyid:#0aff, 11, 0a:ff",
        "a:b, 11, a:b",
        "user=carol, 11, user=carol",
        "300.0.0.1, 2, 300.0.0.1"
    })
    void readsStrongSwansNotation(String text, int type, String printed) {
        assertEquals(new IdType(type), id(text).type());
        assertEquals(printed, id(text).toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "C=CH, O=jcharon, CN=moon.example.org | C=CH, O=jcharon, CN=moon.example.org",
                "/C=CH/O=jcharon/CN=moon | C=CH, O=jcharon, CN=moon",
                "c=CH,cn=Moon | C=CH, CN=Moon",
                "CN=\"Moon, Inc.\" | CN=Moon, Inc.",
                "asn1dn:CN=moon | CN=moon",
                "E=a@b.c, DC=org, UID=x, serialNumber=7 | E=a@b.c, DC=org, UID=x, serialNumber=7"
            })
    void readsAndPrintsDistinguishedNames(String text, String printed) {
        assertEquals(IdType.DER_ASN1_DN, id(text).type());
        assertEquals(printed, id(text).toString());
    }

    @Test
    void equalNamesMayDifferInStringTypeCaseAndSpace() {
        // CN=Moon Inc as PrintableString and as UTF8String with other case and spaces
        Identification printable =
                Identification.ofDn(Chunk.ofHex("3013311130" + "0f" + "060355040313084d6f6f6e20496e63"));
        Identification utf8 =
                Identification.ofDn(Chunk.ofHex("3015311330" + "11" + "06035504030c0a206d6f6f6e2020494e43"));
        assertEquals(printable, utf8);
        assertEquals(printable.hashCode(), utf8.hashCode());
        assertNotEquals(printable, id("O=Moon Inc"));
    }

    @Test
    void octetsThatAreNoTextAreNotAllEqual() {
        assertNotEquals(
                Identification.ofDn(Chunk.ofHex("300c310a30080603550403" + "0c01ff")),
                Identification.ofDn(Chunk.ofHex("300c310a30080603550403" + "0c01fe")));
        assertNotEquals(
                Identification.of(IdType.FQDN, Chunk.ofHex("ff")), Identification.of(IdType.FQDN, Chunk.ofHex("fe")));
    }

    @Test
    void onlyAsciiCaseIsIgnoredInDomainNames() {
        assertEquals(id("MOON.example.org"), id("moon.EXAMPLE.org"));
        assertEquals(id("MOON.example.org").hashCode(), id("moon.EXAMPLE.org").hashCode());
        // the Kelvin sign and the long s fold to ASCII letters in Unicode
        assertNotEquals(Identification.ofFqdn("kelvin.example.org"), Identification.ofFqdn("\u212Aelvin.example.org"));
        assertNotEquals(Identification.ofFqdn("sun.example.org"), Identification.ofFqdn("\u017Fun.example.org"));
        assertFalse(Identification.ofFqdn("a.\u017Fun.org").matches(id("*.sun.org")));
    }

    @Test
    void typesAreNotMixed() {
        assertNotEquals(id("fqdn:moon"), id("keyid:moon"));
        assertFalse(id("fqdn:moon").matches(id("keyid:moon")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "moon.example.org | moon.example.org | 20",
                "moon.example.org | %any | 1",
                "moon.example.org | *.example.org | 19",
                "moon.example.org | *.example.com | 0",
                "example.org | *.example.org | 0",
                "carol@example.org | *@example.org | 19",
                "C=CH, O=jcharon, CN=moon | C=CH, O=jcharon, CN=* | 19",
                "C=CH, O=jcharon, CN=moon | C=CH, O=*, CN=* | 18",
                "C=CH, O=jcharon, CN=moon | C=CH, CN=* | 0",
                "C=CH, O=jcharon, CN=moon | C=DE, O=jcharon, CN=* | 0",
                "%any | %any | 1"
            })
    void measuresMatches(String id, String pattern, int quality) {
        assertEquals(quality, id(id).matchQuality(id(pattern)));
    }

    @Test
    void aPatternIsNobodysIdentity() {
        assertTrue(id("*.example.org").hasWildcards());
        assertTrue(id("CN=*").hasWildcards());
        assertTrue(Identification.ANY.hasWildcards());
        assertFalse(id("moon.example.org").hasWildcards());
        assertNotEquals(id("CN=moon"), id("CN=*"));
    }

    @Test
    void whatAPeerSendsCannotForgeLogLines() {
        String hostile = "a\nb\u202Ec\u2028d";
        String shown = Identification.ofFqdn(hostile).toString();
        assertEquals("a\\x0ab\\x202ec\\x2028d", shown);
        assertEquals(
                "(invalid ID_IPV4_ADDR)",
                Identification.of(IdType.IPV4_ADDR, Chunk.ofHex("0102")).toString());
        assertEquals(
                "(invalid DER_ASN1_DN)", Identification.ofDn(Chunk.ofHex("30")).toString());
    }

    @Property
    void anyOctetsArePrintedAndCompared(
            @ForAll @IntRange(max = 15) int type, @ForAll byte[] octets, @ForAll byte[] others) {
        Identification one = Identification.of(new IdType(type), Chunk.of(octets));
        Identification other = Identification.of(new IdType(type), Chunk.of(others));
        assertNotNull(one.toString());
        assertNotNull(one.hasWildcards());
        assertEquals(one, Identification.of(new IdType(type), Chunk.of(octets)));
        assertEquals(one.equals(other), other.equals(one));
        if (one.equals(other)) {
            assertEquals(one.hashCode(), other.hashCode());
        }
        assertTrue(one.matchQuality(other) >= 0);
    }

    @Property
    void anyTextIsAnIdentity(@ForAll String text) {
        assertNotNull(id(text).toString());
    }

    @Property
    void namesAreReadBackAsTheyArePrinted(@ForAll @IntRange(min = 1, max = 60) int length) {
        String text = "C=CH, O=" + "x".repeat(length * 5) + ", CN=y";
        assertEquals(text, id(text).toString());
        assertEquals(id(text), id(id(text).toString()));
        assertTrue(id(text).encoding().length() > text.getBytes(StandardCharsets.UTF_8).length);
    }
}
