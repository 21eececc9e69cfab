// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfSection;
import org.jcharon.api.wire.Secret;

/** {@code secrets}. */
final class SecretsTranslator {

    private static final int NT_HASH_OCTETS = 16;
    private static final List<String> KINDS =
            List.of("eap", "xauth", "ntlm", "ike", "ppk", "private", "rsa", "ecdsa", "pkcs8", "pkcs12", "token");
    private static final Map<String, SharedKey.Type> SHARED = Map.of(
            "eap", SharedKey.Type.EAP,
            "ntlm", SharedKey.Type.NTLM,
            "ike", SharedKey.Type.IKE,
            "ppk", SharedKey.Type.PPK);
    private static final Set<SharedKey.Type> NEVER_EMPTY = Set.of(SharedKey.Type.IKE, SharedKey.Type.PPK);
    private static final Map<String, CredentialResolver.Kind> PRIVATE = Map.of(
            "private", CredentialResolver.Kind.PRIVATE,
            "rsa", CredentialResolver.Kind.RSA,
            "ecdsa", CredentialResolver.Kind.ECDSA,
            "pkcs8", CredentialResolver.Kind.PKCS8);

    private SecretsTranslator() {}

    /** Adds to {@code into} what is read, so that the caller can wipe it if a later section is wrong. */
    static void translate(ConfSection secrets, CredentialResolver credentials, List<SharedKey> into)
            throws ConfException {
        Predicate<String> known = name -> KINDS.stream().anyMatch(name::startsWith);
        new Fields(secrets, "secrets", List.of(), known, KINDS);
        for (Map.Entry<String, ConfSection> entry : secrets.sections().entrySet()) {
            String name = entry.getKey();
            String path = "secrets." + name;
            String kind = KINDS.stream().filter(name::startsWith).findFirst().orElseThrow();
            SharedKey.Type type = SHARED.get(kind);
            if (type != null) {
                into.add(shared(entry.getValue(), path, type));
            } else if (PRIVATE.containsKey(kind)) {
                privateKey(entry.getValue(), path, PRIVATE.get(kind), credentials);
            } else {
                throw new ConfException(
                        entry.getValue().place(),
                        path + ": "
                                + switch (kind) {
                                    case "xauth" -> "XAuth belongs to IKEv1, which is not supported";
                                    case "token" -> "keys on tokens are not implemented";
                                    default ->
                                        "PKCS #12 is not implemented: unpack key and certificates into private/ and x509/";
                                });
            }
        }
    }

    private static SharedKey shared(ConfSection section, String path, SharedKey.Type type) throws ConfException {
        List<String> keys = new ArrayList<>(List.of("secret", "id"));
        section.values().keySet().stream().filter(key -> key.startsWith("id")).forEach(keys::add);
        Fields fields = new Fields(section, path, keys, any -> false, List.of());
        List<Identification> owners = new ArrayList<>();
        for (Map.Entry<String, ConfSection.Value> value : section.values().entrySet()) {
            if (value.getKey().startsWith("id")) {
                owners.add(Identification.parse(value.getValue().text()));
            }
        }
        if (fields.value("secret").isEmpty()) {
            throw fields.error("secret", "is missing");
        }
        Secret secret = secret(fields);
        if (secret.length() == 0 && NEVER_EMPTY.contains(type)) {
            throw fields.error("secret", "is empty, so that anybody has it");
        }
        if (type == SharedKey.Type.NTLM && secret.length() != NT_HASH_OCTETS) {
            secret.close();
            throw fields.error("secret", "is not an NT hash of " + NT_HASH_OCTETS + " octets");
        }
        return new SharedKey(type, secret, owners);
    }

    private static void privateKey(
            ConfSection section, String path, CredentialResolver.Kind kind, CredentialResolver credentials)
            throws ConfException {
        Fields fields = new Fields(section, path, List.of("file", "secret"), any -> false, List.of());
        if (fields.value("file").isEmpty()) {
            throw fields.error("file", "is missing");
        }
        Secret password = fields.value("secret").isPresent() ? secret(fields) : null;
        credentials.privateKey(kind, fields.text("file", ""), password, fields.place("file"));
    }

    private static Secret secret(Fields fields) throws ConfException {
        try {
            return Values.secret(fields.text("secret", ""));
        } catch (IllegalArgumentException e) {
            throw fields.error("secret", e.getMessage());
        }
    }
}
