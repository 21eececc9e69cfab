// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptobc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.testkit.CryptoVectors;
import org.jcharon.lib.testkit.ScriptedRandom;
import org.jcharon.lib.testkit.Vectors;
import org.junit.jupiter.api.Test;

class BcKeyExchangesTest {

    private static final TransformId ML_KEM_768 = TransformId.ke(36);

    private final BcKeyExchanges exchanges = new BcKeyExchanges();

    @Test
    void givesThePublishedAnswersForEachCurve() {
        Set<String> curves = CryptoVectors.names(exchanges, TransformType.KE);
        curves.removeIf(name -> name.startsWith("ML_KEM"));
        assertEquals(
                curves, CryptoVectors.checkKeyExchanges(exchanges, Set.of()).keySet());
    }

    /** FIPS 203 with the vectors of Wycheproof, implicit rejection among them. */
    @Test
    void givesThePublishedAnswersForMlKem768() throws KeyMismatchException {
        int decapsulated = 0;
        int encapsulated = 0;
        for (Vectors c : Vectors.cases(CryptoVectors.class, "mlkem768.json")) {
            if (c.text("op").equals("encaps")) {
                encapsulated += encapsulates(c);
            } else if (c.octets("seed").length() == 64) {
                decapsulated += decapsulates(c);
            }
        }
        assertEquals(4, encapsulated);
        assertEquals(19, decapsulated); // the other four have a seed that no random source gives
    }

    private int decapsulates(Vectors c) throws KeyMismatchException {
        try (KeyExchange us = exchanges.keyExchange(ML_KEM_768, true, new ScriptedRandom(c.octets("seed"), 1))) {
            if (c.has("ek") && !c.text("ek").isEmpty()) {
                assertEquals(c.octets("ek"), us.publicValue(), c::toString);
            }
            if (c.text("result").equals("invalid")) {
                assertThrows(KeyMismatchException.class, () -> us.agree(c.octets("c")), c::toString);
            } else {
                try (Secret shared = us.agree(c.octets("c"))) {
                    assertEquals(c.octets("K"), Chunk.wrap(shared.reveal()), c::toString);
                }
            }
        }
        return 1;
    }

    private int encapsulates(Vectors c) throws KeyMismatchException {
        try (KeyExchange them = exchanges.keyExchange(ML_KEM_768, false, new ScriptedRandom(c.octets("m"), 1))) {
            if (c.text("result").equals("invalid")) {
                assertThrows(KeyMismatchException.class, () -> them.agree(c.octets("ek")), c::toString);
            } else {
                try (Secret shared = them.agree(c.octets("ek"))) {
                    assertEquals(c.octets("K"), Chunk.wrap(shared.reveal()), c::toString);
                    assertEquals(c.octets("c"), them.publicValue(), c::toString);
                }
            }
        }
        return 1;
    }

    @Test
    void givesTheAnswersOfASeparateImplementationForEachMlKem() throws KeyMismatchException {
        for (Vectors c : Vectors.cases(CryptoVectors.class, "mlkem.json")) {
            TransformId id = TransformId.ke(c.number("group"));
            try (KeyExchange us = exchanges.keyExchange(id, true, new ScriptedRandom(c.octets("seed"), 1));
                    KeyExchange them = exchanges.keyExchange(id, false, new ScriptedRandom(c.octets("m"), 1))) {
                assertEquals(c.octets("ek"), us.publicValue(), c::toString);
                try (Secret theirs = them.agree(us.publicValue());
                        Secret ours = us.agree(them.publicValue())) {
                    assertEquals(c.octets("c"), them.publicValue(), c::toString);
                    assertEquals(c.octets("shared"), Chunk.wrap(theirs.reveal()), c::toString);
                    assertTrue(ours.matches(theirs));
                }
                byte[] flipped = c.bytes("c");
                flipped[0] ^= 1;
                try (Secret rejected = us.agree(Chunk.wrap(flipped))) {
                    assertEquals(c.octets("rejected_first_bit_flipped"), Chunk.wrap(rejected.reveal()), c::toString);
                }
            }
        }
    }

    @Test
    void hasNoCiphertextBeforeItKnowsItsPeer() {
        try (KeyExchange them = exchanges.keyExchange(ML_KEM_768, false, new ScriptedRandom(1))) {
            assertTrue(them.responderNeedsPeer());
            assertThrows(IllegalStateException.class, them::publicValue);
        }
    }

    @Property(tries = 10)
    void agreesForAnyPrivateValue(@ForAll long one, @ForAll long other) throws KeyMismatchException {
        for (TransformId id : exchanges.transforms()) {
            try (KeyExchange us = exchanges.keyExchange(id, true, new ScriptedRandom(one));
                    KeyExchange them = exchanges.keyExchange(id, false, new ScriptedRandom(other));
                    Secret theirs = them.agree(us.publicValue());
                    Secret ours = us.agree(them.publicValue())) {
                assertTrue(ours.matches(theirs), id::toString);
            }
        }
    }

    @Property(tries = 100)
    void throwsNothingUncheckedForAnyPublicValue(@ForAll @Size(max = 40) byte[] octets) {
        for (TransformId id : exchanges.transforms()) {
            for (boolean initiator : new boolean[] {true, false}) {
                try (KeyExchange us = exchanges.keyExchange(id, initiator, new ScriptedRandom(1));
                        Secret secret = us.agree(Chunk.of(octets))) {
                    assertFalse(secret.isClosed());
                } catch (KeyMismatchException expected) {
                    assertFalse(expected.getMessage().isEmpty());
                }
            }
        }
    }

    /** RFC 6989 section 2.3. */
    @Test
    void rejectsPointsOffTheCurve() {
        for (String file : List.of("ecp.json", "brainpool.json")) {
            for (Vectors c : Vectors.cases(CryptoVectors.class, file)) {
                byte[] point = c.bytes("ke_r");
                rejects(c.number("group"), Chunk.of(point, 0, point.length - 1));
                rejects(c.number("group"), Chunk.wrap(new byte[point.length]));
                point[point.length - 1] ^= 1;
                rejects(c.number("group"), Chunk.of(point));
                Arrays.fill(point, (byte) 0xFF);
                rejects(c.number("group"), Chunk.of(point));
            }
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
        rejects(31, Chunk.wrap(new byte[33]));
        rejects(32, Chunk.wrap(new byte[56]));
        rejects(32, Chunk.EMPTY);
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
