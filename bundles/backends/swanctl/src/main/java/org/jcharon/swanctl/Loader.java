// SPDX-License-Identifier: Apache-2.0
package org.jcharon.swanctl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.credential.SoftwarePrivateKey;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfParser;
import org.jcharon.api.settings.ConfSection;
import org.jcharon.api.wire.Chunk;
import org.jcharon.lib.connections.CredentialResolver.Kind;
import org.jcharon.lib.connections.FileResolver;
import org.jcharon.lib.connections.Translation;

/** Reads the whole folder once. Any thread; keeps nothing. */
final class Loader {

    /**
     * How a loading ended.
     *
     * @param generation null if it failed
     * @param problem why it failed
     * @param retry whether waiting for other plugins may help
     * @param files configuration files that were read, as far as they hold anything
     */
    record Result(Generation generation, String problem, boolean retry, List<String> warnings, Set<Path> files) {}

    private final Path folder;
    private final CredentialManager credentials;
    private final CryptoRegistry crypto;

    Loader(Path folder, CredentialManager credentials, CryptoRegistry crypto) {
        this.folder = folder;
        this.credentials = credentials;
        this.crypto = crypto;
    }

    Result load() {
        Path file = folder.resolve("swanctl.conf");
        if (!Files.exists(file)) {
            String what = Files.isDirectory(folder) ? file + " does not exist" : folder + " is no directory";
            return new Result(null, what, false, List.of(), Set.of());
        }
        List<SoftwarePrivateKey> keys = new ArrayList<>();
        List<SharedKey> shared = List.of();
        try (FileResolver files = new FileResolver(folder, credentials, crypto)) {
            try {
                ConfSection root = ConfParser.parse(file);
                Translation translation = Translation.of(root, files);
                shared = translation.sharedKeys();
                List<Certificate> entities = files.certificatesIn(Kind.X509);
                List<Certificate> authorities = files.certificatesIn(Kind.X509CA);
                files.privateKeys(keys);
                Generation generation = Generation.of(translation, entities, authorities, keys);
                List<String> warnings = warnings(root, translation);
                warnings.addAll(withoutKey(root, translation, keys));
                return new Result(generation, null, false, warnings, files(root));
            } catch (ConfException e) {
                wipe(keys, shared);
                return new Result(null, e.getMessage(), files.decoderMissing(), List.of(), Set.of());
            } catch (IOException e) {
                return new Result(null, file + ": " + FileResolver.reason(e), false, List.of(), Set.of());
            } catch (RuntimeException e) {
                // a bug must not keep half of a configuration or its secrets
                wipe(keys, shared);
                return new Result(null, file + ": internal error: " + e, false, List.of(), Set.of());
            }
        }
    }

    private static Set<Path> files(ConfSection root) {
        Set<Path> files = new LinkedHashSet<>();
        root.values().values().forEach(value -> files.add(Path.of(value.place().file())));
        for (ConfSection section : root.sections().values()) {
            files.add(Path.of(section.place().file()));
            files.addAll(files(section));
        }
        return files;
    }

    private static void wipe(List<SoftwarePrivateKey> keys, List<SharedKey> shared) {
        keys.forEach(SoftwarePrivateKey::close);
        shared.forEach(key -> key.secret().close());
    }

    /** Another set of credentials may have the key, so that it is no error. */
    private static List<String> withoutKey(ConfSection root, Translation translation, List<SoftwarePrivateKey> keys) {
        Set<Chunk> owned = new HashSet<>();
        keys.forEach(key -> owned.add(key.publicKey().spki()));
        List<String> warnings = new ArrayList<>();
        for (PeerConfig peer : translation.peers()) {
            for (AuthConfig local : peer.local()) {
                List<Certificate> named = local.certificates();
                boolean any = named.stream()
                        .anyMatch(certificate ->
                                owned.contains(certificate.publicKey().spki()));
                if (!named.isEmpty() && !any) {
                    warnings.add(root.place().file() + ": connection '" + peer.name() + "' names certificate '"
                            + named.get(0).subject() + "', but there is no private key for it");
                }
            }
        }
        return warnings;
    }

    /** A child name that two connections have is no error, but {@code up CHILD} takes the first. */
    private static List<String> warnings(ConfSection root, Translation translation) {
        List<String> warnings = new ArrayList<>(translation.warnings());
        Map<String, String> owners = new LinkedHashMap<>();
        translation
                .peers()
                .forEach(peer -> peer.children().forEach(child -> {
                    String owner = owners.putIfAbsent(child.name(), peer.name());
                    if (owner != null && !owner.equals(peer.name())) {
                        warnings.add(root.place().file() + ": child '" + child.name() + "' is in '" + owner + "' and '"
                                + peer.name() + "'; initiating it by its name alone takes the first");
                    }
                }));
        return warnings;
    }
}
