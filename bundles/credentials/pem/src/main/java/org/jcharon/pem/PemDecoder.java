// SPDX-License-Identifier: Apache-2.0
package org.jcharon.pem;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jcharon.api.credential.CredentialDecoder;
import org.jcharon.api.credential.DecodedCredential;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.api.wire.WireException;
import org.jcharon.lib.der.Der;
import org.jcharon.lib.der.DerReader;
import org.osgi.service.component.annotations.Component;

/**
 * Reads PEM files, and private and public keys in DER. Certificates are unwrapped for whoever reads X.509; of a file with several
 * kinds of blocks those of the wanted kind are taken.
 */
@Component
public final class PemDecoder implements CredentialDecoder {

    static final int MAX_OCTETS = 1 << 20;

    private static final byte[] RSA =
            Chunk.ofHex("300d06092a864886f70d0101010500").toArray();

    @Override
    public Optional<Result> decode(Kind kind, byte[] octets, Secret password) throws DecodingException {
        boolean der = octets.length > 0 && octets[0] == 0x30;
        if (octets.length > MAX_OCTETS) {
            throw new DecodingException("file of " + octets.length + " octets, at most " + MAX_OCTETS + " are read");
        }
        if (der && kind != Kind.CERTIFICATE) {
            DecodedCredential found = kind == Kind.PRIVATE_KEY
                    ? DecodedCredential.ofPrivateKey(PrivateKeyReader.any(octets, password))
                    : DecodedCredential.ofPublicKey(spki(octets));
            return Optional.of(new Result(List.of(found), List.of()));
        }
        return !der && PemReader.isArmoured(octets) ? Optional.of(armoured(kind, octets, password)) : Optional.empty();
    }

    private static Result armoured(Kind kind, byte[] octets, Secret password) throws DecodingException {
        List<DecodedCredential> found = new ArrayList<>();
        List<Unwrapped> unwrapped = new ArrayList<>();
        Set<String> others = new TreeSet<>();
        List<PemBlock> blocks = new PemReader(octets).blocks();
        try {
            for (PemBlock block : blocks) {
                if (kindOf(block.label()) != kind) {
                    others.add(block.label());
                } else if (kind == Kind.CERTIFICATE) {
                    unwrapped.add(new Unwrapped(kind, Chunk.of(block.octets())));
                } else if (kind == Kind.PRIVATE_KEY) {
                    found.add(DecodedCredential.ofPrivateKey(privateKey(block, password)));
                } else {
                    found.add(DecodedCredential.ofPublicKey(publicKey(block)));
                }
            }
            if (found.isEmpty() && unwrapped.isEmpty()) {
                throw new DecodingException("PEM file holds no " + text(kind) + ", but " + others);
            }
            return new Result(found, unwrapped);
        } catch (DecodingException e) {
            for (DecodedCredential credential : found) {
                if (credential.privateKey() != null) {
                    credential.privateKey().close();
                }
            }
            throw e;
        } finally {
            blocks.forEach(PemBlock::close);
        }
    }

    /** What a label announces; null for parameters and whatever else may stand in a file. */
    private static Kind kindOf(String label) {
        return switch (label) {
            case "CERTIFICATE", "X509 CERTIFICATE" -> Kind.CERTIFICATE;
            case "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY" -> Kind.PRIVATE_KEY;
            case "PUBLIC KEY", "RSA PUBLIC KEY" -> Kind.PUBLIC_KEY;
            default -> null;
        };
    }

    private static String text(Kind kind) {
        return switch (kind) {
            case CERTIFICATE -> "CERTIFICATE";
            case PRIVATE_KEY -> "PRIVATE KEY";
            case PUBLIC_KEY -> "PUBLIC KEY";
        };
    }

    private static Secret privateKey(PemBlock block, Secret password) throws DecodingException {
        if (block.cipher().isEmpty()) {
            return privateKey(block.label(), block.octets(), password);
        }
        byte[] plain = TraditionalEncryption.decrypt(block.cipher(), block.octets(), password);
        try {
            return privateKey(block.label(), plain, password);
        } catch (DecodingException e) {
            throw new DecodingException("decrypted key is malformed: wrong password?", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private static Secret privateKey(String label, byte[] der, Secret password) throws DecodingException {
        return switch (label) {
            case "RSA PRIVATE KEY" -> PrivateKeyReader.pkcs1(der);
            case "EC PRIVATE KEY" -> PrivateKeyReader.sec1(der);
            case "ENCRYPTED PRIVATE KEY" -> PrivateKeyReader.encryptedPkcs8(der, password);
            default -> PrivateKeyReader.pkcs8(der);
        };
    }

    private static Chunk publicKey(PemBlock block) throws DecodingException {
        if (block.label().equals("PUBLIC KEY")) {
            return spki(block.octets());
        }
        byte[] unusedBits = {0};
        return spki(Der.tlv(DerReader.SEQUENCE, RSA, Der.tlv(DerReader.BIT_STRING, unusedBits, block.octets())));
    }

    /** The outer structure only: the key itself is read by whoever uses it. */
    private static Chunk spki(byte[] der) throws DecodingException {
        try {
            DerReader all = new DerReader(der);
            DerReader key = all.enter(DerReader.SEQUENCE, "subjectPublicKeyInfo");
            all.end("subjectPublicKeyInfo");
            key.enter(DerReader.SEQUENCE, "algorithm").oid("algorithm");
            key.bitString("subjectPublicKey");
            key.end("subjectPublicKeyInfo");
            return Chunk.of(der);
        } catch (WireException e) {
            throw new DecodingException("malformed public key: " + e.getMessage(), e);
        }
    }
}
