// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Authority;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfSection;
import org.jcharon.api.settings.Nearest;

/**
 * What a {@code swanctl.conf} means.
 *
 * @param peers connections in the order of the file
 * @param sharedKeys owned by whoever asked for the translation
 * @param pools pools in the order of the file
 * @param authorities authorities in the order of the file, each as often as its file has certificates
 * @param warnings lines for the log, each with its place
 */
public record Translation(
        List<PeerConfig> peers,
        List<SharedKey> sharedKeys,
        List<PoolConfig> pools,
        List<Authority> authorities,
        List<String> warnings) {

    private static final Set<String> AUTHORITY_KEYS =
            Set.of("cacert", "file", "handle", "slot", "module", "crl_uris", "ocsp_uris", "cert_uri_base");
    private static final List<String> TOP = List.of("connections", "secrets", "pools", "authorities");

    /** Copies the lists. */
    public Translation {
        peers = List.copyOf(peers);
        sharedKeys = List.copyOf(sharedKeys);
        pools = List.copyOf(pools);
        authorities = List.copyOf(authorities);
        warnings = List.copyOf(warnings);
    }

    /**
     * Translates a whole file. Sections beside the four known ones are left alone: others inherit from them.
     *
     * @throws ConfException for the first thing that is wrong; secrets read until then are wiped
     */
    public static Translation of(ConfSection root, CredentialResolver credentials) throws ConfException {
        for (Map.Entry<String, ConfSection.Value> value : root.values().entrySet()) {
            throw new ConfException(
                    value.getValue().place(),
                    "unknown key '" + value.getKey() + "' outside of all sections, which are "
                            + String.join(", ", TOP));
        }
        List<String> warnings = new ArrayList<>();
        for (Map.Entry<String, ConfSection> section : root.sections().entrySet()) {
            String hint = TOP.contains(section.getKey()) ? "" : Nearest.hint(section.getKey(), TOP);
            if (!hint.isEmpty()) {
                warnings.add(section.getValue().place() + ": section '" + section.getKey() + "' means nothing by itself"
                        + hint);
            }
        }
        List<SharedKey> keys = new ArrayList<>();
        try {
            ConfSection secrets = root.section("secrets").orElse(null);
            if (secrets != null) {
                SecretsTranslator.translate(secrets, credentials, keys);
            }
            return new Translation(
                    peers(root, credentials, warnings),
                    keys,
                    pools(root),
                    authorities(root, credentials, warnings),
                    warnings);
        } catch (ConfException e) {
            keys.forEach(key -> key.secret().close());
            throw e;
        }
    }

    /**
     * Translates one connection.
     *
     * @param section its keys
     * @param warnings gets lines for the log, each with its place
     */
    public static PeerConfig connection(
            ConfSection section, String name, CredentialResolver credentials, List<String> warnings)
            throws ConfException {
        return ConnectionTranslator.translate(section, name, credentials, warnings);
    }

    /** Translates one pool. */
    public static PoolConfig pool(ConfSection section, String name) throws ConfException {
        return PoolTranslator.translate(section, name);
    }

    /** Translates one authority: one entry for each certificate of its file. */
    public static List<Authority> authority(
            ConfSection section, String name, CredentialResolver credentials, List<String> warnings)
            throws ConfException {
        String path = "authorities." + name;
        Fields fields = new Fields(section, path, AUTHORITY_KEYS, any -> false, List.of());
        for (String key : List.of("handle", "slot", "module")) {
            fields.only(key, "certificates on tokens are not implemented", "");
        }
        for (String key : List.of("crl_uris", "ocsp_uris", "cert_uri_base")) {
            if (fields.value(key).isPresent()) {
                warnings.add(fields.place(key) + ": " + path + "." + key + ": not used yet");
            }
        }
        String key = fields.value("cacert").isPresent() ? "cacert" : "file";
        if (fields.value(key).isEmpty()) {
            throw fields.error("cacert", "is missing");
        }
        List<Authority> all = new ArrayList<>();
        for (Certificate ca :
                credentials.certificates(CredentialResolver.Kind.X509CA, fields.text(key, ""), fields.place(key))) {
            all.add(new AuthorityConfig(
                    name, ca, fields.list("crl_uris"), fields.list("ocsp_uris"), fields.text("cert_uri_base", "")));
        }
        return all;
    }

    private static Map<String, ConfSection> children(ConfSection root, String name) throws ConfException {
        ConfSection section = root.section(name).orElse(null);
        return section == null
                ? Map.of()
                : new Fields(section, name, List.of(), any -> true, List.of())
                        .section()
                        .sections();
    }

    private static List<PeerConfig> peers(ConfSection root, CredentialResolver credentials, List<String> warnings)
            throws ConfException {
        List<PeerConfig> all = new ArrayList<>();
        for (Map.Entry<String, ConfSection> entry :
                children(root, "connections").entrySet()) {
            all.add(ConnectionTranslator.translate(entry.getValue(), entry.getKey(), credentials, warnings));
        }
        return all;
    }

    private static List<PoolConfig> pools(ConfSection root) throws ConfException {
        List<PoolConfig> all = new ArrayList<>();
        for (Map.Entry<String, ConfSection> entry : children(root, "pools").entrySet()) {
            all.add(PoolTranslator.translate(entry.getValue(), entry.getKey()));
        }
        return all;
    }

    private static List<Authority> authorities(ConfSection root, CredentialResolver credentials, List<String> warnings)
            throws ConfException {
        List<Authority> all = new ArrayList<>();
        for (Map.Entry<String, ConfSection> entry :
                children(root, "authorities").entrySet()) {
            all.addAll(authority(entry.getValue(), entry.getKey(), credentials, warnings));
        }
        return all;
    }
}
