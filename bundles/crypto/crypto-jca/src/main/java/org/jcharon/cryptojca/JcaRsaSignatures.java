// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.SignatureProvider;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.osgi.service.component.annotations.Component;

/** RSA signatures of the JDK: PKCS #1 v1.5 and PSS (RFC 8017). How short a modulus may be is core's policy. */
@Component(property = "service.ranking:Integer=100")
public final class JcaRsaSignatures implements SignatureProvider {

    private static final Set<SignatureScheme> SCHEMES = Set.of(
            SignatureScheme.RSA_PKCS1_SHA1,
            SignatureScheme.RSA_PKCS1_SHA2_256,
            SignatureScheme.RSA_PKCS1_SHA2_384,
            SignatureScheme.RSA_PKCS1_SHA2_512,
            SignatureScheme.RSA_PSS_SHA2_256,
            SignatureScheme.RSA_PSS_SHA2_384,
            SignatureScheme.RSA_PSS_SHA2_512);

    @Override
    public Set<SignatureScheme> schemes() {
        return SCHEMES;
    }

    @Override
    public Optional<PublicKey> readPublicKey(Chunk spki) throws KeyMismatchException {
        byte[] der = spki.toArray();
        String algorithm = KeyAlgorithm.ofSpki(der);
        return isRsa(algorithm) ? Optional.of(describe(publicKey(algorithm, der), spki)) : Optional.empty();
    }

    @Override
    public Optional<PublicKey> publicKeyOf(Secret pkcs8) throws KeyMismatchException {
        byte[] der = pkcs8.reveal();
        try {
            String algorithm = KeyAlgorithm.ofPkcs8(der);
            if (!isRsa(algorithm)) {
                return Optional.empty();
            }
            if (!(privateKey(algorithm, der) instanceof RSAPrivateCrtKey key)) {
                throw new KeyMismatchException("RSA key without its primes");
            }
            RSAPublicKey half = (RSAPublicKey) KeyFactory.getInstance("RSA", Providers.RSA)
                    .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
            return Optional.of(describe(half, Chunk.wrap(half.getEncoded())));
        } catch (GeneralSecurityException e) {
            throw new KeyMismatchException("RSA key: " + e.getMessage());
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    @Override
    public byte[] sign(SignatureScheme scheme, Secret pkcs8, byte[] data) throws KeyMismatchException {
        byte[] der = pkcs8.reveal();
        try {
            String algorithm = KeyAlgorithm.ofPkcs8(der);
            if (!isRsa(algorithm)) {
                throw new KeyMismatchException(scheme + " needs an RSA key");
            }
            Signature signature = signature(scheme);
            signature.initSign(privateKey(algorithm, der));
            signature.update(data);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new KeyMismatchException("RSA key does not fit " + scheme + ": " + e.getMessage());
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    @Override
    public boolean verify(SignatureScheme scheme, PublicKey key, byte[] data, byte[] octets) {
        byte[] der = key.spki().toArray();
        try {
            String algorithm = KeyAlgorithm.ofSpki(der);
            if (!isRsa(algorithm)) {
                return false;
            }
            Signature signature = signature(scheme);
            signature.initVerify(publicKey(algorithm, der));
            signature.update(data);
            return signature.verify(octets);
        } catch (GeneralSecurityException | KeyMismatchException e) {
            return false; // a malformed signature or key, by contract not worth a distinction
        }
    }

    private static boolean isRsa(String algorithm) {
        return algorithm.equals(KeyAlgorithm.RSA) || algorithm.equals(KeyAlgorithm.RSA_PSS);
    }

    private static PublicKey describe(RSAPublicKey key, Chunk spki) {
        return new PublicKey(KeyType.RSA, key.getModulus().bitLength(), spki);
    }

    private static RSAPublicKey publicKey(String algorithm, byte[] der) throws KeyMismatchException {
        try {
            return (RSAPublicKey) factory(algorithm).generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            throw new KeyMismatchException("RSA key: " + e.getMessage());
        }
    }

    private static PrivateKey privateKey(String algorithm, byte[] der) throws GeneralSecurityException {
        return factory(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    private static KeyFactory factory(String algorithm) {
        return Providers.keyFactory(algorithm.equals(KeyAlgorithm.RSA) ? "RSA" : "RSASSA-PSS", Providers.RSA);
    }

    private static Signature signature(SignatureScheme scheme) throws GeneralSecurityException {
        return switch (scheme) {
            case RSA_PKCS1_SHA1 -> Providers.signature("SHA1withRSA", Providers.RSA);
            case RSA_PKCS1_SHA2_256 -> Providers.signature("SHA256withRSA", Providers.RSA);
            case RSA_PKCS1_SHA2_384 -> Providers.signature("SHA384withRSA", Providers.RSA);
            case RSA_PKCS1_SHA2_512 -> Providers.signature("SHA512withRSA", Providers.RSA);
            case RSA_PSS_SHA2_256 -> pss("SHA-256", MGF1ParameterSpec.SHA256, 32);
            case RSA_PSS_SHA2_384 -> pss("SHA-384", MGF1ParameterSpec.SHA384, 48);
            case RSA_PSS_SHA2_512 -> pss("SHA-512", MGF1ParameterSpec.SHA512, 64);
            default -> throw new IllegalArgumentException("RSA has no " + scheme);
        };
    }

    private static Signature pss(String hash, AlgorithmParameterSpec mask, int salt) throws GeneralSecurityException {
        Signature signature = Providers.signature("RSASSA-PSS", Providers.RSA);
        signature.setParameter(new PSSParameterSpec(hash, "MGF1", mask, salt, PSSParameterSpec.TRAILER_FIELD_BC));
        return signature;
    }
}
