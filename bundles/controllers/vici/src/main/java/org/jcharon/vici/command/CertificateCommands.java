// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jcharon.api.credential.Authority;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.wire.Chunk;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.message.Value;
import org.jcharon.vici.server.Client;
import org.jcharon.vici.server.CommandFailed;
import org.jcharon.vici.server.Commands.Command;
import org.jcharon.vici.server.Replies;
import org.jcharon.vici.store.ConnectionStore;
import org.jcharon.vici.store.CredentialStore;

/** Commands about certificates and authorities. Any thread. */
final class CertificateCommands {

    private static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";

    private final CredentialManager credentials;
    private final CredentialStore store;
    private final ConnectionStore connections;
    private final Processor processor;
    private final Offloaded offloaded;

    CertificateCommands(
            CredentialManager credentials,
            CredentialStore store,
            ConnectionStore connections,
            Processor processor,
            Offloaded offloaded) {
        this.credentials = credentials;
        this.store = store;
        this.connections = connections;
        this.processor = processor;
        this.offloaded = offloaded;
    }

    Map<String, Command> all() {
        return Map.of(
                "list-certs", this::listCerts,
                "load-cert", (request, client) -> loadCert(request),
                "flush-certs", (request, client) -> flushCerts(),
                "list-authorities", this::listAuthorities,
                "get-authorities", (request, client) -> Answers.names("authorities", store.authorityNames()),
                "load-authority", (request, client) -> loadAuthority(request),
                "unload-authority", (request, client) -> unloadAuthority(request));
    }

    private CompletionStage<Section> listCerts(Section request, Client client) {
        String subject = request.text("subject").orElse(null);
        CertificateFilter filter = CertificateFilter.ofList(
                request.text("type").orElse("ANY"), request.text("flag").orElse("ANY"));
        if (filter == null) {
            return Answers.of(Section.EMPTY);
        }
        Identification wanted = subject == null ? Identification.ANY : Identification.parse(subject);
        return credentials
                .certificates(wanted)
                .thenCombine(credentials.trustAnchors(), (some, anchors) -> {
                    Set<Certificate> all = new LinkedHashSet<>(some);
                    add(anchors, wanted, all);
                    add(credentials.cachedCertificates(), wanted, all);
                    return all;
                })
                .thenCombine(credentials.privateKeyOwners(), (all, owners) -> {
                    Set<Chunk> keys = owners.stream().map(PublicKey::spki).collect(Collectors.toSet());
                    List<Section> shown = new ArrayList<>();
                    all.stream()
                            .filter(one -> filter.fits(flag(one)))
                            .sorted(Comparator.comparing(Certificate::isCa)) // swanctl prints a heading for each change
                            .forEach(one -> shown.add(certificate(
                                    one, keys.contains(one.publicKey().spki()))));
                    if (filter.publicKeys()) {
                        publicKeys().forEach((spki, owner) -> {
                            if (wanted.isAny() || wanted.equals(owner)) {
                                shown.add(publicKey(spki, owner, keys.contains(spki)));
                            }
                        });
                    }
                    return shown;
                })
                .thenCompose(shown ->
                        Batches.send(processor, client, shown.iterator(), entry -> client.event("list-cert", entry)));
    }

    /** Those without an owner go by their ids, as in charon. */
    private Map<Chunk, Identification> publicKeys() {
        Map<Chunk, Identification> all = new LinkedHashMap<>();
        connections.publicKeys().forEach((spki, owner) -> all.put(spki, owner));
        store.publicKeys().forEach((spki, id) -> all.putIfAbsent(spki, Identification.parse("keyid:#" + id)));
        return all;
    }

    private static Section publicKey(Chunk spki, Identification owner, boolean owned) {
        return Section.builder()
                .put("type", "PUBKEY")
                .put("flag", "NONE")
                .yes("has_privkey", owned)
                .put("data", Value.own(spki.toArray()))
                .put("subject", owner.toString())
                .build();
    }

    private static void add(Collection<Certificate> more, Identification wanted, Set<Certificate> all) {
        more.stream().filter(one -> wanted.isAny() || one.carries(wanted)).forEach(all::add);
    }

    private static String flag(Certificate certificate) {
        if (certificate.isCa()) {
            return "CA";
        }
        return certificate.extendedKeyUsage().contains(OCSP_SIGNING) ? "OCSP" : "NONE";
    }

    private static Section certificate(Certificate certificate, boolean owned) {
        return Section.builder()
                .put("type", "X509")
                .put("flag", flag(certificate))
                .yes("has_privkey", owned)
                .put("data", Value.own(certificate.der().toArray()))
                .build();
    }

    private CompletionStage<Section> loadCert(Section request) throws CommandFailed {
        Arguments given = new Arguments(request);
        String type = given.required("type", "certificate type missing");
        CertificateFilter meaning =
                CertificateFilter.of(type, request.text("flag").orElse("NONE"));
        if (meaning == null && CertificateFilter.of("ANY", request.text("flag").orElse("NONE")) == null) {
            throw new CommandFailed("invalid certificate flag '" + given.text("flag") + "'");
        }
        if (meaning == null) {
            throw new CommandFailed(
                    CertificateFilter.isKnown(type)
                            ? "certificates of type '" + type + "' are not supported yet"
                            : "invalid certificate type '" + type + "'");
        }
        byte[] data = request.value("data")
                .filter(value -> value.length() > 0)
                .orElseThrow(() -> new CommandFailed("certificate data missing"))
                .octets();
        if (meaning.publicKeys() && !meaning.x509()) {
            store.loadPublicKey(data);
        } else {
            store.loadCertificate(data, meaning.isCa());
        }
        return Answers.of(Replies.done());
    }

    private CompletionStage<Section> flushCerts() {
        credentials.flushCache();
        return Answers.of(Replies.done());
    }

    private CompletionStage<Section> listAuthorities(Section request, Client client) {
        String name = request.text("name").orElse(null);
        Map<String, Authority> all = new LinkedHashMap<>();
        credentials.authorities().stream()
                .filter(one -> name == null || name.equals(one.name()))
                .forEach(one -> all.putIfAbsent(one.name(), one));
        return Batches.send(
                processor, client, all.values().iterator(), one -> client.event("list-authority", authority(one)));
    }

    private static Section authority(Authority authority) {
        Section.Builder out = Section.builder()
                .put("cacert", authority.caCertificate().subject().toString())
                .list("crl_uris", authority.crlUris())
                .list("ocsp_uris", authority.ocspUris());
        if (!authority.certUriBase().isEmpty()) {
            out.put("cert_uri_base", authority.certUriBase());
        }
        return Section.builder().put(authority.name(), out.build()).build();
    }

    private CompletionStage<Section> loadAuthority(Section request) throws CommandFailed {
        return offloaded.ifFiles(request, () -> {
            for (Map.Entry<String, Section> one : request.sections().entrySet()) {
                store.loadAuthority(one.getKey(), one.getValue());
            }
            return Replies.done();
        });
    }

    private CompletionStage<Section> unloadAuthority(Section request) throws CommandFailed {
        String name = new Arguments(request).required("name", "unload: missing authority name");
        if (!store.unloadAuthority(name)) {
            throw new CommandFailed("unload: authority '" + name + "' not found");
        }
        return Answers.of(Replies.done());
    }
}
