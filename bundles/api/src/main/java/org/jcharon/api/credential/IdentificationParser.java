// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.credential;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jcharon.api.wire.Chunk;

/** strongSwan's notation of identities. */
final class IdentificationParser {

    private static final Map<String, IdType> PREFIXES = Map.ofEntries(
            Map.entry("ipv4", IdType.IPV4_ADDR),
            Map.entry("ipv6", IdType.IPV6_ADDR),
            Map.entry("rfc822", IdType.RFC822_ADDR),
            Map.entry("email", IdType.RFC822_ADDR),
            Map.entry("userfqdn", IdType.RFC822_ADDR),
            Map.entry("fqdn", IdType.FQDN),
            Map.entry("dns", IdType.FQDN),
            Map.entry("asn1dn", IdType.DER_ASN1_DN),
            Map.entry("asn1gn", IdType.DER_ASN1_GN),
            Map.entry("keyid", IdType.KEY_ID));

    private IdentificationParser() {}

    static Identification parse(String text) {
        if (text.isEmpty()
                || text.equals("%any")
                || text.equals("%any6")
                || text.equals("*")
                || text.equals("0.0.0.0")
                || text.equals("::")) {
            return Identification.ANY;
        }
        Identification typed = typed(text);
        if (typed != null) {
            return typed;
        }
        if (text.startsWith("@#")) {
            byte[] octets = hex(text.substring(2));
            return octets == null
                    ? text(IdType.FQDN, text.substring(1))
                    : Identification.of(IdType.KEY_ID, Chunk.wrap(octets));
        }
        if (text.startsWith("@@")) {
            return text(IdType.RFC822_ADDR, text.substring(2));
        }
        if (text.startsWith("@")) {
            return text(IdType.FQDN, text.substring(1));
        }
        if (text.indexOf('=') >= 0) {
            Optional<Chunk> name = DistinguishedName.parse(text);
            return name.map(Identification::ofDn).orElseGet(() -> text(IdType.KEY_ID, text));
        }
        if (text.indexOf('@') >= 0) {
            return text(IdType.RFC822_ADDR, text);
        }
        return org.jcharon.api.config.Addresses.literal(text)
                .map(Identification::ofAddress)
                .orElseGet(() -> text(text.indexOf(':') >= 0 ? IdType.KEY_ID : IdType.FQDN, text));
    }

    private static Identification typed(String text) {
        int colon = text.indexOf(':');
        IdType type = colon <= 0 ? null : PREFIXES.get(text.substring(0, colon).toLowerCase(Locale.ROOT));
        if (type == null) {
            return null;
        }
        String rest = text.substring(colon + 1);
        byte[] octets = rest.startsWith("#") ? hex(rest.substring(1)) : null;
        if (octets != null) {
            return Identification.of(type, Chunk.wrap(octets));
        }
        if (type.equals(IdType.DER_ASN1_DN)) {
            return DistinguishedName.parse(rest).map(Identification::ofDn).orElse(null);
        }
        if (type.equals(IdType.IPV4_ADDR) || type.equals(IdType.IPV6_ADDR)) {
            return org.jcharon.api.config.Addresses.literal(rest)
                    .map(Identification::ofAddress)
                    .filter(id -> id.type().equals(type))
                    .orElse(null);
        }
        return text(type, rest);
    }

    private static Identification text(IdType type, String text) {
        return Identification.of(type, Chunk.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] hex(String digits) {
        try {
            return HexFormat.of().parseHex(digits.replace(":", ""));
        } catch (IllegalArgumentException notHex) {
            return null;
        }
    }

    /** Control characters from a peer must not reach a terminal or forge log lines. */
    static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            int kind = Character.getType(c);
            boolean harmful = Character.isISOControl(c)
                    || c == 0xFFFD
                    || kind == Character.FORMAT
                    || kind == Character.LINE_SEPARATOR
                    || kind == Character.PARAGRAPH_SEPARATOR;
            if (harmful) {
                out.append(String.format("\\x%02x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    static String keyIdText(Chunk octets) {
        String text = new String(octets.toArray(), StandardCharsets.US_ASCII);
        boolean plain = !octets.isEmpty() && text.chars().allMatch(c -> c >= 0x20 && c < 0x7F);
        return plain ? text : HexFormat.ofDelimiter(":").formatHex(octets.toArray());
    }
}
