// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.Cipher;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.HashFunction;
import org.jcharon.api.crypto.IntegrityException;
import org.jcharon.api.crypto.Mac;
import org.jcharon.api.crypto.Prf;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.testkit.CryptoVectors;
import org.junit.jupiter.api.Test;

class JcaCiphersTest {

    private final JcaCiphers ciphers = new JcaCiphers();

    @Test
    void givesThePublishedAnswersForEachTransform() {
        Map<String, Integer> passed = CryptoVectors.checkTransforms(ciphers);
        Set<String> all =
                new TreeSet<>(CryptoVectors.names(ciphers, TransformType.ENCR, TransformType.PRF, TransformType.INTEG));
        all.remove("NULL");
        assertEquals(all, passed.keySet());
    }

    @Test
    void leavesDataAloneWithNull() {
        byte[] data = {1, 2, 3};
        try (Cipher cipher = ciphers.cipher(TransformId.encr(11, 0));
                Secret empty = Secret.own(new byte[0])) {
            cipher.key(empty);
            cipher.encrypt(new byte[0], 0, data, 0, 3);
            cipher.decrypt(new byte[0], 0, data, 0, 3);
        }
        assertArrayEquals(new byte[] {1, 2, 3}, data);
    }

    @Property(tries = 200)
    void opensWhatItSealed(@ForAll byte[] data, @ForAll @Size(max = 64) byte[] aad, @ForAll @Size(8) byte[] iv)
            throws IntegrityException {
        for (TransformId id : ciphers.transforms()) {
            if (id.isAead()) {
                try (Aead aead = ciphers.aead(id);
                        Secret key = Secret.own(new byte[aead.keyOctets()])) {
                    byte[] work = java.util.Arrays.copyOf(data, data.length + aead.icvOctets());
                    aead.key(key);
                    aead.encrypt(iv, 0, aad, 0, aad.length, work, 0, data.length);
                    aead.decrypt(iv, 0, aad, 0, aad.length, work, 0, data.length);
                    assertArrayEquals(data, java.util.Arrays.copyOf(work, data.length), id.toString());
                }
            }
        }
    }

    @Test
    void rejectsKeysOfAnotherLength() {
        for (TransformId id : ciphers.transforms()) {
            try (Secret key = Secret.own(new byte[7])) {
                if (id.isAead()) {
                    try (Aead aead = ciphers.aead(id)) {
                        assertThrows(IllegalArgumentException.class, () -> aead.key(key), id.toString());
                    }
                } else if (id.type().equals(TransformType.ENCR)) {
                    try (Cipher cipher = ciphers.cipher(id)) {
                        assertThrows(IllegalArgumentException.class, () -> cipher.key(key), id.toString());
                    }
                } else if (id.type().equals(TransformType.INTEG)) {
                    try (Mac mac = ciphers.mac(id)) {
                        assertThrows(IllegalArgumentException.class, () -> mac.key(key), id.toString());
                    }
                }
            }
        }
    }

    @Test
    void refusesToWorkWithoutAKey() {
        byte[] data = new byte[32];
        for (TransformId id : ciphers.transforms()) {
            if (id.isAead()) {
                Aead aead = ciphers.aead(id);
                assertThrows(IllegalStateException.class, () -> aead.encrypt(new byte[8], 0, data, 0, 0, data, 0, 16));
                try (Secret key = Secret.own(new byte[aead.keyOctets()])) {
                    aead.key(key);
                }
                aead.close();
                assertThrows(IllegalStateException.class, () -> aead.encrypt(new byte[8], 0, data, 0, 0, data, 0, 16));
            } else if (id.type().equals(TransformType.ENCR) && id.id() != 11) {
                Cipher cipher = ciphers.cipher(id);
                assertThrows(IllegalStateException.class, () -> cipher.encrypt(new byte[16], 0, data, 0, 16));
                cipher.close();
            }
        }
    }

    @Test
    void rejectsAPartialBlock() {
        try (Cipher cipher = ciphers.cipher(TransformId.encr(12, 128));
                Secret key = Secret.own(new byte[16])) {
            cipher.key(key);
            assertThrows(IllegalArgumentException.class, () -> cipher.decrypt(new byte[16], 0, new byte[17], 0, 17));
        }
    }

    @Test
    void takesTheEmptyKeyForAPrf() {
        try (Prf prf = ciphers.prf(TransformId.prf(5));
                Secret empty = Secret.own(new byte[0])) {
            prf.key(empty);
            assertEquals(
                    "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad",
                    Chunk.wrap(prf.compute()).toHex());
        }
    }

    @Test
    void refusesTransformsThatItDoesNotHave() {
        assertThrows(IllegalArgumentException.class, () -> ciphers.aead(TransformId.encr(16, 128)));
        assertThrows(IllegalArgumentException.class, () -> ciphers.aead(TransformId.encr(12, 128)));
        assertThrows(IllegalArgumentException.class, () -> ciphers.cipher(TransformId.encr(12, 64)));
        assertThrows(IllegalArgumentException.class, () -> ciphers.prf(TransformId.prf(8)));
        assertThrows(IllegalArgumentException.class, () -> ciphers.mac(TransformId.integ(8)));
    }

    @Test
    void hashesTheEmptyString() {
        Map<HashAlgorithm, String> empty = Map.of(
                HashAlgorithm.MD5, "d41d8cd98f00b204e9800998ecf8427e",
                HashAlgorithm.SHA1, "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                HashAlgorithm.SHA2_256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                HashAlgorithm.SHA2_384,
                        "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
                HashAlgorithm.SHA2_512,
                        "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e");
        JcaHashes hashes = new JcaHashes();
        assertEquals(empty.keySet(), hashes.hashes());
        empty.forEach((algorithm, digest) -> {
            HashFunction hash = hashes.hash(algorithm);
            hash.update(new byte[] {1}, 0, 1);
            hash.digest(); // begins anew
            assertEquals(digest, Chunk.wrap(hash.digest()).toHex());
        });
    }
}
