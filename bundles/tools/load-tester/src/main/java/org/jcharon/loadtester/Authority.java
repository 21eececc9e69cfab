// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialDecoder.Kind;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.DecodedCredential;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.PrivateKey;
import org.jcharon.api.credential.SoftwarePrivateKey;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.wire.Secret;

/**
 * A CA that issues certificates on the spot, all for the one key of this daemon: a key each would measure the generation of keys. Any
 * thread.
 */
final class Authority implements AutoCloseable {

    private static final Identification NAME = Identification.parse("O=jcharon load-test, CN=CA");
    private static final Duration BEFORE = Duration.ofHours(1);
    private static final Duration AFTER = Duration.ofDays(7);
    private static final int SERIAL_OCTETS = 8;

    private final CryptoRegistry crypto;
    private final CredentialManager credentials;
    private final Instant now;
    private final Secret caKey;
    private final SignatureScheme scheme;
    private final SoftwarePrivateKey key;
    private final Certificate ca;

    private Authority(
            CryptoRegistry crypto,
            CredentialManager credentials,
            Instant now,
            Secret caKey,
            SoftwarePrivateKey key,
            Optional<Certificate> known)
            throws KeyMismatchException, DecodingException {
        this.crypto = crypto;
        this.credentials = credentials;
        this.now = now;
        this.caKey = caKey;
        this.key = key;
        PublicKey caPublic = crypto.publicKeyOf(caKey);
        this.scheme = scheme(caPublic.type());
        this.ca = known.isPresent() ? known.get() : issue(NAME, NAME, caPublic, "");
    }

    /**
     * The CA of these files, which are made if they are not there; without files a CA that only this daemon knows.
     *
     * @throws IOException if the files cannot be read or written, or no plugin can read or sign what is needed; with the reason
     */
    static Authority open(
            Optional<Path> certFile,
            Optional<Path> keyFile,
            CryptoRegistry crypto,
            CredentialManager credentials,
            Instant now)
            throws IOException {
        try {
            boolean there = certFile.isPresent() && Files.exists(certFile.get());
            Secret caKey = there
                    ? decoded(credentials, Kind.PRIVATE_KEY, keyFile.get()).privateKey()
                    : generate();
            Optional<Certificate> known = there
                    ? Optional.of(decoded(credentials, Kind.CERTIFICATE, certFile.get())
                            .certificate())
                    : Optional.empty();
            Authority authority =
                    new Authority(crypto, credentials, now, caKey, new SoftwarePrivateKey(generate(), crypto), known);
            if (certFile.isPresent() && !there) {
                write(keyFile.get(), caKey.reveal());
                write(certFile.get(), authority.ca.der().toArray());
            }
            return authority;
        } catch (GeneralSecurityException | KeyMismatchException | DecodingException e) {
            throw new IOException("no certificates: " + e.getMessage(), e);
        }
    }

    /** The CA's certificate. */
    Certificate ca() {
        return ca;
    }

    /** The key of all that is issued here. */
    PrivateKey key() {
        return key;
    }

    /** A certificate for a host name. Throws {@link IllegalStateException} if the provider of the signature has left. */
    Certificate issue(String host) {
        try {
            Identification subject = Identification.parse("O=jcharon load-test, CN=" + host);
            return issue(ca.subject(), subject, key.publicKey(), host);
        } catch (KeyMismatchException | DecodingException e) {
            throw new IllegalStateException("no certificate for " + host + ": " + e.getMessage(), e);
        }
    }

    private Certificate issue(Identification issuer, Identification subject, PublicKey subjectKey, String host)
            throws KeyMismatchException, DecodingException {
        byte[] serial = crypto.random().octets(SERIAL_OCTETS);
        serial[0] = (byte) (0x40 | (serial[0] & 0x3F)); // positive, without leading zeros
        byte[] tbs = CertificateWriter.tbs(
                scheme.algorithmIdentifier(),
                serial,
                issuer,
                subject,
                now.minus(BEFORE),
                now.plus(AFTER),
                subjectKey.spki(),
                host);
        byte[] der = CertificateWriter.signed(tbs, scheme.algorithmIdentifier(), crypto.sign(scheme, caKey, tbs));
        return only(credentials.decode(Kind.CERTIFICATE, der, null)).certificate();
    }

    private static SignatureScheme scheme(KeyType type) throws KeyMismatchException {
        return switch (type) {
            case RSA -> SignatureScheme.RSA_PKCS1_SHA2_256;
            case ECDSA -> SignatureScheme.ECDSA_SHA2_256;
            case ED25519 -> SignatureScheme.ED25519;
            case ED448 -> SignatureScheme.ED448;
            case UNKNOWN -> throw new KeyMismatchException("the CA's key is of an unknown kind");
        };
    }

    private static Secret generate() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return Secret.own(generator.generateKeyPair().getPrivate().getEncoded());
    }

    private static DecodedCredential decoded(CredentialManager credentials, Kind kind, Path file)
            throws IOException, DecodingException {
        return only(credentials.decode(kind, Files.readAllBytes(file), null));
    }

    private static DecodedCredential only(List<DecodedCredential> found) throws DecodingException {
        if (found.size() != 1) {
            throw new DecodingException(found.size() + " credentials instead of one");
        }
        return found.get(0);
    }

    private static void write(Path file, byte[] octets) throws IOException {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            throw new IOException(file + " exists, the other one of CA certificate and key does not", e);
        }
        Files.write(file, octets);
    }

    @Override
    public void close() {
        caKey.close();
        key.close();
    }
}
