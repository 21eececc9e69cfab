// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.testkit;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.Cipher;
import org.jcharon.api.crypto.IntegrityException;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.Mac;
import org.jcharon.api.crypto.Prf;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.SignatureProvider;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.crypto.TransformFactory;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/**
 * Runs the published vectors against a crypto provider: the same for every provider, whichever library it uses. Each method throws
 * {@link AssertionError} naming the case that fails, and tells how many cases each algorithm passed, so that a test can insist
 * that none was left out.
 */
public final class CryptoVectors {

    private static final Map<String, Integer> CIPHERS = Map.of(
            "AES-CBC",
            12,
            "AES-CTR",
            13,
            "AES-CCM-8",
            14,
            "AES-CCM-12",
            15,
            "AES-CCM-16",
            16,
            "AES-GCM-8",
            18,
            "AES-GCM-12",
            19,
            "AES-GCM-16",
            20);
    private static final Map<String, Integer> PRFS = Map.of(
            "HMAC-SHA1", 2,
            "AES128-XCBC-PRF-128 (RFC 4434)", 4,
            "HMAC-SHA2-256", 5,
            "HMAC-SHA2-384", 6,
            "HMAC-SHA2-512", 7,
            "AES-CMAC-PRF-128 (RFC 4615)", 8);
    private static final Map<String, Integer> MACS = Map.of(
            "HMAC-SHA1-96", 2,
            "AES-XCBC-MAC-96", 5,
            "AES-CMAC-96", 8,
            "HMAC-SHA2-256-128", 12,
            "HMAC-SHA2-384-192", 13,
            "HMAC-SHA2-512-256", 14);

    private final Map<String, Integer> passed = new TreeMap<>();

    private CryptoVectors() {}

    /** All ciphers, PRFs and integrity transforms that the factory has; returns cases passed by transform name. */
    public static Map<String, Integer> checkTransforms(TransformFactory factory) {
        CryptoVectors run = new CryptoVectors();
        for (Vectors c : Vectors.cases(CryptoVectors.class, "aes_cbc_ctr.json")) {
            TransformId id = encr(c);
            if (factory.transforms().contains(id)) {
                run.cipher(factory, id, c);
            }
        }
        for (Vectors c : Vectors.cases(CryptoVectors.class, "aes_gcm_ccm_aead.json")) {
            TransformId id = encr(c);
            if (factory.transforms().contains(id)) {
                run.aead(factory, id, c, Chunk.concat(c.octets("ciphertext"), c.octets("tag")));
            }
        }
        for (Vectors c : Vectors.cases(CryptoVectors.class, "aes_gcm_esp_mcgrew.json")) {
            TransformId id = TransformId.encr(20, c.octets("key").length() * 8);
            if (factory.transforms().contains(id)) {
                Chunk packet = c.octets("packet");
                run.aead(factory, id, c, packet.slice(16, packet.length()));
            }
        }
        for (Vectors c : Vectors.cases(CryptoVectors.class, "chacha20poly1305.json")) {
            TransformId id = TransformId.encr(28, 0);
            if (factory.transforms().contains(id)) {
                run.aead(factory, id, c, Chunk.concat(c.octets("ciphertext"), c.octets("tag")));
            }
        }
        for (Vectors c : Vectors.cases(CryptoVectors.class, "prf.json")) {
            TransformId id = TransformId.prf(PRFS.get(c.text("alg")));
            if (factory.transforms().contains(id)) {
                run.prf(factory, id, c);
            }
        }
        for (Vectors c : Vectors.cases(CryptoVectors.class, "integrity.json")) {
            TransformId id = TransformId.integ(MACS.get(c.text("alg")));
            if (factory.transforms().contains(id)) {
                run.mac(factory, id, c);
            }
        }
        return run.passed;
    }

    /**
     * All MODP, ECP and Montgomery curve exchanges that the factory has.
     *
     * @param opaque those whose private value does not follow from the random octets alone: only agreement is checked
     */
    public static Map<String, Integer> checkKeyExchanges(TransformFactory factory, Set<TransformId> opaque) {
        CryptoVectors run = new CryptoVectors();
        for (String file : new String[] {"modp.json", "ecp.json", "brainpool.json", "curve25519_448.json"}) {
            for (Vectors c : Vectors.cases(CryptoVectors.class, file)) {
                TransformId id = TransformId.ke(c.number("group"));
                if (factory.transforms().contains(id)) {
                    run.keyExchange(factory, id, c, !opaque.contains(id));
                }
            }
        }
        return run.passed;
    }

    /** All signature vectors whose scheme the provider has; {@code rfc6979} if its ECDSA nonces are made by that RFC. */
    public static Map<String, Integer> checkSignatures(SignatureProvider provider, boolean rfc6979) {
        CryptoVectors run = new CryptoVectors();
        for (Vectors c : Vectors.cases(CryptoVectors.class, "signatures.json")) {
            SignatureScheme scheme = SignatureScheme.valueOf(c.text("scheme"));
            if (provider.schemes().contains(scheme)) {
                try (Secret key = Secret.own(c.bytes("pkcs8"))) {
                    run.signature(provider, scheme, c, key, rfc6979);
                } catch (KeyMismatchException e) {
                    throw new AssertionError(c + ": " + e.getMessage(), e);
                }
            }
        }
        return run.passed;
    }

    private static TransformId encr(Vectors c) {
        return TransformId.encr(CIPHERS.get(c.text("alg")), c.octets("key").length() * 8);
    }

    private void cipher(TransformFactory factory, TransformId id, Vectors c) {
        Chunk salt = c.has("salt") ? c.octets("salt") : Chunk.EMPTY;
        byte[] data = c.bytes("plaintext");
        byte[] iv = c.bytes("iv");
        try (Cipher cipher = factory.cipher(id);
                Secret key = Secret.own(Chunk.concat(c.octets("key"), salt).toArray())) {
            equal(c, key.length(), cipher.keyOctets());
            equal(c, iv.length, cipher.ivOctets());
            cipher.key(key);
            cipher.encrypt(iv, 0, data, 0, data.length);
            equal(c, c.octets("ciphertext"), Chunk.of(data));
            cipher.decrypt(iv, 0, data, 0, data.length);
            equal(c, c.octets("plaintext"), Chunk.of(data));
        }
        pass(id.toString());
    }

    private void aead(TransformFactory factory, TransformId id, Vectors c, Chunk sealed) {
        Chunk plain = c.octets("plaintext");
        byte[] aad = c.bytes("aad");
        byte[] data = new byte[3 + sealed.length()]; // an offset, as in a packet
        plain.copyTo(data, 3);
        byte[] iv = c.bytes("iv");
        try (Aead aead = factory.aead(id);
                Secret key = Secret.own(
                        Chunk.concat(c.octets("key"), c.octets("salt")).toArray())) {
            equal(c, key.length(), aead.keyOctets());
            equal(c, iv.length, aead.ivOctets());
            equal(c, sealed.length() - plain.length(), aead.icvOctets());
            aead.key(key);
            aead.encrypt(iv, 0, aad, 0, aad.length, data, 3, plain.length());
            equal(c, sealed, Chunk.of(data, 3, sealed.length()));
            byte[] forged = data.clone();
            forged[forged.length - 1] ^= 1;
            byte[] before = forged.clone();
            refuses(c, aead, iv, aad, forged, plain.length());
            if (!Chunk.of(forged, 3, plain.length()).equals(Chunk.wrap(new byte[plain.length()]))) {
                equal(c, Chunk.wrap(before), Chunk.wrap(forged));
            }
            System.arraycopy(forged, 3, before, 3, plain.length());
            equal(c, Chunk.wrap(before), Chunk.wrap(forged)); // nothing else is written
            for (int i = 0; i < 2; i++) { // the same message twice: a receiver cannot choose its IVs
                byte[] again = data.clone();
                aead.decrypt(iv, 0, aad, 0, aad.length, again, 3, plain.length());
                equal(c, plain, Chunk.of(again, 3, plain.length()));
            }
            if (aad.length > 0) {
                aad[0] ^= 1;
                refuses(c, aead, iv, aad, data, plain.length());
            }
        } catch (IntegrityException e) {
            throw new AssertionError(c + ": refuses its own message", e);
        }
        pass(id.toString());
    }

    private static void refuses(Vectors c, Aead aead, byte[] iv, byte[] aad, byte[] data, int length) {
        try {
            aead.decrypt(iv, 0, aad, 0, aad.length, data, 3, length);
        } catch (IntegrityException expected) {
            return;
        }
        throw new AssertionError(c + ": accepts a forged message");
    }

    private void prf(TransformFactory factory, TransformId id, Vectors c) {
        byte[] data = c.bytes("data");
        int half = data.length / 2;
        try (Prf prf = factory.prf(id);
                Secret key = Secret.own(c.bytes("key"))) {
            prf.key(key);
            for (int i = 0; i < 2; i++) { // the key stays
                prf.update(data, 0, half);
                prf.update(data, half, data.length - half);
                equal(c, c.octets("out"), Chunk.wrap(prf.compute()));
            }
            equal(c, c.octets("out").length(), prf.octets());
        }
        pass(id.toString());
    }

    private void mac(TransformFactory factory, TransformId id, Vectors c) {
        byte[] data = c.bytes("data");
        try (Mac mac = factory.mac(id);
                Secret key = Secret.own(c.bytes("key"))) {
            equal(c, key.length(), mac.keyOctets());
            byte[] icv = new byte[mac.icvOctets() + 2];
            mac.key(key);
            for (int i = 0; i < 2; i++) {
                mac.update(data, 0, data.length);
                mac.icv(icv, 1);
                equal(c, c.octets("out"), Chunk.of(icv, 1, mac.icvOctets()));
            }
            equal(c, 0, icv[0] | icv[icv.length - 1]);
        }
        pass(id.toString());
    }

    private void keyExchange(TransformFactory factory, TransformId id, Vectors c, boolean exact) {
        ScriptedRandom forUs = new ScriptedRandom(c.octets("priv_i"), 1);
        ScriptedRandom forThem = new ScriptedRandom(c.octets("priv_r"), 2);
        try (KeyExchange us = factory.keyExchange(id, true, forUs);
                KeyExchange them = factory.keyExchange(id, false, forThem);
                Secret shared = us.agree(exact ? c.octets("ke_r") : them.publicValue());
                Secret theirs = them.agree(exact ? c.octets("ke_i") : us.publicValue())) {
            equal(c, true, shared.matches(theirs));
            equal(c, c.octets("ke_i").length(), us.publicValue().length());
            equal(c, c.octets("shared").length(), shared.length());
            if (exact) {
                equal(c, c.octets("ke_i"), us.publicValue());
                equal(c, c.octets("ke_r"), them.publicValue());
                equal(c, c.octets("shared"), Chunk.wrap(shared.reveal()));
            }
        } catch (KeyMismatchException e) {
            throw new AssertionError(c + ": " + e.getMessage(), e);
        }
        pass(id.toString());
    }

    private void signature(SignatureProvider provider, SignatureScheme scheme, Vectors c, Secret pkcs8, boolean rfc6979)
            throws KeyMismatchException {
        PublicKey key = provider.readPublicKey(c.octets("spki")).orElseThrow();
        equal(c, key, provider.publicKeyOf(pkcs8).orElseThrow());
        equal(c, scheme.keyType(), key.type());
        byte[] data = c.bytes("data");
        byte[] good = c.bytes("signature");
        equal(c, true, provider.verify(scheme, key, data, good));
        byte[] made = provider.sign(scheme, pkcs8, data);
        equal(c, true, provider.verify(scheme, key, data, made));
        if (c.text("deterministic").equals("true")
                || (rfc6979 && c.text("deterministic").equals("rfc6979"))) {
            equal(c, Chunk.wrap(good), Chunk.wrap(made));
        }
        equal(c, false, provider.verify(scheme, key, Arrays.copyOf(data, data.length + 1), good));
        equal(c, false, provider.verify(scheme, key, data, new byte[0]));
        equal(c, false, provider.verify(scheme, key, data, new byte[good.length]));
        equal(c, false, provider.verify(scheme, key, data, Arrays.copyOf(good, good.length - 1)));
        for (int i = 0; i < good.length; i += 7) {
            byte[] forged = good.clone();
            forged[i] ^= 1;
            equal(c, false, provider.verify(scheme, key, data, forged));
        }
        PublicKey broken = new PublicKey(
                key.type(), key.bits(), key.spki().slice(0, key.spki().length() - 1));
        equal(c, false, provider.verify(scheme, broken, data, good));
        pass(scheme.name());
    }

    private void pass(String algorithm) {
        passed.merge(algorithm, 1, Integer::sum);
    }

    private static void equal(Vectors c, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new AssertionError(c + ": expected " + expected + ", got " + actual);
        }
    }

    /** The names of a factory's transforms of some types, to compare with what passed. */
    public static Set<String> names(TransformFactory factory, TransformType... types) {
        Set<String> names = new java.util.TreeSet<>();
        factory.transforms().stream()
                .filter(t -> Arrays.asList(types).contains(t.type()))
                .forEach(t -> names.add(t.toString()));
        return names;
    }
}
