// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.credential;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;

/** X.500 names in DER: their text in strongSwan's order (as encoded, first attribute first) and their comparison. */
final class DistinguishedName {

    private static final int MAX_ATTRIBUTES = 64;

    /** Abbreviations that strongSwan prints and reads, with the content octets of their object identifiers. */
    private static final Map<String, Chunk> OIDS = Map.ofEntries(
            Map.entry("CN", Chunk.ofHex("550403")),
            Map.entry("SN", Chunk.ofHex("550405")),
            Map.entry("serialNumber", Chunk.ofHex("550405")),
            Map.entry("S", Chunk.ofHex("550404")),
            Map.entry("C", Chunk.ofHex("550406")),
            Map.entry("L", Chunk.ofHex("550407")),
            Map.entry("ST", Chunk.ofHex("550408")),
            Map.entry("O", Chunk.ofHex("55040a")),
            Map.entry("OU", Chunk.ofHex("55040b")),
            Map.entry("T", Chunk.ofHex("55040c")),
            Map.entry("D", Chunk.ofHex("55040d")),
            Map.entry("G", Chunk.ofHex("55042a")),
            Map.entry("I", Chunk.ofHex("55042b")),
            Map.entry("ID", Chunk.ofHex("55042d")),
            Map.entry("dnQualifier", Chunk.ofHex("55042e")),
            Map.entry("E", Chunk.ofHex("2a864886f70d010901")),
            Map.entry("Email", Chunk.ofHex("2a864886f70d010901")),
            Map.entry("emailAddress", Chunk.ofHex("2a864886f70d010901")),
            Map.entry("unstructuredName", Chunk.ofHex("2a864886f70d010902")),
            Map.entry("DC", Chunk.ofHex("0992268993f22c640119")),
            Map.entry("UID", Chunk.ofHex("0992268993f22c640101")));

    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int OID = 0x06;
    private static final int UTF8_STRING = 0x0C;
    private static final int PRINTABLE_STRING = 0x13;
    private static final int T61_STRING = 0x14;
    private static final int IA5_STRING = 0x16;
    private static final int BMP_STRING = 0x1E;

    private record Attribute(Chunk oid, int tag, Chunk value) {

        boolean isWildcard() {
            return value.length() == 1 && value.at(0) == '*';
        }

        boolean matches(Attribute other) {
            if (!oid.equals(other.oid)) {
                return false;
            }
            if (tag == other.tag && value.equals(other.value)) {
                return true;
            }
            return isText() && other.isText() && decodes() && other.decodes() && folded().equals(other.folded());
        }

        private boolean isText() {
            return tag == UTF8_STRING
                    || tag == PRINTABLE_STRING
                    || tag == T61_STRING
                    || tag == IA5_STRING
                    || tag == BMP_STRING;
        }

        /** Octets that are no text all decode to the same replacement character, and would all be equal. */
        private boolean decodes() {
            return text().indexOf('\uFFFD') < 0;
        }

        /** RFC 5280 section 7.1: case and repeated white space do not count. */
        String folded() {
            return text().strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
        }

        String text() {
            Charset charset = switch (tag) {
                case T61_STRING -> StandardCharsets.ISO_8859_1;
                case BMP_STRING -> StandardCharsets.UTF_16BE;
                default -> StandardCharsets.UTF_8;
            };
            return new String(value.toArray(), charset);
        }
    }

    private DistinguishedName() {}

    static boolean hasWildcards(Chunk der) {
        try {
            return attributes(der).stream().anyMatch(Attribute::isWildcard);
        } catch (WireException malformed) {
            return false;
        }
    }

    /** Number of wildcards used when {@code name} fits {@code pattern}, -1 when it does not. */
    static int match(Chunk name, Chunk pattern) {
        try {
            List<Attribute> ours = attributes(name);
            List<Attribute> wanted = attributes(pattern);
            if (ours.size() != wanted.size()) {
                return -1;
            }
            int wildcards = 0;
            for (int i = 0; i < ours.size(); i++) {
                if (wanted.get(i).isWildcard()
                        && ours.get(i).oid().equals(wanted.get(i).oid())) {
                    wildcards++;
                } else if (!ours.get(i).matches(wanted.get(i))) {
                    return -1;
                }
            }
            return wildcards;
        } catch (WireException malformed) {
            return name.equals(pattern) ? 0 : -1;
        }
    }

    static int hash(Chunk der) {
        try {
            int hash = 1;
            for (Attribute attribute : attributes(der)) {
                hash = 31 * hash + attribute.oid().hashCode();
                hash = 31 * hash + attribute.folded().hashCode();
            }
            return hash;
        } catch (WireException malformed) {
            return der.hashCode();
        }
    }

    static String toText(Chunk der) {
        try {
            StringBuilder text = new StringBuilder();
            for (Attribute attribute : attributes(der)) {
                if (text.length() > 0) {
                    text.append(", ");
                }
                text.append(name(attribute.oid())).append('=').append(IdentificationParser.printable(attribute.text()));
            }
            return text.toString();
        } catch (WireException malformed) {
            return "(invalid DER_ASN1_DN)";
        }
    }

    /** Encodes {@code C=CH, O=acc, CN=…}; empty if the text is no distinguished name. {@code /C=CH/O=acc} is read too. */
    static Optional<Chunk> parse(String text) {
        WireWriter names = new WireWriter();
        List<String> parts = split(text);
        if (parts.isEmpty() || parts.size() > MAX_ATTRIBUTES) {
            return Optional.empty();
        }
        for (String part : parts) {
            int equals = part.indexOf('=');
            if (equals <= 0) {
                return Optional.empty();
            }
            Chunk oid = oid(part.substring(0, equals).trim());
            if (oid == null) {
                return Optional.empty();
            }
            String value = unquote(part.substring(equals + 1).trim());
            Chunk octets = Chunk.wrap(value.getBytes(StandardCharsets.UTF_8));
            boolean ia5 = oid.equals(OIDS.get("E")) || oid.equals(OIDS.get("DC"));
            int tag = ia5
                    ? IA5_STRING
                    : value.chars().allMatch(DistinguishedName::isPrintable) ? PRINTABLE_STRING : UTF8_STRING;
            Chunk attribute = tlv(SEQUENCE, Chunk.concat(tlv(OID, oid), tlv(tag, octets)));
            names.chunk(tlv(SET, attribute));
        }
        return Optional.of(tlv(SEQUENCE, names.toChunk()));
    }

    private static List<String> split(String text) {
        char separator = text.startsWith("/") ? '/' : ',';
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        boolean escaped = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (escaped) {
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
                continue;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && c == separator) {
                parts.add(part.toString());
                part.setLength(0);
                continue;
            }
            part.append(c);
        }
        parts.add(part.toString());
        parts.removeIf(String::isBlank);
        return parts;
    }

    private static String unquote(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }

    private static Chunk oid(String name) {
        for (Map.Entry<String, Chunk> entry : OIDS.entrySet()) {
            if (entry.getKey().equalsIgnoreCase(name)) {
                return entry.getValue();
            }
        }
        return null;
    }

    private static String name(Chunk oid) {
        String shortest = null;
        for (Map.Entry<String, Chunk> entry : OIDS.entrySet()) {
            if (entry.getValue().equals(oid)
                    && (shortest == null || entry.getKey().length() < shortest.length())) {
                shortest = entry.getKey();
            }
        }
        if (oid.equals(OIDS.get("SN"))) {
            return "serialNumber";
        }
        return shortest != null ? shortest : "OID." + oid.toHex();
    }

    private static boolean isPrintable(int c) {
        return c < 128 && (Character.isLetterOrDigit(c) || " '()+,-./:=?".indexOf(c) >= 0);
    }

    private static List<Attribute> attributes(Chunk der) throws WireException {
        WireReader all = new WireReader(der);
        WireReader names = element(all, SEQUENCE, "name");
        all.end("name");
        List<Attribute> attributes = new ArrayList<>();
        while (names.remaining() > 0) {
            WireReader set = element(names, SET, "relative name");
            while (set.remaining() > 0) {
                if (attributes.size() == MAX_ATTRIBUTES) {
                    throw set.error("over " + MAX_ATTRIBUTES + " attributes in a name");
                }
                WireReader attribute = element(set, SEQUENCE, "attribute");
                Chunk oid = element(attribute, OID, "attribute type").rest();
                int tag = attribute.u8("attribute value");
                Chunk value = attribute.chunk(length(attribute), "attribute value");
                attribute.end("attribute");
                attributes.add(new Attribute(oid, tag, value));
            }
        }
        return attributes;
    }

    private static WireReader element(WireReader in, int tag, String what) throws WireException {
        int found = in.u8(what);
        if (found != tag) {
            throw in.error(what + ": tag " + tag + " expected, " + found + " found");
        }
        return in.sub(length(in), what);
    }

    private static int length(WireReader in) throws WireException {
        int first = in.u8("length");
        if (first < 0x80) {
            return first;
        }
        if (first == 0x81) {
            return in.u8("length");
        }
        if (first == 0x82) {
            return in.u16("length");
        }
        throw in.error("length of " + (first & 0x7F) + " octets in a name");
    }

    private static Chunk tlv(int tag, Chunk value) {
        WireWriter out = new WireWriter(value.length() + 4).u8(tag);
        if (value.length() < 0x80) {
            out.u8(value.length());
        } else if (value.length() < 0x100) {
            out.u8(0x81).u8(value.length());
        } else {
            out.u8(0x82).u16(value.length());
        }
        return out.chunk(value).toChunk();
    }
}
