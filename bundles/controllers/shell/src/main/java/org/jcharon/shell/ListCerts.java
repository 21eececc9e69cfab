// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.felix.service.command.Function;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.processing.TimeSource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:list-certs} shows certificates. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=list-certs"})
public final class ListCerts extends Command {

    static final Usage USAGE = Usage.of(
                    "list-certs", "shows certificates that are loaded, and those of peers that were verified lately")
            .optional("SUBJECT", Words.TEXT)
            .flag("--ca", "CA certificates only")
            .json()
            .timeout()
            .text(
                    "KEY says of which there is a private key; ANCHOR that trust may end there; PEER that a peer sent it.")
            .example("ike:list-certs", "all")
            .example("ike:list-certs moon.example.org", "those that carry this identity")
            .build();

    private final CredentialManager credentials;
    private final TimeSource time;

    /** Made by the container. */
    @Activate
    public ListCerts(
            @Reference(name = "credentials") CredentialManager credentials, @Reference(name = "time") TimeSource time) {
        super(USAGE);
        this.credentials = credentials;
        this.time = time;
    }

    private record Entry(Certificate certificate, List<String> marks) {}

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        Identification subject = given.operand() == null ? Identification.ANY : Identification.parse(given.operand());
        List<Certificate> loaded = Waiting.await(credentials.certificates(subject), given.timeout());
        List<Certificate> anchors = Waiting.await(credentials.trustAnchors(), given.timeout());
        List<PublicKey> keys = Waiting.await(credentials.privateKeyOwners(), given.timeout());
        Set<Certificate> cached = new LinkedHashSet<>(credentials.cachedCertificates());
        Set<Certificate> all = new LinkedHashSet<>(loaded);
        Stream.concat(anchors.stream(), cached.stream())
                .filter(certificate -> subject.isAny() || certificate.carries(subject))
                .forEach(all::add);
        List<Entry> entries = all.stream()
                .filter(certificate -> !given.has("--ca") || certificate.isCa())
                .map(certificate -> new Entry(
                        certificate,
                        marks(
                                certificate,
                                keys.contains(certificate.publicKey()),
                                anchors.contains(certificate),
                                cached.contains(certificate) && !loaded.contains(certificate))))
                .toList();
        console.show(() -> entries.stream().map(ListCerts::json).toList(), () -> text(entries));
    }

    private List<String> marks(Certificate certificate, boolean key, boolean anchor, boolean peers) {
        List<String> marks = new ArrayList<>();
        Instant now = time.now();
        if (key) {
            marks.add("KEY");
        }
        if (certificate.isCa()) {
            marks.add("CA");
        }
        if (anchor) {
            marks.add("ANCHOR");
        }
        if (peers) {
            marks.add("PEER");
        }
        if (now.isAfter(certificate.notAfter())) {
            marks.add("EXPIRED");
        } else if (now.isBefore(certificate.notBefore())) {
            marks.add("NOT-YET-VALID");
        }
        return marks;
    }

    private static String text(List<Entry> entries) {
        Table table = new Table("SUBJECT", "ISSUER", "PUBLIC KEY", "VALID UNTIL", "MARKS");
        entries.forEach(entry -> table.row(
                entry.certificate().subject(),
                entry.certificate().isSelfIssued()
                        ? "(itself)"
                        : entry.certificate().issuer(),
                entry.certificate().publicKey().type() + " "
                        + entry.certificate().publicKey().bits(),
                entry.certificate().notAfter(),
                String.join(" ", entry.marks())));
        return table.text("no certificates");
    }

    private static Map<String, Object> json(Entry entry) {
        Certificate certificate = entry.certificate();
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("subject", certificate.subject().toString());
        map.put("issuer", certificate.issuer().toString());
        map.put(
                "subjectAltNames",
                certificate.subjectAltNames().stream().map(Object::toString).toList());
        map.put("serial", HexFormat.of().formatHex(certificate.serial().toArray()));
        map.put("keyType", certificate.publicKey().type().name());
        map.put("keyBits", certificate.publicKey().bits());
        map.put("notBefore", certificate.notBefore().toString());
        map.put("notAfter", certificate.notAfter().toString());
        map.put("marks", entry.marks());
        return map;
    }
}
