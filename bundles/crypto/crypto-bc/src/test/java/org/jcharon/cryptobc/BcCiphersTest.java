// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptobc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.IntegrityException;
import org.jcharon.api.crypto.Mac;
import org.jcharon.api.crypto.Prf;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.testkit.CryptoVectors;
import org.junit.jupiter.api.Test;

class BcCiphersTest {

    private final BcCiphers ciphers = new BcCiphers();

    @Test
    void givesThePublishedAnswersForEachTransform() {
        assertEquals(
                CryptoVectors.names(ciphers, TransformType.ENCR, TransformType.PRF, TransformType.INTEG),
                CryptoVectors.checkTransforms(ciphers).keySet());
    }

    @Property(tries = 200)
    void opensWhatItSealed(@ForAll byte[] data, @ForAll @Size(max = 64) byte[] aad, @ForAll @Size(8) byte[] iv)
            throws IntegrityException {
        for (TransformId id : ciphers.transforms()) {
            if (id.isAead()) {
                try (Aead aead = ciphers.aead(id);
                        Secret key = Secret.own(new byte[aead.keyOctets()])) {
                    byte[] work = Arrays.copyOf(data, data.length + aead.icvOctets());
                    aead.key(key);
                    aead.encrypt(iv, 0, aad, 0, aad.length, work, 0, data.length);
                    aead.decrypt(iv, 0, aad, 0, aad.length, work, 0, data.length);
                    assertArrayEquals(data, Arrays.copyOf(work, data.length), id.toString());
                }
            }
        }
    }

    @Property(tries = 200)
    void givesTheSamePrfOutputHoweverTheDataArrive(
            @ForAll @Size(max = 70) byte[] data, @ForAll @Size(max = 70) byte[] more) {
        for (TransformId id : new TransformId[] {TransformId.prf(4), TransformId.prf(8)}) {
            try (Prf prf = ciphers.prf(id);
                    Secret key = Secret.copyOf(data)) {
                prf.key(key);
                prf.update(data, 0, data.length);
                prf.update(more, 0, more.length);
                byte[] parts = prf.compute();
                byte[] whole = Arrays.copyOf(data, data.length + more.length);
                System.arraycopy(more, 0, whole, data.length, more.length);
                prf.update(whole, 0, whole.length);
                assertArrayEquals(parts, prf.compute());
            }
        }
    }

    @Test
    void rejectsKeysOfAnotherLength() {
        try (Secret key = Secret.own(new byte[17]);
                Aead aead = ciphers.aead(TransformId.encr(16, 128));
                Mac mac = ciphers.mac(TransformId.integ(5))) {
            assertThrows(IllegalArgumentException.class, () -> aead.key(key));
            assertThrows(IllegalArgumentException.class, () -> mac.key(key));
            assertThrows(
                    IllegalStateException.class,
                    () -> aead.encrypt(new byte[8], 0, new byte[0], 0, 0, new byte[16], 0, 0));
        }
    }

    @Test
    void refusesTransformsThatItDoesNotHave() {
        assertThrows(IllegalArgumentException.class, () -> ciphers.aead(TransformId.encr(20, 128)));
        assertThrows(IllegalArgumentException.class, () -> ciphers.aead(TransformId.prf(4)));
        assertThrows(IllegalArgumentException.class, () -> ciphers.prf(TransformId.prf(5)));
        assertThrows(IllegalArgumentException.class, () -> ciphers.mac(TransformId.integ(12)));
    }
}
