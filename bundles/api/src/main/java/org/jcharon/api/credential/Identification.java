// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.credential;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.wire.Chunk;

/**
 * An identity: the type and the octets of an ID payload (RFC 7296 section 3.5), or {@code %any}, or a pattern with wildcards
 * from a configuration. Immutable.
 *
 * <p>Equality is that of identities, not of octets: FQDN and e-mail addresses ignore ASCII case, distinguished names compare by
 * their attributes.
 */
public final class Identification {

    /** Matches everything. */
    public static final Identification ANY = new Identification(IdType.ANY, Chunk.EMPTY);

    /** {@link #matchQuality}: no match. */
    public static final int NO_MATCH = 0;
    /** {@link #matchQuality}: the pattern is {@code %any}. */
    public static final int MATCH_ANY = 1;
    /** {@link #matchQuality}: equal. Patterns with wildcards lie between, fewer wildcards higher. */
    public static final int PERFECT_MATCH = 20;

    private final IdType type;
    private final Chunk encoding;

    private Identification(IdType type, Chunk encoding) {
        this.type = type;
        this.encoding = encoding;
    }

    /** An identity as it comes from the wire or a certificate; any type and octets are kept. */
    public static Identification of(IdType type, Chunk encoding) {
        return new Identification(type, encoding);
    }

    /** The identity of an address. */
    public static Identification ofAddress(InetAddress address) {
        byte[] octets = address.getAddress();
        return new Identification(octets.length == 4 ? IdType.IPV4_ADDR : IdType.IPV6_ADDR, Chunk.wrap(octets));
    }

    /** A domain name. */
    public static Identification ofFqdn(String name) {
        return new Identification(IdType.FQDN, Chunk.wrap(name.getBytes(StandardCharsets.UTF_8)));
    }

    /** A distinguished name, DER. */
    public static Identification ofDn(Chunk der) {
        return new Identification(IdType.DER_ASN1_DN, der);
    }

    /**
     * Reads strongSwan's notation: {@code %any}, addresses, {@code @name} (FQDN), {@code @#hex} (KEY_ID), {@code @@user} and
     * {@code user@domain} (e-mail), {@code C=…, O=…} (distinguished name), a prefix such as {@code fqdn:}, {@code email:},
     * {@code keyid:}, {@code ipv4:}, {@code ipv6:}, {@code asn1dn:}, {@code dns:}, {@code rfc822:}, and plain names (FQDN). After a
     * prefix {@code #} begins hexadecimal octets. Never throws: what looks like nothing else is an FQDN or, with {@code =} but no
     * distinguished name, a KEY_ID.
     */
    public static Identification parse(String text) {
        return IdentificationParser.parse(text.trim());
    }

    /** Type. */
    public IdType type() {
        return type;
    }

    /** Octets of the identity, as in an ID payload behind its four leading octets. */
    public Chunk encoding() {
        return encoding;
    }

    /** Whether this is {@code %any}. */
    public boolean isAny() {
        return type.equals(IdType.ANY);
    }

    /** Whether it has wildcards, {@code %any} included, and so can be no one's own identity. */
    public boolean hasWildcards() {
        if (isAny()) {
            return true;
        }
        if (type.equals(IdType.FQDN) || type.equals(IdType.RFC822_ADDR)) {
            return text().indexOf('*') >= 0;
        }
        return type.equals(IdType.DER_ASN1_DN) && DistinguishedName.hasWildcards(encoding);
    }

    /** Whether this identity fits {@code pattern}. */
    public boolean matches(Identification pattern) {
        return matchQuality(pattern) > NO_MATCH;
    }

    /** How well this identity fits {@code pattern}: {@link #NO_MATCH} to {@link #PERFECT_MATCH}. */
    public int matchQuality(Identification pattern) {
        if (equals(pattern)) {
            return pattern.isAny() ? MATCH_ANY : PERFECT_MATCH;
        }
        if (pattern.isAny()) {
            return MATCH_ANY;
        }
        if (!type.equals(pattern.type)) {
            return NO_MATCH;
        }
        if (type.equals(IdType.FQDN) || type.equals(IdType.RFC822_ADDR)) {
            String wanted = pattern.folded();
            // strongSwan's rule: one leading asterisk stands for whatever comes before the rest
            boolean suffix = wanted.startsWith("*") && folded().endsWith(wanted.substring(1));
            return suffix ? PERFECT_MATCH - 1 : NO_MATCH;
        }
        if (type.equals(IdType.DER_ASN1_DN)) {
            int wildcards = DistinguishedName.match(encoding, pattern.encoding);
            return wildcards < 0 ? NO_MATCH : Math.max(2, PERFECT_MATCH - wildcards);
        }
        return NO_MATCH;
    }

    /**
     * One character an octet, with the ASCII letters in lower case. Unicode has letters that turn into ASCII ones when their case is
     * folded, and replaces what is no UTF-8 by one and the same character: both would make two identities one.
     */
    private String folded() {
        StringBuilder folded = new StringBuilder(encoding.length());
        for (int i = 0; i < encoding.length(); i++) {
            int octet = encoding.at(i);
            folded.append((char) (octet >= 'A' && octet <= 'Z' ? octet + 'a' - 'A' : octet));
        }
        return folded.toString();
    }

    private String text() {
        return new String(encoding.toArray(), StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Identification that) || !type.equals(that.type)) {
            return false;
        }
        if (encoding.equals(that.encoding)) {
            return true;
        }
        if (type.equals(IdType.FQDN) || type.equals(IdType.RFC822_ADDR)) {
            return folded().equals(that.folded());
        }
        return type.equals(IdType.DER_ASN1_DN) && DistinguishedName.match(encoding, that.encoding) == 0;
    }

    @Override
    public int hashCode() {
        if (type.equals(IdType.FQDN) || type.equals(IdType.RFC822_ADDR)) {
            return folded().hashCode();
        }
        // equal names may differ in their DER (string types, case): only what all of them share counts
        return type.equals(IdType.DER_ASN1_DN) ? DistinguishedName.hash(encoding) : Objects.hash(type, encoding);
    }

    /** strongSwan's notation, as logs and {@code --list-sas} print it; octets that are no text appear as escapes. */
    @Override
    public String toString() {
        return switch (type.value()) {
            case 0 -> "%any";
            case 1, 5 -> address();
            case 2, 3 -> IdentificationParser.printable(text());
            case 9 -> DistinguishedName.toText(encoding);
            case 11 -> IdentificationParser.keyIdText(encoding);
            case 13 -> "ID_NULL";
            default -> "(" + type + ") " + HexFormat.ofDelimiter(":").formatHex(encoding.toArray());
        };
    }

    private String address() {
        try {
            return Addresses.text(Addresses.ofOctets(encoding.toArray()));
        } catch (IllegalArgumentException wrongLength) {
            return "(invalid " + type + ")";
        }
    }
}
