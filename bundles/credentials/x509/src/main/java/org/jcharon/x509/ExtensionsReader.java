// SPDX-License-Identifier: Apache-2.0
package org.jcharon.x509;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.IdType;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.lib.der.DerReader;

/** Extensions of RFC 5280 section 4.2, into the builder of a certificate. */
final class ExtensionsReader {

    static final String NAME_CONSTRAINTS = "2.5.29.30";

    private static final int MAX_EXTENSIONS = 64;
    private static final int MAX_ENTRIES = 1024;
    private static final int MAX_URI_OCTETS = 2048;
    private static final String OCSP = "1.3.6.1.5.5.7.48.1";

    private final Certificate.Builder builder;
    private final Set<String> seen = new HashSet<>();
    private final List<String> unknownCritical = new ArrayList<>();
    private final List<String> crlUris = new ArrayList<>();
    private final List<String> ocspUris = new ArrayList<>();
    private boolean ca;
    private boolean certSign = true; // keyUsage absent: every use is allowed
    private int pathLength = -1;

    ExtensionsReader(Certificate.Builder builder) {
        this.builder = builder;
    }

    void read(DerReader extensions) throws WireException {
        do {
            DerReader extension = extensions.enter(DerReader.SEQUENCE, "extension");
            String oid = extension.oid("extension");
            // DER: FALSE is the default and never spelled out; many issuers do, and nothing depends on it
            boolean critical = extension.nextIs(DerReader.BOOLEAN) && extension.bool("critical");
            DerReader value = new DerReader(extension.value(DerReader.OCTET_STRING, "extension " + oid));
            extension.end("extension " + oid);
            // RFC 5280 section 4.2: "MUST NOT include more than one instance of a particular extension"
            if (!seen.add(oid)) {
                throw extensions.error("extension " + oid + " twice");
            }
            if (seen.size() > MAX_EXTENSIONS) {
                throw extensions.error("over " + MAX_EXTENSIONS + " extensions");
            }
            if (!understood(oid, value) && critical) {
                unknownCritical.add(oid);
            }
        } while (!extensions.isEmpty());
        if (pathLength >= 0 && !(ca && certSign)) {
            pathLength = -1; // RFC 5280 section 4.2.1.9: meaningful only in a CA certificate that may sign certificates
        }
        builder.basicConstraints(ca, pathLength)
                .revocationUris(crlUris, ocspUris)
                .unknownCriticalExtensions(unknownCritical);
    }

    private boolean understood(String oid, DerReader value) throws WireException {
        switch (oid) {
            case "2.5.29.14" -> {
                builder.subjectKeyId(value.value(DerReader.OCTET_STRING, "subjectKeyIdentifier"));
                value.end("subjectKeyIdentifier");
            }
            case "2.5.29.15" -> keyUsage(value);
            case "2.5.29.17" -> subjectAltNames(value);
            case "2.5.29.19" -> basicConstraints(value);
            case "2.5.29.31" -> crlDistributionPoints(value);
            case "2.5.29.35" -> authorityKeyIdentifier(value);
            case "2.5.29.37" -> extendedKeyUsage(value);
            case "1.3.6.1.5.5.7.1.1" -> authorityInfoAccess(value);
            // enforced by NameConstraintsValidator; here only its form
            case NAME_CONSTRAINTS -> NameConstraints.read(value);
            // certificatePolicies: no policy is demanded (policyConstraints is refused), so that any will do
            case "2.5.29.32" -> {}
            default -> {
                return false;
            }
        }
        return true;
    }

    private void keyUsage(DerReader value) throws WireException {
        int bits = value.namedBits("keyUsage");
        value.end("keyUsage");
        builder.keyUsage(bits);
        certSign = (bits & 1 << 5) != 0;
    }

    private void basicConstraints(DerReader value) throws WireException {
        DerReader constraints = value.enter(DerReader.SEQUENCE, "basicConstraints");
        value.end("basicConstraints");
        ca = constraints.nextIs(DerReader.BOOLEAN) && constraints.bool("cA");
        if (constraints.nextIs(DerReader.INTEGER)) {
            // lengths over 127 are as good as none, and refusing them would break odd but harmless CAs
            Chunk length = constraints.integerOctets("pathLenConstraint");
            if (length.at(0) >= 0x80) {
                throw constraints.error("pathLenConstraint: negative");
            }
            pathLength = length.length() == 1 ? length.at(0) : 127;
        }
        constraints.end("basicConstraints");
    }

    private void extendedKeyUsage(DerReader value) throws WireException {
        DerReader usages = value.enter(DerReader.SEQUENCE, "extendedKeyUsage");
        value.end("extendedKeyUsage");
        List<String> oids = new ArrayList<>();
        do {
            oids.add(usages.oid("extendedKeyUsage"));
            bound(oids.size(), usages, "extendedKeyUsage");
        } while (!usages.isEmpty());
        builder.extendedKeyUsage(oids);
    }

    private void authorityKeyIdentifier(DerReader value) throws WireException {
        DerReader identifier = value.enter(DerReader.SEQUENCE, "authorityKeyIdentifier");
        value.end("authorityKeyIdentifier");
        if (identifier.nextIs(DerReader.context(0, false))) {
            builder.authorityKeyId(identifier.value(DerReader.context(0, false), "keyIdentifier"));
        }
        if (identifier.nextIs(DerReader.context(1, true))) {
            identifier.skip("authorityCertIssuer");
        }
        if (identifier.nextIs(DerReader.context(2, false))) {
            identifier.skip("authorityCertSerialNumber");
        }
        identifier.end("authorityKeyIdentifier");
    }

    private void subjectAltNames(DerReader value) throws WireException {
        DerReader names = value.enter(DerReader.SEQUENCE, "subjectAltName");
        value.end("subjectAltName");
        List<Identification> identities = new ArrayList<>();
        int count = 0;
        do {
            generalName(names, "subjectAltName").ifPresent(identities::add);
            bound(++count, names, "subjectAltName");
        } while (!names.isEmpty());
        builder.subjectAltNames(identities);
    }

    /** The identity that a GeneralName is, empty if an ID payload has no such type. */
    private static Optional<Identification> generalName(DerReader names, String what) throws WireException {
        int tag = names.peek(what);
        if (tag == DerReader.context(1, false)) {
            return Optional.of(Identification.of(IdType.RFC822_ADDR, ia5(names, tag, what)));
        } else if (tag == DerReader.context(2, false)) {
            return Optional.of(Identification.of(IdType.FQDN, ia5(names, tag, what)));
        } else if (tag == DerReader.context(4, true)) {
            DerReader explicit = names.enter(tag, what);
            Identification name = CertificateReader.name(explicit, what);
            explicit.end(what);
            return Optional.of(name);
        } else if (tag == DerReader.context(7, false)) {
            Chunk address = names.value(tag, what);
            if (address.length() != 4 && address.length() != 16) {
                throw names.error(what + ": address of " + address.length() + " octets");
            }
            // by the type that was written: InetAddress would turn an IPv4-mapped address into an IPv4 one
            return Optional.of(Identification.of(address.length() == 4 ? IdType.IPV4_ADDR : IdType.IPV6_ADDR, address));
        }
        if ((tag & 0xC0) != 0x80 || (tag & 0x1F) > 8) {
            throw names.error(what + ": no GeneralName");
        }
        names.skip(what);
        return Optional.empty();
    }

    /** A zero octet in a name is the classic way to make two programs read two names. */
    private static Chunk ia5(DerReader names, int tag, String what) throws WireException {
        Chunk text = names.value(tag, what);
        for (int i = 0; i < text.length(); i++) {
            if (text.at(i) == 0 || text.at(i) >= 0x80) {
                throw names.error(what + ": name with an octet that is no IA5 text");
            }
        }
        return text;
    }

    private void crlDistributionPoints(DerReader value) throws WireException {
        DerReader points = value.enter(DerReader.SEQUENCE, "crlDistributionPoints");
        value.end("crlDistributionPoints");
        int count = 0;
        do {
            DerReader point = points.enter(DerReader.SEQUENCE, "distributionPoint");
            bound(++count, points, "crlDistributionPoints");
            if (point.nextIs(DerReader.context(0, true))) {
                DerReader choice = point.enter(DerReader.context(0, true), "distributionPointName");
                if (choice.nextIs(DerReader.context(0, true))) {
                    DerReader names = choice.enter(DerReader.context(0, true), "fullName");
                    while (!names.isEmpty()) {
                        uri(names, crlUris, "distributionPoint");
                    }
                }
            }
        } while (!points.isEmpty());
    }

    private void authorityInfoAccess(DerReader value) throws WireException {
        DerReader descriptions = value.enter(DerReader.SEQUENCE, "authorityInfoAccess");
        value.end("authorityInfoAccess");
        int count = 0;
        do {
            DerReader description = descriptions.enter(DerReader.SEQUENCE, "accessDescription");
            bound(++count, descriptions, "authorityInfoAccess");
            boolean ocsp = description.oid("accessMethod").equals(OCSP);
            uri(description, ocsp ? ocspUris : new ArrayList<>(), "accessLocation");
            description.end("accessDescription");
        } while (!descriptions.isEmpty());
    }

    private static void uri(DerReader names, List<String> into, String what) throws WireException {
        if (!names.nextIs(DerReader.context(6, false))) {
            names.skip(what);
            return;
        }
        Chunk text = ia5(names, DerReader.context(6, false), what);
        if (text.length() > MAX_URI_OCTETS || into.size() >= MAX_ENTRIES) {
            throw names.error(what + ": too many or too long URIs");
        }
        into.add(new String(text.toArray(), java.nio.charset.StandardCharsets.US_ASCII));
    }

    private static void bound(int count, DerReader at, String what) throws WireException {
        if (count > MAX_ENTRIES) {
            throw at.error(what + ": over " + MAX_ENTRIES + " entries");
        }
    }
}
