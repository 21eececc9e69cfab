// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptobc;

import java.io.IOException;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.teletrust.TeleTrusTNamedCurves;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECKeyParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.params.Ed448PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed448PublicKeyParameters;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.wire.Chunk;

/**
 * Reads and writes keys on curves (RFC 5480, RFC 5915, RFC 8410). The library's own key factories know every algorithm that it has and
 * take a hundred classes with them; here are four kinds.
 */
final class Keys {

    private static final ASN1ObjectIdentifier ID_ED25519 = new ASN1ObjectIdentifier("1.3.101.112");
    private static final ASN1ObjectIdentifier ID_ED448 = new ASN1ObjectIdentifier("1.3.101.113");

    private Keys() {}

    /** The public key; empty if it is of another kind. Curves must be named and points on them. */
    static Optional<AsymmetricKeyParameter> readPublic(Chunk spki) throws KeyMismatchException {
        try {
            SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(spki.toArray());
            AlgorithmIdentifier algorithm = info.getAlgorithm();
            byte[] octets = info.getPublicKeyData().getOctets();
            return switch (kind(algorithm)) {
                case ECDSA -> {
                    ECDomainParameters domain = domain(algorithm);
                    yield Optional.of(
                            new ECPublicKeyParameters(domain.getCurve().decodePoint(octets), domain));
                }
                case ED25519 -> Optional.of(new Ed25519PublicKeyParameters(octets));
                case ED448 -> Optional.of(new Ed448PublicKeyParameters(octets));
                default -> Optional.empty();
            };
        } catch (RuntimeException e) { // the library throws a dozen kinds for malformed octets
            throw new KeyMismatchException("public key: " + e.getMessage());
        }
    }

    /** The private key of an unencrypted PKCS #8 structure; empty if it is of another kind. */
    static Optional<AsymmetricKeyParameter> readPrivate(byte[] pkcs8) throws KeyMismatchException {
        try {
            PrivateKeyInfo info = PrivateKeyInfo.getInstance(pkcs8);
            AlgorithmIdentifier algorithm = info.getPrivateKeyAlgorithm();
            KeyType kind = kind(algorithm);
            if (kind.equals(KeyType.UNKNOWN)) {
                return Optional.empty();
            }
            if (kind.equals(KeyType.ECDSA)) {
                return Optional.of(new ECPrivateKeyParameters(
                        ECPrivateKey.getInstance(info.parsePrivateKey()).getKey(), domain(algorithm)));
            }
            byte[] octets = ASN1OctetString.getInstance(info.parsePrivateKey()).getOctets();
            return Optional.of(
                    kind.equals(KeyType.ED25519)
                            ? new Ed25519PrivateKeyParameters(octets)
                            : new Ed448PrivateKeyParameters(octets));
        } catch (IOException | RuntimeException e) { // the text might show octets of the key
            throw new KeyMismatchException("private key is malformed or on a curve that is not known");
        }
    }

    /** The public half of a private key. */
    static AsymmetricKeyParameter publicHalf(AsymmetricKeyParameter key) {
        if (key instanceof ECPrivateKeyParameters ec) {
            ECDomainParameters domain = ec.getParameters();
            return new ECPublicKeyParameters(new FixedPointCombMultiplier().multiply(domain.getG(), ec.getD()), domain);
        }
        return key instanceof Ed25519PrivateKeyParameters ed
                ? ed.generatePublicKey()
                : ((Ed448PrivateKeyParameters) key).generatePublicKey();
    }

    /** SubjectPublicKeyInfo with a named curve and an uncompressed point. */
    static Chunk encode(AsymmetricKeyParameter key) throws KeyMismatchException {
        try {
            SubjectPublicKeyInfo info;
            if (key instanceof ECPublicKeyParameters ec) {
                ASN1ObjectIdentifier curve = ((ECNamedDomainParameters) ec.getParameters()).getName();
                info = new SubjectPublicKeyInfo(
                        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve),
                        ec.getQ().getEncoded(false));
            } else if (key instanceof Ed25519PublicKeyParameters ed) {
                info = new SubjectPublicKeyInfo(new AlgorithmIdentifier(ID_ED25519), ed.getEncoded());
            } else {
                info = new SubjectPublicKeyInfo(
                        new AlgorithmIdentifier(ID_ED448), ((Ed448PublicKeyParameters) key).getEncoded());
            }
            return Chunk.wrap(info.getEncoded(ASN1Encoding.DER));
        } catch (IOException e) {
            throw new KeyMismatchException("public key cannot be written");
        }
    }

    static KeyType typeOf(AsymmetricKeyParameter key) {
        if (key instanceof ECPublicKeyParameters || key instanceof ECPrivateKeyParameters) {
            return KeyType.ECDSA;
        }
        return key instanceof Ed25519PublicKeyParameters || key instanceof Ed25519PrivateKeyParameters
                ? KeyType.ED25519
                : KeyType.ED448;
    }

    /** Whether a key lies on a curve of the NIST (Brainpool has the same lengths). */
    static boolean isNist(AsymmetricKeyParameter key) {
        return key instanceof ECKeyParameters ec
                && ec.getParameters() instanceof ECNamedDomainParameters named
                && TeleTrusTNamedCurves.getByOID(named.getName()) == null;
    }

    private static KeyType kind(AlgorithmIdentifier algorithm) {
        ASN1ObjectIdentifier identifier = algorithm.getAlgorithm();
        if (identifier.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return KeyType.ECDSA;
        }
        if (identifier.equals(ID_ED25519)) {
            return KeyType.ED25519;
        }
        return identifier.equals(ID_ED448) ? KeyType.ED448 : KeyType.UNKNOWN;
    }

    /** RFC 5480 section 2.1.1: only named curves. */
    private static ECNamedDomainParameters domain(AlgorithmIdentifier algorithm) {
        if (!(algorithm.getParameters() instanceof ASN1ObjectIdentifier name)) {
            throw new IllegalArgumentException("curve has no name");
        }
        X9ECParameters curve = CustomNamedCurves.getByOID(name);
        if (curve == null) {
            curve = TeleTrusTNamedCurves.getByOID(name);
        }
        if (curve == null) {
            throw new IllegalArgumentException("unknown curve " + name);
        }
        return new ECNamedDomainParameters(name, curve);
    }
}
