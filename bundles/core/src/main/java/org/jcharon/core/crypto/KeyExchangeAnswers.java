// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.crypto;

import java.util.Arrays;
import java.util.Optional;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.crypto.TransformFactory;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/**
 * Vectors of key exchanges. A provider that takes the private octets as they come from its random source is held to the published
 * public value and secret; one that makes its own use of them (the JDK's curves) must agree with itself and refuse a value that is
 * outside the group.
 */
final class KeyExchangeAnswers {

    private KeyExchangeAnswers() {}

    /** Fields: private octets, public value, public value of the peer, shared secret. */
    static Optional<String> exchange(TransformFactory factory, TransformId id, String[] v) throws KeyMismatchException {
        Chunk ours = Chunk.ofHex(v[1]);
        Chunk theirs = Chunk.ofHex(v[2]);
        try (KeyExchange us = factory.keyExchange(id, true, new Script(v[0]))) {
            if (us.publicValue().equals(ours)) {
                try (Secret shared = us.agree(theirs)) {
                    return KnownAnswers.same("shared secret", KnownAnswers.octets(v[3]), shared.reveal());
                }
            }
            return withItself(factory, id, us, ours.length(), v[3].length() / 2);
        }
    }

    private static Optional<String> withItself(
            TransformFactory factory, TransformId id, KeyExchange us, int publicOctets, int sharedOctets)
            throws KeyMismatchException {
        if (us.publicValue().length() != publicOctets) {
            return Optional.of("wrong length of the public value");
        }
        try (KeyExchange them = factory.keyExchange(id, false, new Script("00112233445566778899aabbccddeeff"));
                Secret one = us.agree(them.publicValue());
                Secret other = them.agree(us.publicValue())) {
            if (!one.matches(other) || one.length() != sharedOctets) {
                return Optional.of("the two sides do not agree");
            }
        }
        byte[] outside = new byte[publicOctets];
        if (id.id() != Transforms.CURVE_25519 && id.id() != Transforms.CURVE_448) { // zero is outside those
            Arrays.fill(outside, (byte) 0xFF);
        }
        try (KeyExchange third = factory.keyExchange(id, true, new Script("ffeeddccbbaa99887766554433221100"))) {
            try (Secret wrong = third.agree(Chunk.wrap(outside))) {
                return Optional.of("accepts a public value outside the group, gives " + wrong.length() + " octets");
            } catch (KeyMismatchException expected) {
                return Optional.empty();
            }
        }
    }

    /** Fields: seed of the key pair, octets of the encapsulation, encapsulation key, ciphertext, shared secret. */
    static Optional<String> kem(TransformFactory factory, TransformId id, String[] v) throws KeyMismatchException {
        byte[] secret = KnownAnswers.octets(v[4]);
        try (KeyExchange us = factory.keyExchange(id, true, new Script(v[0]));
                KeyExchange them = factory.keyExchange(id, false, new Script(v[1]))) {
            if (!them.responderNeedsPeer()) {
                return Optional.of("is no KEM");
            }
            Optional<String> wrong = KnownAnswers.same(
                    "encapsulation key",
                    KnownAnswers.octets(v[2]),
                    us.publicValue().toArray());
            if (wrong.isPresent()) {
                return wrong;
            }
            try (Secret shared = them.agree(us.publicValue())) {
                wrong = KnownAnswers.same("encapsulated secret", secret, shared.reveal())
                        .or(() -> KnownAnswers.same(
                                "ciphertext",
                                KnownAnswers.octets(v[3]),
                                them.publicValue().toArray()));
            }
            if (wrong.isPresent()) {
                return wrong;
            }
            try (Secret shared = us.agree(Chunk.ofHex(v[3]))) {
                return KnownAnswers.same("decapsulated secret", secret, shared.reveal());
            }
        }
    }

    /** Hands out the given octets again and again, and counts rounds, so that a generator that rejects a draw comes to an end. */
    private static final class Script implements RandomSource {

        private final byte[] octets;
        private int at;

        Script(String hex) {
            octets = KnownAnswers.octets(hex);
        }

        @Override
        public void fill(byte[] target) {
            for (int i = 0; i < target.length; i++, at++) {
                target[i] = (byte) (octets[at % octets.length] + at / octets.length);
            }
        }
    }
}
