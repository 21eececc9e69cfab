// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.Cipher;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.HashFactory;
import org.jcharon.api.crypto.HashFunction;
import org.jcharon.api.crypto.IntegrityException;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.Mac;
import org.jcharon.api.crypto.Prf;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.SignatureProvider;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.crypto.TransformFactory;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/**
 * Published vectors that a provider must reproduce before core offers its algorithm. Any thread.
 *
 * <p>Each method answers what is wrong, or empty if all is well. An algorithm without a vector is wrong: nothing is offered untested.
 */
final class KnownAnswers {

    private static final String RESOURCE = "known-answers.txt";
    private static final Optional<String> GOOD = Optional.empty();

    /** Fields of the vectors by "kind number" or "kind name". */
    private final Map<String, List<String[]>> vectors = new HashMap<>();

    KnownAnswers() {
        try (InputStream in = KnownAnswers.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("core lacks " + RESOURCE);
            }
            for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n")) {
                if (!line.startsWith("#")) {
                    String[] fields = line.split(" ");
                    boolean sized = fields[0].equals("cipher") || fields[0].equals("aead");
                    int skip = sized ? 3 : 2;
                    String name = String.join(" ", Arrays.copyOf(fields, skip));
                    vectors.computeIfAbsent(name, key -> new ArrayList<>())
                            .add(Arrays.copyOfRange(fields, skip, fields.length));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(RESOURCE, e);
        }
    }

    Optional<String> check(TransformFactory factory, TransformId id) {
        return guarded(() -> switch (id.type().value()) {
            case 1 ->
                id.isAead()
                        ? each("aead " + id.id() + " " + id.keyBits(), v -> aead(factory, id, v))
                        : each("cipher " + id.id() + " " + id.keyBits(), v -> cipher(factory, id, v));
            case 2 -> each("prf " + id.id(), v -> prf(factory, id, v));
            case 3 -> each("mac " + id.id(), v -> mac(factory, id, v));
            case 4 ->
                vectors.containsKey("kem " + id.id())
                        ? each("kem " + id.id(), v -> KeyExchangeAnswers.kem(factory, id, v))
                        : each("ke " + id.id(), v -> KeyExchangeAnswers.exchange(factory, id, v));
            default -> Optional.of("no such kind of transform");
        });
    }

    Optional<String> check(HashFactory factory, HashAlgorithm algorithm) {
        return guarded(() -> each("hash " + algorithm.name(), v -> {
            HashFunction hash = factory.hash(algorithm);
            hash.update(octets(v[0]), 0, octets(v[0]).length);
            return same("digest", octets(v[1]), hash.digest());
        }));
    }

    Optional<String> check(SignatureProvider provider, SignatureScheme scheme) {
        return guarded(() -> each("signature " + scheme.name(), v -> signature(provider, scheme, v)));
    }

    private Optional<String> each(String name, Check check) throws KeyMismatchException, IntegrityException {
        List<String[]> cases = vectors.get(name);
        if (cases == null) {
            return Optional.of("core has no known answer for it");
        }
        for (String[] one : cases) {
            Optional<String> wrong = check.of(one);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return GOOD;
    }

    private static Optional<String> cipher(TransformFactory factory, TransformId id, String[] v) {
        byte[] iv = octets(v[1]);
        byte[] data = octets(v[2]);
        try (Cipher cipher = factory.cipher(id);
                Secret key = Secret.own(octets(v[0]))) {
            if (cipher.ivOctets() != iv.length) {
                return Optional.of("wrong length of the IV");
            }
            cipher.key(key);
            cipher.encrypt(iv, 0, data, 0, data.length);
            Optional<String> wrong = same("ciphertext", octets(v[3]), data);
            cipher.decrypt(iv, 0, data, 0, data.length);
            return wrong.or(() -> same("plaintext", octets(v[2]), data));
        }
    }

    private static Optional<String> aead(TransformFactory factory, TransformId id, String[] v)
            throws IntegrityException {
        byte[] iv = octets(v[1]);
        byte[] aad = octets(v[2]);
        byte[] plain = octets(v[3]);
        byte[] sealed = octets(v[4]);
        byte[] data = Arrays.copyOf(plain, sealed.length);
        try (Aead aead = factory.aead(id);
                Secret key = Secret.own(octets(v[0]))) {
            if (aead.ivOctets() != iv.length || aead.icvOctets() != sealed.length - plain.length) {
                return Optional.of("wrong length of IV or ICV");
            }
            aead.key(key);
            aead.encrypt(iv, 0, aad, 0, aad.length, data, 0, plain.length);
            Optional<String> wrong = same("ciphertext", sealed, data);
            if (wrong.isPresent()) {
                return wrong;
            }
            aead.decrypt(iv, 0, aad, 0, aad.length, data, 0, plain.length);
            wrong = same("plaintext", plain, Arrays.copyOf(data, plain.length));
            sealed[sealed.length - 1] ^= 1;
            try {
                aead.decrypt(iv, 0, aad, 0, aad.length, sealed, 0, plain.length);
                return Optional.of("accepts a forged ICV");
            } catch (IntegrityException expected) {
                return wrong;
            }
        }
    }

    private static Optional<String> prf(TransformFactory factory, TransformId id, String[] v) {
        byte[] data = octets(v[1]);
        try (Prf prf = factory.prf(id);
                Secret key = Secret.own(octets(v[0]))) {
            prf.key(key);
            prf.update(data, 0, data.length);
            return same("output", octets(v[2]), prf.compute());
        }
    }

    private static Optional<String> mac(TransformFactory factory, TransformId id, String[] v) {
        byte[] data = octets(v[1]);
        try (Mac mac = factory.mac(id);
                Secret key = Secret.own(octets(v[0]))) {
            byte[] icv = new byte[mac.icvOctets()];
            mac.key(key);
            mac.update(data, 0, data.length);
            mac.icv(icv, 0);
            return same("ICV", octets(v[2]), icv);
        }
    }

    private static Optional<String> signature(SignatureProvider provider, SignatureScheme scheme, String[] v)
            throws KeyMismatchException {
        Chunk spki = Chunk.ofHex(v[0]);
        byte[] data = octets(v[2]);
        byte[] signature = octets(v[3]);
        try (Secret pkcs8 = Secret.own(octets(v[1]))) {
            Optional<PublicKey> key = provider.readPublicKey(spki);
            if (key.isEmpty() || !key.get().type().equals(scheme.keyType())) {
                return Optional.of("does not know its key");
            }
            if (!key.equals(provider.publicKeyOf(pkcs8))) {
                return Optional.of("wrong public half of a private key");
            }
            if (!provider.verify(scheme, key.get(), data, signature)) {
                return Optional.of("refuses a good signature");
            }
            if (!provider.verify(scheme, key.get(), data, provider.sign(scheme, pkcs8, data))) {
                return Optional.of("refuses its own signature");
            }
            signature[signature.length / 2] ^= 1;
            return provider.verify(scheme, key.get(), data, signature)
                    ? Optional.of("accepts a forged signature")
                    : GOOD;
        }
    }

    static Optional<String> same(String what, byte[] expected, byte[] actual) {
        return Arrays.equals(expected, actual) ? GOOD : Optional.of("wrong " + what);
    }

    static byte[] octets(String field) {
        return field.equals("-") ? new byte[0] : Chunk.ofHex(field).toArray();
    }

    /** Whatever a provider does, it must not take core down: a fault is a wrong answer. */
    private static Optional<String> guarded(Run run) {
        try {
            return run.run();
        } catch (KeyMismatchException | IntegrityException e) {
            return Optional.of(e.getMessage());
        } catch (RuntimeException | LinkageError e) {
            return Optional.of(e.toString());
        }
    }

    /** One vector. */
    interface Check {
        Optional<String> of(String[] fields) throws KeyMismatchException, IntegrityException;
    }

    private interface Run {
        Optional<String> run() throws KeyMismatchException, IntegrityException;
    }
}
