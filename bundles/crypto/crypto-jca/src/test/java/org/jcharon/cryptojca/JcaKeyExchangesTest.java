// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigInteger;
import java.util.List;
import java.util.Set;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Chunk;
import org.jcharon.lib.testkit.CryptoVectors;
import org.jcharon.lib.testkit.ScriptedRandom;
import org.jcharon.lib.testkit.Vectors;
import org.junit.jupiter.api.Test;

class JcaKeyExchangesTest {

    private final JcaKeyExchanges exchanges = new JcaKeyExchanges();

    @Test
    void givesThePublishedAnswersForEachMethod() {
        Set<TransformId> opaque = Set.of(TransformId.ke(19), TransformId.ke(20), TransformId.ke(21));
        assertEquals(
                CryptoVectors.names(exchanges, TransformType.KE),
                CryptoVectors.checkKeyExchanges(exchanges, opaque).keySet());
    }

    @Test
    void computesThePrintedPrimes() {
        for (Vectors c : Vectors.cases(CryptoVectors.class, "modp_primes.json")) {
            ModpGroup group = ModpGroup.find(c.number("group"));
            assertEquals(new BigInteger(c.text("prime"), 16), group.prime());
            assertEquals(c.number("bits"), group.prime().bitLength());
        }
    }

    /** RFC 6989 section 2.1. */
    @Test
    void rejectsModpValuesOutsideTheGroup() {
        ModpGroup group = ModpGroup.find(14);
        BigInteger p = group.prime();
        for (BigInteger y :
                List.of(BigInteger.ZERO, BigInteger.ONE, p.subtract(BigInteger.ONE), p, p.add(BigInteger.ONE))) {
            byte[] octets = new byte[256];
            byte[] number = y.toByteArray();
            int length = Math.min(256, number.length);
            System.arraycopy(number, number.length - length, octets, 256 - length, length);
            rejects(14, Chunk.wrap(octets));
        }
        rejects(14, Chunk.wrap(new byte[255]));
        rejects(14, Chunk.EMPTY);
    }

    /** RFC 6989 section 2.3. */
    @Test
    void rejectsPointsOffTheCurve() {
        for (Vectors c : Vectors.cases(CryptoVectors.class, "ecp.json")) {
            byte[] point = c.bytes("ke_r");
            rejects(c.number("group"), Chunk.of(point, 0, point.length - 1));
            rejects(c.number("group"), Chunk.wrap(new byte[point.length]));
            point[point.length - 1] ^= 1;
            rejects(c.number("group"), Chunk.of(point));
            java.util.Arrays.fill(point, (byte) 0xFF);
            rejects(c.number("group"), Chunk.of(point));
        }
    }

    /** RFC 8031 section 2.3: points of small order. */
    @Test
    void rejectsValuesThatGiveZero() {
        for (String value : List.of(
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")) {
            rejects(31, Chunk.ofHex(value));
        }
        rejects(31, Chunk.wrap(new byte[31]));
        rejects(32, Chunk.wrap(new byte[56]));
        rejects(32, Chunk.wrap(new byte[57]));
    }

    @Test
    void worksNoMoreAfterClose() {
        for (TransformId id : exchanges.transforms()) {
            KeyExchange exchange = exchanges.keyExchange(id, true, new ScriptedRandom(1));
            exchange.close();
            assertThrows(IllegalStateException.class, exchange::publicValue, id.toString());
        }
    }

    private void rejects(int group, Chunk value) {
        try (KeyExchange exchange = exchanges.keyExchange(TransformId.ke(group), true, new ScriptedRandom(3))) {
            assertThrows(KeyMismatchException.class, () -> exchange.agree(value), () -> group + " " + value);
        }
    }
}
