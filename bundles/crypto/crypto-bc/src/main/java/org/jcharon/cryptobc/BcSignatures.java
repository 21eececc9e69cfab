// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptobc;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.DSAEncoding;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.Ed448Signer;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.SignatureProvider;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.osgi.service.component.annotations.Component;

/** ECDSA over the NIST and Brainpool curves with nonces by RFC 6979, Ed25519 and Ed448 (RFC 8032). */
@Component(property = "service.ranking:Integer=80")
public final class BcSignatures implements SignatureProvider {

    private static final Set<SignatureScheme> SCHEMES = Set.of(
            SignatureScheme.ECDSA_SHA2_256,
            SignatureScheme.ECDSA_SHA2_384,
            SignatureScheme.ECDSA_SHA2_512,
            SignatureScheme.ECDSA_256,
            SignatureScheme.ECDSA_384,
            SignatureScheme.ECDSA_521,
            SignatureScheme.ED25519,
            SignatureScheme.ED448);

    @Override
    public Set<SignatureScheme> schemes() {
        return SCHEMES;
    }

    @Override
    public Optional<PublicKey> readPublicKey(Chunk spki) throws KeyMismatchException {
        return Keys.readPublic(spki).map(key -> describe(key, spki));
    }

    @Override
    public Optional<PublicKey> publicKeyOf(Secret pkcs8) throws KeyMismatchException {
        byte[] der = pkcs8.reveal();
        try {
            Optional<AsymmetricKeyParameter> key = Keys.readPrivate(der);
            if (key.isEmpty()) {
                return Optional.empty();
            }
            AsymmetricKeyParameter half = Keys.publicHalf(key.get());
            return Optional.of(describe(half, Keys.encode(half)));
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    @Override
    public byte[] sign(SignatureScheme scheme, Secret pkcs8, byte[] data) throws KeyMismatchException {
        byte[] der = pkcs8.reveal();
        try {
            AsymmetricKeyParameter key = Keys.readPrivate(der)
                    .filter(k -> fits(scheme, k))
                    .orElseThrow(() -> new KeyMismatchException("key does not fit " + scheme));
            return scheme.keyType().equals(KeyType.ECDSA)
                    ? signEcdsa(scheme, (ECKeyParameters) key, data)
                    : signEdwards(scheme, key, data);
        } catch (CryptoException | IOException e) {
            throw new KeyMismatchException(scheme + ": " + e.getMessage());
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    @Override
    public boolean verify(SignatureScheme scheme, PublicKey key, byte[] data, byte[] signature) {
        try {
            Optional<AsymmetricKeyParameter> parsed =
                    Keys.readPublic(key.spki()).filter(k -> fits(scheme, k));
            if (parsed.isEmpty()) {
                return false;
            }
            if (!scheme.keyType().equals(KeyType.ECDSA)) {
                Signer verifier = edwards(scheme);
                verifier.init(false, parsed.get());
                verifier.update(data, 0, data.length);
                return verifier.verifySignature(signature);
            }
            ECPublicKeyParameters ec = (ECPublicKeyParameters) parsed.get();
            BigInteger[] both = encoding(scheme).decode(ec.getParameters().getN(), signature);
            ECDSASigner verifier = new ECDSASigner();
            verifier.init(false, ec);
            return verifier.verifySignature(hashed(scheme, data), both[0], both[1]);
        } catch (KeyMismatchException | IOException | RuntimeException e) {
            return false; // a malformed signature or key, by contract not worth a distinction
        }
    }

    private static byte[] signEcdsa(SignatureScheme scheme, ECKeyParameters key, byte[] data) throws IOException {
        // RFC 6979: no nonce from a generator that might repeat itself, and an answer that can be tested.
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(digest(scheme)));
        signer.init(true, key);
        BigInteger[] both = signer.generateSignature(hashed(scheme, data));
        return encoding(scheme).encode(key.getParameters().getN(), both[0], both[1]);
    }

    private static byte[] signEdwards(SignatureScheme scheme, AsymmetricKeyParameter key, byte[] data)
            throws CryptoException {
        Signer signer = edwards(scheme);
        signer.init(true, key);
        signer.update(data, 0, data.length);
        return signer.generateSignature();
    }

    private static Signer edwards(SignatureScheme scheme) {
        return scheme.equals(SignatureScheme.ED25519) ? new Ed25519Signer() : new Ed448Signer(new byte[0]);
    }

    private static DSAEncoding encoding(SignatureScheme scheme) {
        return fixedBits(scheme) > 0 ? PlainDSAEncoding.INSTANCE : StandardDSAEncoding.INSTANCE;
    }

    /** RFC 4754 section 3 binds each fixed form to the NIST curve of that size; 0 for the others. */
    private static int fixedBits(SignatureScheme scheme) {
        return switch (scheme) {
            case ECDSA_256 -> 256;
            case ECDSA_384 -> 384;
            case ECDSA_521 -> 521;
            default -> 0;
        };
    }

    private static boolean fits(SignatureScheme scheme, AsymmetricKeyParameter key) {
        if (!Keys.typeOf(key).equals(scheme.keyType())) {
            return false;
        }
        int bits = fixedBits(scheme);
        return bits == 0 || (Keys.isNist(key) && bits == orderBits((ECKeyParameters) key));
    }

    private static int orderBits(ECKeyParameters key) {
        return key.getParameters().getN().bitLength();
    }

    private static PublicKey describe(AsymmetricKeyParameter key, Chunk spki) {
        KeyType type = Keys.typeOf(key);
        int bits = switch (type) {
            case ECDSA -> orderBits((ECKeyParameters) key);
            case ED25519 -> 256;
            default -> 456;
        };
        return new PublicKey(type, bits, spki);
    }

    private static Digest digest(SignatureScheme scheme) {
        return switch (scheme.hash()) {
            case SHA2_256 -> SHA256Digest.newInstance();
            case SHA2_384 -> new SHA384Digest();
            case SHA2_512 -> new SHA512Digest();
            default -> throw new IllegalArgumentException("no hash of " + scheme);
        };
    }

    private static byte[] hashed(SignatureScheme scheme, byte[] data) {
        Digest digest = digest(scheme);
        byte[] hash = new byte[digest.getDigestSize()];
        digest.update(data, 0, data.length);
        digest.doFinal(hash, 0);
        return hash;
    }
}
