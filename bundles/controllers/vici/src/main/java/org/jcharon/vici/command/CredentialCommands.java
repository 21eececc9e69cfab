// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.message.Value;
import org.jcharon.vici.server.CommandFailed;
import org.jcharon.vici.server.Commands.Command;
import org.jcharon.vici.server.Replies;
import org.jcharon.vici.store.CredentialStore;

/** Commands about private and shared keys. Any thread. */
final class CredentialCommands {

    private static final int NT_HASH_OCTETS = 16;
    private static final Map<String, SharedKey.Type> SHARED = Map.of(
            "IKE", SharedKey.Type.IKE,
            "EAP", SharedKey.Type.EAP,
            "XAUTH", SharedKey.Type.EAP,
            "NTLM", SharedKey.Type.NTLM,
            "PPK", SharedKey.Type.PPK);

    private final CredentialManager credentials;
    private final CredentialStore store;

    CredentialCommands(CredentialManager credentials, CredentialStore store) {
        this.credentials = credentials;
        this.store = store;
    }

    Map<String, Command> all() {
        return Map.of(
                "load-key", (request, client) -> loadKey(request),
                "unload-key", (request, client) -> unloadKey(request),
                "get-keys", (request, client) -> Answers.names("keys", store.keyIds()),
                "load-token", (request, client) -> loadToken(request),
                "load-shared", (request, client) -> loadShared(request),
                "unload-shared", (request, client) -> unloadShared(request),
                "get-shared", (request, client) -> Answers.names("keys", store.sharedIds()),
                "clear-creds", (request, client) -> clear());
    }

    private CompletionStage<Section> loadKey(Section request) throws CommandFailed {
        String type = new Arguments(request).required("type", "key type missing");
        KeyType wanted = switch (type.toLowerCase(Locale.ROOT)) {
            case "any", "priv" -> null;
            case "rsa" -> KeyType.RSA;
            case "ecdsa" -> KeyType.ECDSA;
            case "ed25519" -> KeyType.ED25519;
            case "ed448" -> KeyType.ED448;
            default -> throw new CommandFailed("invalid key type: " + type);
        };
        byte[] data = data(request, "key data missing").octets();
        try {
            String id = store.loadKey(data, wanted);
            return Answers.of(
                    Section.builder().put("success", "yes").put("id", id).build());
        } finally {
            java.util.Arrays.fill(data, (byte) 0);
        }
    }

    private CompletionStage<Section> unloadKey(Section request) throws CommandFailed {
        String id = new Arguments(request).required("id", "key id missing");
        if (!store.unloadKey(id.toLowerCase(Locale.ROOT))) {
            throw new CommandFailed("key not found");
        }
        return Answers.of(Replies.done());
    }

    private CompletionStage<Section> loadToken(Section request) throws CommandFailed {
        new Arguments(request).required("handle", "keyid missing");
        throw new CommandFailed("keys on tokens are not supported yet");
    }

    private CompletionStage<Section> loadShared(Section request) throws CommandFailed {
        String word = new Arguments(request).required("type", "shared key type missing");
        SharedKey.Type type = SHARED.get(word.toUpperCase(Locale.ROOT));
        if (type == null) {
            throw new CommandFailed("invalid shared key type: " + word);
        }
        Value data = data(request, "shared key data missing");
        if (type == SharedKey.Type.NTLM && data.length() != NT_HASH_OCTETS) {
            throw new CommandFailed("NT hash of " + data.length() + " octets, not " + NT_HASH_OCTETS);
        }
        List<Identification> owners = request.texts("owners").stream()
                .filter(owner -> !owner.isBlank())
                .map(Identification::parse)
                .toList();
        store.loadShared(request.text("id").orElse(null), new SharedKey(type, data.secret(), owners));
        return Answers.of(Replies.done());
    }

    /** One that is not there is fine, as in charon. */
    private CompletionStage<Section> unloadShared(Section request) throws CommandFailed {
        store.unloadShared(new Arguments(request).required("id", "unique identifier missing"));
        return Answers.of(Replies.done());
    }

    private static Value data(Section request, String missing) throws CommandFailed {
        return request.value("data").filter(value -> value.length() > 0).orElseThrow(() -> new CommandFailed(missing));
    }

    private CompletionStage<Section> clear() {
        store.clear();
        credentials.flushCache();
        return Answers.of(Replies.done());
    }
}
