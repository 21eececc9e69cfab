// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.ECPoint;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import javax.crypto.KeyAgreement;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.SignatureProvider;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.osgi.service.component.annotations.Component;

/** ECDSA over the NIST curves, Ed25519 and Ed448 of the JDK: a fallback, other providers are several times faster. */
@Component(property = "service.ranking:Integer=20")
public final class JcaCurveSignatures implements SignatureProvider {

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
        byte[] der = spki.toArray();
        KeyType type = type(KeyAlgorithm.ofSpki(der));
        if (type.equals(KeyType.UNKNOWN)) {
            return Optional.empty();
        }
        return Optional.of(describe(type, publicKey(type, der), spki));
    }

    @Override
    public Optional<PublicKey> publicKeyOf(Secret pkcs8) throws KeyMismatchException {
        byte[] der = pkcs8.reveal();
        try {
            KeyType type = type(KeyAlgorithm.ofPkcs8(der));
            if (type.equals(KeyType.UNKNOWN)) {
                return Optional.empty();
            }
            PrivateKey key = privateKey(type, der);
            java.security.PublicKey half =
                    key instanceof ECPrivateKey ec ? publicHalf(ec) : publicHalf((EdECPrivateKey) key);
            return Optional.of(describe(type, half, Chunk.wrap(half.getEncoded())));
        } catch (GeneralSecurityException e) {
            throw new KeyMismatchException("key: " + e.getMessage());
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    @Override
    public byte[] sign(SignatureScheme scheme, Secret pkcs8, byte[] data) throws KeyMismatchException {
        byte[] der = pkcs8.reveal();
        try {
            KeyType type = type(KeyAlgorithm.ofPkcs8(der));
            if (!type.equals(scheme.keyType())) {
                throw new KeyMismatchException(scheme + " needs a key of kind " + scheme.keyType());
            }
            PrivateKey key = privateKey(type, der);
            if (key instanceof ECPrivateKey ec) {
                checkCurve(scheme, Curve.of(ec.getParams()));
            }
            Signature signature = signature(scheme);
            signature.initSign(key);
            signature.update(data);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new KeyMismatchException("key does not fit " + scheme + ": " + e.getMessage());
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    @Override
    public boolean verify(SignatureScheme scheme, PublicKey key, byte[] data, byte[] octets) {
        byte[] der = key.spki().toArray();
        try {
            KeyType type = type(KeyAlgorithm.ofSpki(der));
            if (!type.equals(scheme.keyType())) {
                return false;
            }
            java.security.PublicKey parsed = publicKey(type, der);
            if (parsed instanceof ECPublicKey ec) {
                checkCurve(scheme, Curve.of(ec.getParams()));
            }
            Signature signature = signature(scheme);
            signature.initVerify(parsed);
            signature.update(data);
            return signature.verify(octets);
        } catch (GeneralSecurityException | KeyMismatchException e) {
            return false; // a malformed signature or key, by contract not worth a distinction
        }
    }

    private static KeyType type(String algorithm) {
        return switch (algorithm) {
            case KeyAlgorithm.EC -> KeyType.ECDSA;
            case KeyAlgorithm.ED25519 -> KeyType.ED25519;
            case KeyAlgorithm.ED448 -> KeyType.ED448;
            default -> KeyType.UNKNOWN;
        };
    }

    private static PublicKey describe(KeyType type, java.security.PublicKey key, Chunk spki)
            throws KeyMismatchException {
        int bits = switch (type) {
            case ECDSA -> Curve.of(((ECPublicKey) key).getParams()).bits();
            case ED25519 -> 256;
            default -> 456;
        };
        return new PublicKey(type, bits, spki);
    }

    private static java.security.PublicKey publicKey(KeyType type, byte[] der) throws KeyMismatchException {
        try {
            java.security.PublicKey key =
                    Providers.keyFactory(jcaName(type), Providers.EC).generatePublic(new X509EncodedKeySpec(der));
            if (key instanceof ECPublicKey ec) {
                Curve.of(ec.getParams()).check(ec.getW());
            }
            return key;
        } catch (GeneralSecurityException e) {
            throw new KeyMismatchException(type + " key: " + e.getMessage());
        }
    }

    private static PrivateKey privateKey(KeyType type, byte[] der) throws GeneralSecurityException {
        return Providers.keyFactory(jcaName(type), Providers.EC).generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    private static String jcaName(KeyType type) {
        return switch (type) {
            case ECDSA -> "EC";
            case ED25519 -> "Ed25519";
            default -> "Ed448";
        };
    }

    /** RFC 4754 section 3 binds each fixed form to one curve. */
    private static void checkCurve(SignatureScheme scheme, Curve curve) throws KeyMismatchException {
        int bits = switch (scheme) {
            case ECDSA_256 -> 256;
            case ECDSA_384 -> 384;
            case ECDSA_521 -> 521;
            default -> curve.bits();
        };
        if (bits != curve.bits()) {
            throw new KeyMismatchException(scheme + " with a key on P-" + curve.bits());
        }
    }

    private static Signature signature(SignatureScheme scheme) {
        return Providers.signature(
                switch (scheme) {
                    case ECDSA_SHA2_256 -> "SHA256withECDSA";
                    case ECDSA_SHA2_384 -> "SHA384withECDSA";
                    case ECDSA_SHA2_512 -> "SHA512withECDSA";
                    case ECDSA_256 -> "SHA256withECDSAinP1363Format";
                    case ECDSA_384 -> "SHA384withECDSAinP1363Format";
                    case ECDSA_521 -> "SHA512withECDSAinP1363Format";
                    case ED25519 -> "Ed25519";
                    case ED448 -> "Ed448";
                    default -> throw new IllegalArgumentException("no curve has " + scheme);
                },
                Providers.EC);
    }

    /**
     * The JDK does not multiply a point for us, but its key agreement with the generator gives the x coordinate of the public
     * point, and a trial signature tells which of the two y it is.
     */
    private static java.security.PublicKey publicHalf(ECPrivateKey key)
            throws GeneralSecurityException, KeyMismatchException {
        Curve curve = Curve.of(key.getParams());
        KeyAgreement agreement = Providers.agreement("ECDH");
        agreement.init(key);
        agreement.doPhase(curve.publicKey(curve.spec().getGenerator()), true);
        ECPoint one = curve.pointOf(new BigInteger(1, agreement.generateSecret()));
        byte[] trial = {1};
        Signature signer = signature(SignatureScheme.ECDSA_SHA2_256);
        signer.initSign(key);
        signer.update(trial);
        byte[] signature = signer.sign();
        for (ECPoint point : new ECPoint[] {one, curve.negated(one)}) {
            java.security.PublicKey half = curve.publicKey(point);
            Signature verifier = signature(SignatureScheme.ECDSA_SHA2_256);
            verifier.initVerify(half);
            verifier.update(trial);
            if (verifier.verify(signature)) {
                return half;
            }
        }
        throw new KeyMismatchException("EC key does not verify its own signature");
    }

    /** The JDK derives the public half only where it generates a pair, so the seed is handed to it as its random octets. */
    private static java.security.PublicKey publicHalf(EdECPrivateKey key)
            throws GeneralSecurityException, KeyMismatchException {
        byte[] seed = key.getBytes().orElseThrow(() -> new KeyMismatchException("EdDSA key without its octets"));
        try {
            KeyPairGenerator generator = Providers.curveKeys("EdDSA");
            generator.initialize(
                    new NamedParameterSpec(key.getParams().getName()),
                    RandomAdapter.of(target -> System.arraycopy(seed, 0, target, 0, seed.length)));
            KeyPair pair = generator.generateKeyPair();
            byte[] used = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
            if (!Arrays.equals(used, seed)) {
                throw new KeyMismatchException("this JDK does not give the public half of an EdDSA key");
            }
            return pair.getPublic();
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }
}
