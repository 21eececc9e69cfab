// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptobc;

import java.util.Arrays;
import javax.security.auth.DestroyFailedException;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/**
 * ML-KEM (FIPS 203): the initiator's value is an encapsulation key, the responder's a ciphertext for it. The initiator draws the 64
 * octets of the key's seed (d, z), the responder the 32 octets of the message m.
 */
final class MlKemKeyExchange implements KeyExchange {

    private static final int SEED = 64;
    private static final int MESSAGE = 32;
    private static final int PRIME = 3329;

    private final MLKEMParameters parameters;
    private final RandomSource random;
    private final boolean initiator;
    private MLKEMPrivateKeyParameters key; // the initiator's
    private Chunk ciphertext; // the responder's, once it knows its peer
    private boolean closed;

    MlKemKeyExchange(MLKEMParameters parameters, boolean initiator, RandomSource random) {
        this.parameters = parameters;
        this.initiator = initiator;
        this.random = random;
        if (initiator) {
            byte[] seed = random.octets(SEED);
            key = new MLKEMPrivateKeyParameters(parameters, seed);
            Arrays.fill(seed, (byte) 0);
        }
    }

    @Override
    public boolean responderNeedsPeer() {
        return true;
    }

    @Override
    public Chunk publicValue() {
        checkOpen();
        if (initiator) {
            return Chunk.wrap(key.getPublicKey());
        }
        if (ciphertext == null) {
            throw new IllegalStateException("a KEM's ciphertext depends on the peer's value, which is not known yet");
        }
        return ciphertext;
    }

    @Override
    public Secret agree(Chunk peerPublicValue) throws KeyMismatchException {
        checkOpen();
        return initiator ? decapsulate(peerPublicValue) : encapsulate(peerPublicValue);
    }

    private Secret decapsulate(Chunk peer) throws KeyMismatchException {
        // FIPS 203 section 7.3: check of the ciphertext's type. One that does not fit the key gives another secret, not
        // an error.
        if (peer.length() != parameters.getEncapsulationLength()) {
            throw new KeyMismatchException(
                    "ciphertext of " + peer.length() + " octets instead of " + parameters.getEncapsulationLength());
        }
        return Secret.own(new MLKEMExtractor(key).extractSecret(peer.toArray()));
    }

    private Secret encapsulate(Chunk peer) throws KeyMismatchException {
        byte[] encoded = peer.toArray();
        checkEncapsulationKey(encoded);
        byte[] message = random.octets(MESSAGE);
        try {
            SecretWithEncapsulation both = MLKEMGenerator.internalGenerateEncapsulated(
                    new MLKEMPublicKeyParameters(parameters, encoded), message);
            ciphertext = Chunk.wrap(both.getEncapsulation());
            Secret secret = Secret.own(both.getSecret());
            both.destroy(); // it handed out a copy
            return secret;
        } catch (DestroyFailedException e) {
            throw new IllegalStateException("the library keeps a secret", e);
        } finally {
            Arrays.fill(message, (byte) 0);
        }
    }

    /** FIPS 203 section 7.2: the length, and that each coefficient of 12 bits is below the prime. */
    private void checkEncapsulationKey(byte[] encoded) throws KeyMismatchException {
        int coefficients = 384 * parameters.getK();
        if (encoded.length != coefficients + 32) {
            throw new KeyMismatchException(
                    "encapsulation key of " + encoded.length + " octets instead of " + (coefficients + 32));
        }
        for (int i = 0; i < coefficients; i += 3) {
            int three = (encoded[i] & 0xFF) | (encoded[i + 1] & 0xFF) << 8 | (encoded[i + 2] & 0xFF) << 16;
            if ((three & 0xFFF) >= PRIME || three >> 12 >= PRIME) {
                throw new KeyMismatchException("encapsulation key has a coefficient that is not below " + PRIME);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        if (key != null) {
            key.destroy();
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("key exchange was closed");
        }
    }
}
