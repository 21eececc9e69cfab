// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HexLinesTest {

    private static List<String> lines(byte[] octets) {
        List<String> lines = new ArrayList<>();
        HexLines.print("Sk_d secret", octets, lines::add);
        return lines;
    }

    @Test
    void haveSixteenOctetsEach() {
        assertEquals(
                List.of(
                        "Sk_d secret => 18 bytes",
                        "   0: 30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef",
                        "  16: 0A 20                                            .."),
                lines("0123456789abcdef\n ".getBytes(StandardCharsets.US_ASCII)));
        assertEquals(List.of("Sk_d secret => 0 bytes"), lines(new byte[0]));
        assertEquals(
                "   0: FF                                               .",
                lines(new byte[] {-1}).get(1));
    }
}
