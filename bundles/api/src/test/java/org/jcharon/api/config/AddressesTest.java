// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressesTest {

    private static InetAddress address(String text) {
        return Addresses.literal(text).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "1.2.3",
                "1.2.3.256",
                "1.2.3.4.5",
                "::g",
                "1::2::3",
                "",
                ":",
                "12345::",
                "1.2.3.4/32",
                "fe80::1%lo"
            })
    void takesNothingElseForAnAddress(String text) {
        assertTrue(Addresses.literal(text).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.255, 1, 10.0.1.0",
        "10.0.1.0, -1, 10.0.0.255",
        "255.255.255.255, 1, 0.0.0.0",
        "0.0.0.0, -1, 255.255.255.255",
        "2001:db8::ffff, 1, 2001:db8::1:0",
        "10.0.0.0, 4294967296, 10.0.0.0"
    })
    void addsWithCarry(String address, long offset, String sum) {
        assertEquals(address(sum), Addresses.plus(address(address), offset));
    }

    @Test
    void refusesOtherLengths() {
        assertThrows(IllegalArgumentException.class, () -> Addresses.ofOctets(new byte[5]));
    }

    @Property
    void keepsTheFamilyThatTheLengthSays(@ForAll @Size(16) byte[] octets, @ForAll boolean mapped) {
        if (mapped) {
            java.util.Arrays.fill(octets, 0, 10, (byte) 0);
            octets[10] = (byte) 0xFF;
            octets[11] = (byte) 0xFF;
        }
        assertEquals(16, Addresses.ofOctets(octets).getAddress().length);
    }

    /** RFC 5952 sections 4.1 to 4.3, and an IPv4-mapped address, which stays one of IPv6. */
    @ParameterizedTest
    @CsvSource({
        "::, ::",
        "::1, ::1",
        "fd09::1, fd09::1",
        "2001:0DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "fe80:0:0:0:1:0:0:0, fe80::1:0:0:0",
        "1:0:0:0:0:0:0:0, 1::",
        "192.0.2.1, 192.0.2.1"
    })
    void printsTheCanonicalForm(String text, String canonical) {
        assertEquals(canonical, Addresses.text(Addresses.literal(text).orElseThrow()));
    }
}
