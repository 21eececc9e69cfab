// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import java.util.List;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfSection;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/** Turns the names of files in a configuration into what they hold. Used by the thread that translates. */
public interface CredentialResolver {

    /** Kinds of files, each with the folder that relative names start from. */
    enum Kind {
        /** End entity certificates. */
        X509("x509"),
        /** CA certificates. */
        X509CA("x509ca"),
        /** Private keys of any kind. */
        PRIVATE("private"),
        /** RSA keys. */
        RSA("rsa"),
        /** ECDSA keys. */
        ECDSA("ecdsa"),
        /** PKCS #8 containers. */
        PKCS8("pkcs8"),
        /** Raw public keys. */
        PUBKEY("pubkey");

        private final String folder;

        Kind(String folder) {
            this.folder = folder;
        }

        /** Name of the folder beside the configuration. */
        public String folder() {
            return folder;
        }
    }

    /** Certificates of a file; throws {@link ConfException} with {@code place} if it is missing or malformed. */
    List<Certificate> certificates(Kind kind, String file, ConfSection.Place place) throws ConfException;

    /** Raw public keys of a file as SubjectPublicKeyInfo in DER; throws as above. */
    List<Chunk> publicKeys(String file, ConfSection.Place place) throws ConfException;

    /** Notes the password of a private key's file, which is then owned by the resolver; throws as above if the file is missing. */
    void privateKey(Kind kind, String file, Secret password, ConfSection.Place place) throws ConfException;
}
