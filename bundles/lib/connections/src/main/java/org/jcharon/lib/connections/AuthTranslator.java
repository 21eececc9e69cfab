// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.AuthMethod;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfSection;
import org.jcharon.api.wire.Chunk;

/** {@code connections.CONN.local…} and {@code …remote…}: one authentication round. */
final class AuthTranslator {

    private static final Set<String> LOCAL_KEYS =
            Set.of("round", "certs", "pubkeys", "auth", "id", "eap_id", "aaa_id", "xauth_id");
    private static final Set<String> REMOTE_KEYS = Set.of(
            "round",
            "id",
            "eap_id",
            "groups",
            "cert_policy",
            "certs",
            "cacerts",
            "ca_id",
            "pubkeys",
            "revocation",
            "auth");
    private static final Set<String> CERT_KEYS = Set.of("file", "handle", "slot", "module");
    private static final String TOKENS = "keys on tokens are not implemented";

    private final Fields fields;
    private final CredentialResolver credentials;

    private AuthTranslator(Fields fields, CredentialResolver credentials) {
        this.fields = fields;
        this.credentials = credentials;
    }

    static AuthConfig translate(ConfSection section, String path, boolean local, CredentialResolver credentials)
            throws ConfException {
        Predicate<String> sections = name -> name.startsWith("cert") || (!local && name.startsWith("cacert"));
        Fields fields = new Fields(
                section,
                path,
                local ? LOCAL_KEYS : REMOTE_KEYS,
                sections,
                local ? List.of("cert") : List.of("cert", "cacert"));
        return new AuthTranslator(fields, credentials).read(local);
    }

    private AuthConfig read(boolean local) throws ConfException {
        AuthConfig.Builder auth = AuthConfig.builder();
        try {
            AuthValue.apply(fields.text("auth", "pubkey"), auth);
        } catch (IllegalArgumentException e) {
            throw fields.error("auth", e.getMessage());
        }
        auth.round((int) fields.number("round", 0, 0, 1_000))
                .id(Identification.parse(fields.text("id", "%any")))
                .certificates(certificates("certs", "cert", CredentialResolver.Kind.X509));
        fields.value("eap_id").ifPresent(value -> auth.eapId(Identification.parse(value.text())));
        auth.publicKeys(publicKeys());
        if (!local && !auth.build().publicKeys().isEmpty() && auth.build().id().hasWildcards()) {
            // a key has no name in it: who had any of them could be everybody
            throw fields.error("pubkeys", "keys without a certificate need the id, without wildcards, of their owner");
        }
        if (local) {
            fields.only("xauth_id", "it belongs to IKEv1", "");
            auth.aaaId(Identification.parse(fields.text("aaa_id", "%any")));
            if (auth.build().method() == AuthMethod.PSK
                    && auth.build().id().hasWildcards()
                    && fields.value("id").isPresent()
                    && !auth.build().id().isAny()) {
                throw fields.error("id", "our own identity cannot have wildcards");
            }
        } else {
            fields.only("ca_id", "not implemented, name the certificate with cacerts", "");
            auth.caCertificates(certificates("cacerts", "cacert", CredentialResolver.Kind.X509CA))
                    .groups(fields.list("groups"))
                    .certPolicies(fields.list("cert_policy"))
                    .revocation(fields.choice(
                            "revocation",
                            "relaxed",
                            Map.of("relaxed", "relaxed", "strict", "strict", "ifuri", "ifuri")));
        }
        return auth.build();
    }

    private List<Chunk> publicKeys() throws ConfException {
        List<Chunk> all = new ArrayList<>();
        for (String file : fields.list("pubkeys")) {
            all.addAll(credentials.publicKeys(file, fields.place("pubkeys")));
        }
        return all;
    }

    private List<Certificate> certificates(String key, String prefix, CredentialResolver.Kind kind)
            throws ConfException {
        List<Certificate> all = new ArrayList<>();
        for (String file : fields.list(key)) {
            all.addAll(credentials.certificates(kind, file, fields.place(key)));
        }
        for (Map.Entry<String, ConfSection> entry : fields.section().sections().entrySet()) {
            if (entry.getKey().startsWith(prefix)) {
                Fields cert = new Fields(
                        entry.getValue(), fields.path() + "." + entry.getKey(), CERT_KEYS, any -> false, List.of());
                cert.only("handle", TOKENS, "");
                cert.only("slot", TOKENS, "");
                cert.only("module", TOKENS, "");
                if (cert.value("file").isEmpty()) {
                    throw cert.error("file", "is missing");
                }
                all.addAll(credentials.certificates(kind, cert.text("file", ""), cert.place("file")));
            }
        }
        return all;
    }
}
