// SPDX-License-Identifier: Apache-2.0
package org.jcharon.pem;

import java.util.Arrays;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.api.wire.WireException;
import org.jcharon.lib.der.Der;
import org.jcharon.lib.der.DerReader;

/** Turns private keys in DER, whatever their container, into PKCS #8. What comes in is borrowed; the result is the caller's. */
final class PrivateKeyReader {

    private static final byte[] VERSION_0 = Der.tlv(DerReader.INTEGER, new byte[] {0});
    private static final byte[] RSA =
            Chunk.ofHex("300d06092a864886f70d0101010500").toArray();
    private static final byte[] EC_PUBLIC_KEY =
            Chunk.ofHex("06072a8648ce3d0201").toArray();

    private PrivateKeyReader() {}

    /** Of any container; {@code password} may be null and is used only for encrypted ones. */
    static Secret any(byte[] der, Secret password) throws DecodingException {
        int second;
        int third;
        try {
            DerReader key = sequence(der, "private key");
            second = key.peek("private key");
            key.skip("private key");
            third = key.peek("private key");
        } catch (WireException e) {
            throw malformed("private key", e);
        }
        if (second == DerReader.SEQUENCE && third == DerReader.OCTET_STRING) {
            return encryptedPkcs8(der, password);
        } else if (second == DerReader.INTEGER && third == DerReader.SEQUENCE) {
            return pkcs8(der);
        } else if (second == DerReader.INTEGER && third == DerReader.INTEGER) {
            return pkcs1(der);
        } else if (second == DerReader.INTEGER && third == DerReader.OCTET_STRING) {
            return sec1(der);
        }
        throw new DecodingException("private key is in no known container (PKCS #1, PKCS #8, SEC 1)");
    }

    /** OneAsymmetricKey (RFC 5958). */
    static Secret pkcs8(byte[] der) throws DecodingException {
        try {
            DerReader key = sequence(der, "PKCS #8 key");
            key.integer(0, 1, "version");
            key.enter(DerReader.SEQUENCE, "privateKeyAlgorithm").oid("privateKeyAlgorithm");
            Arrays.fill(key.secretValue(DerReader.OCTET_STRING, "privateKey"), (byte) 0);
            if (key.nextIs(DerReader.context(0, true))) {
                key.skip("attributes");
            }
            if (key.nextIs(DerReader.context(1, false))) {
                key.skip("publicKey");
            }
            key.end("PKCS #8 key");
            return Secret.copyOf(der);
        } catch (WireException e) {
            throw malformed("PKCS #8 key", e);
        }
    }

    /** RSAPrivateKey (RFC 8017 appendix A.1.2). */
    static Secret pkcs1(byte[] der) throws DecodingException {
        try {
            DerReader key = sequence(der, "PKCS #1 key");
            key.integer(0, 0, "version (keys of several primes are not supported)");
            for (int i = 0; i < 8; i++) {
                if (key.peek("PKCS #1 key") != DerReader.INTEGER) {
                    throw key.error("PKCS #1 key: INTEGER expected");
                }
                key.skip("PKCS #1 key");
            }
            key.end("PKCS #1 key");
            return wrap(RSA, der);
        } catch (WireException e) {
            throw malformed("PKCS #1 key", e);
        }
    }

    /** ECPrivateKey (RFC 5915). */
    static Secret sec1(byte[] der) throws DecodingException {
        try {
            DerReader key = sequence(der, "SEC 1 key");
            key.integer(1, 1, "version");
            Arrays.fill(key.secretValue(DerReader.OCTET_STRING, "privateKey"), (byte) 0);
            if (!key.nextIs(DerReader.context(0, true))) {
                throw key.error("SEC 1 key without its curve");
            }
            DerReader parameters = key.enter(DerReader.context(0, true), "parameters");
            Chunk curve = parameters.element(DerReader.OID, "named curve");
            parameters.end("parameters");
            if (key.nextIs(DerReader.context(1, true))) {
                key.skip("publicKey");
            }
            key.end("SEC 1 key");
            return wrap(Der.tlv(DerReader.SEQUENCE, EC_PUBLIC_KEY, curve.toArray()), der);
        } catch (WireException e) {
            throw malformed("SEC 1 key", e);
        }
    }

    /** EncryptedPrivateKeyInfo (RFC 5958 section 3). */
    static Secret encryptedPkcs8(byte[] der, Secret password) throws DecodingException {
        byte[] plain;
        try {
            DerReader container = sequence(der, "encrypted PKCS #8 key");
            DerReader algorithm = container.enter(DerReader.SEQUENCE, "encryptionAlgorithm");
            byte[] encrypted = container.secretValue(DerReader.OCTET_STRING, "encryptedData");
            container.end("encrypted PKCS #8 key");
            plain = Pbes2.decrypt(algorithm, encrypted, password);
        } catch (WireException e) {
            throw malformed("encrypted PKCS #8 key", e);
        }
        try {
            return pkcs8(plain);
        } catch (DecodingException e) {
            // one wrong password in about 256 leaves padding that looks right
            throw new DecodingException("decrypted key is malformed: wrong password?", e);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    private static Secret wrap(byte[] algorithm, byte[] key) {
        byte[] octetString = Der.tlv(DerReader.OCTET_STRING, key);
        try {
            return Secret.own(Der.tlv(DerReader.SEQUENCE, VERSION_0, algorithm, octetString));
        } finally {
            Arrays.fill(octetString, (byte) 0);
        }
    }

    private static DerReader sequence(byte[] der, String what) throws WireException {
        DerReader all = new DerReader(der);
        DerReader sequence = all.enter(DerReader.SEQUENCE, what);
        all.end(what);
        return sequence;
    }

    private static DecodingException malformed(String what, WireException cause) {
        return new DecodingException("malformed " + what + ": " + cause.getMessage(), cause);
    }
}
