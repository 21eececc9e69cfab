// SPDX-License-Identifier: Apache-2.0
package org.jcharon.x509;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.lib.der.DerReader;

/** nameConstraints (RFC 5280 section 4.2.1.10). */
record NameConstraints(List<GeneralName> permitted, List<GeneralName> excluded) {

    /** Names times constraints is the work of one check. */
    private static final int MAX_SUBTREES = 256;

    static NameConstraints read(DerReader value) throws WireException {
        DerReader constraints = value.enter(DerReader.SEQUENCE, "nameConstraints");
        value.end("nameConstraints");
        List<GeneralName> permitted = subtrees(constraints, 0);
        List<GeneralName> excluded = subtrees(constraints, 1);
        constraints.end("nameConstraints");
        return new NameConstraints(permitted, excluded);
    }

    private static List<GeneralName> subtrees(DerReader constraints, int number) throws WireException {
        List<GeneralName> subtrees = new ArrayList<>();
        int tag = DerReader.context(number, true);
        if (constraints.nextIs(tag)) {
            DerReader list = constraints.enter(tag, "generalSubtrees");
            do {
                DerReader subtree = list.enter(DerReader.SEQUENCE, "generalSubtree");
                GeneralName base = GeneralName.read(subtree, "generalSubtree");
                // RFC 5280: "minimum MUST be zero, and maximum MUST be absent"
                subtree.end("generalSubtree with minimum or maximum");
                if (base.tag() == GeneralName.ADDRESS
                        && base.value().length() != 8
                        && base.value().length() != 32) {
                    throw list.error("generalSubtree: address and mask of "
                            + base.value().length() + " octets");
                }
                subtrees.add(base);
                if (subtrees.size() > MAX_SUBTREES) {
                    throw list.error("over " + MAX_SUBTREES + " generalSubtrees");
                }
            } while (!list.isEmpty());
        }
        return subtrees;
    }

    /** The first of the names that is not allowed, with the reason. */
    Optional<String> violation(List<GeneralName> names) throws WireException {
        for (GeneralName name : names) {
            boolean constrained = false;
            boolean allowed = false;
            for (GeneralName base : permitted) {
                if (base.tag() == name.tag()) {
                    constrained = true;
                    allowed |= within(name, base, false);
                }
            }
            if (constrained && !allowed) {
                return Optional.of(text(name) + " is in no permitted subtree");
            }
            for (GeneralName base : excluded) {
                if (base.tag() == name.tag() && within(name, base, true)) {
                    return Optional.of(text(name) + " is in an excluded subtree");
                }
            }
        }
        return Optional.empty();
    }

    /** {@code unknown}: the answer for kinds of names that are not understood, so that they are refused either way. */
    private static boolean within(GeneralName name, GeneralName base, boolean unknown) throws WireException {
        if (name.tag() == GeneralName.DIRECTORY) {
            return directory(name.value(), base.value());
        } else if (name.tag() == GeneralName.DNS) {
            return base.value().isEmpty() || domain(lower(name), lower(base));
        } else if (name.tag() == GeneralName.RFC822) {
            return mail(lower(name), lower(base));
        } else if (name.tag() == GeneralName.URI) {
            return uri(lower(name), lower(base), unknown);
        } else if (name.tag() == GeneralName.ADDRESS) {
            return address(name.value(), base.value());
        }
        return unknown;
    }

    /** RFC 5280: any name made by adding labels to the left of the constraint. */
    private static boolean domain(String name, String base) {
        return name.equals(base) || name.endsWith(base.startsWith(".") ? base : "." + base);
    }

    /** A mailbox, a host, or with a leading dot all hosts below. */
    private static boolean mail(String name, String base) {
        if (base.indexOf('@') >= 0) {
            return name.equals(base);
        }
        String host = name.substring(name.lastIndexOf('@') + 1);
        return base.startsWith(".") ? host.endsWith(base) : host.equals(base);
    }

    private static boolean uri(String name, String base, boolean unknown) {
        try {
            String host = new URI(name).getHost();
            if (host == null) {
                return unknown; // RFC 5280: a URI without a host name must be rejected when constrained
            }
            return base.startsWith(".") ? host.endsWith(base) : host.equals(base);
        } catch (URISyntaxException malformed) {
            return unknown;
        }
    }

    private static boolean address(Chunk name, Chunk base) {
        if (base.length() != 2 * name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            int mask = base.at(name.length() + i);
            if ((name.at(i) & mask) != (base.at(i) & mask)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the relative names of {@code base} begin those of {@code name}. */
    private static boolean directory(Chunk name, Chunk base) throws WireException {
        DerReader whole = content(name);
        DerReader start = content(base);
        while (!start.isEmpty()) {
            if (whole.isEmpty()) {
                return false;
            }
            if (!relative(whole).equals(relative(start))) {
                return false;
            }
        }
        return true;
    }

    /** A relative name as a name of its own, which has the comparison that is wanted. */
    private static Identification relative(DerReader names) throws WireException {
        byte[] set = names.element(DerReader.SET, "relative name").toArray();
        return Identification.ofDn(Chunk.wrap(org.jcharon.lib.der.Der.tlv(DerReader.SEQUENCE, set)));
    }

    /** The content of a directoryName is an explicit element; a subject's Name is the same element. */
    private static DerReader content(Chunk name) throws WireException {
        return new DerReader(name).enter(DerReader.SEQUENCE, "directoryName");
    }

    private static String lower(GeneralName name) {
        return new String(name.value().toArray(), StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
    }

    private static String text(GeneralName name) {
        if (name.tag() == GeneralName.DIRECTORY) {
            return Identification.ofDn(name.value()).toString();
        }
        if (name.tag() == GeneralName.ADDRESS) {
            return "address " + name.value().toHex();
        }
        return Identification.ofFqdn(lower(name)).toString();
    }
}
