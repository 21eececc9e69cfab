// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.der;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;

/**
 * Reads DER and nothing laxer: definite and shortest lengths, one-octet tags, shortest integers, booleans of 00 or FF. Every
 * violation is a {@link WireException} that names what was read and where. Not thread-safe.
 *
 * <p>The array is borrowed: it must not change meanwhile; what is returned is a copy.
 */
public final class DerReader {

    /** BOOLEAN. */
    public static final int BOOLEAN = 0x01;
    /** INTEGER. */
    public static final int INTEGER = 0x02;
    /** BIT STRING. */
    public static final int BIT_STRING = 0x03;
    /** OCTET STRING. */
    public static final int OCTET_STRING = 0x04;
    /** NULL. */
    public static final int NULL = 0x05;
    /** OBJECT IDENTIFIER. */
    public static final int OID = 0x06;
    /** UTCTime. */
    public static final int UTC_TIME = 0x17;
    /** GeneralizedTime. */
    public static final int GENERALIZED_TIME = 0x18;
    /** SEQUENCE and SEQUENCE OF. */
    public static final int SEQUENCE = 0x30;
    /** SET and SET OF. */
    public static final int SET = 0x31;

    private static final int MAX_OID_OCTETS = 64;

    private final byte[] octets;
    private final int base;
    private final WireReader in;

    /** Reads all of {@code octets}. */
    public DerReader(byte[] octets) {
        this(octets, 0, octets.length);
    }

    /** Reads a copy of {@code chunk}. */
    public DerReader(Chunk chunk) {
        this(chunk.toArray());
    }

    private DerReader(byte[] octets, int offset, int length) {
        this.octets = octets;
        this.base = offset;
        this.in = new WireReader(octets, offset, length);
    }

    /** Tag of a context-specific element; {@code constructed} for EXPLICIT and for implicit sequences. */
    public static int context(int number, boolean constructed) {
        return (constructed ? 0xA0 : 0x80) | number;
    }

    /** Whether nothing is left. */
    public boolean isEmpty() {
        return in.remaining() == 0;
    }

    /** Whether the next element has this tag; false at the end. */
    public boolean nextIs(int tag) {
        return in.remaining() > 0 && (octets[base + in.offset()] & 0xFF) == tag;
    }

    /** Tag of the next element, which is not consumed. */
    public int peek(String what) throws WireException {
        if (in.remaining() == 0) {
            throw error(what + ": missing");
        }
        return octets[base + in.offset()] & 0xFF;
    }

    /** A reader of the content of the next element, which must have this tag. */
    public DerReader enter(int tag, String what) throws WireException {
        int length = header(tag, what);
        int start = base + in.offset();
        in.skip(length, what);
        return new DerReader(octets, start, length);
    }

    /** Content octets of the next element, which must have this tag. */
    public Chunk value(int tag, String what) throws WireException {
        return in.chunk(header(tag, what), what);
    }

    /** Content octets of the next element, owned and, if secret, wiped by the caller. */
    public byte[] secretValue(int tag, String what) throws WireException {
        return in.array(header(tag, what), what);
    }

    /** The whole next element, whatever its tag. */
    public Chunk element(String what) throws WireException {
        int start = base + in.offset();
        in.skip(header(peek(what), what), what);
        return Chunk.of(octets, start, base + in.offset() - start);
    }

    /** The whole next element, which must have this tag. */
    public Chunk element(int tag, String what) throws WireException {
        if (peek(what) != tag) {
            header(tag, what);
        }
        return element(what);
    }

    /** Passes over the next element, whatever its tag. */
    public void skip(String what) throws WireException {
        in.skip(header(peek(what), what), what);
    }

    /** Content octets of an INTEGER in its shortest form. */
    public Chunk integerOctets(String what) throws WireException {
        Chunk value = value(INTEGER, what);
        boolean padded = value.length() > 1
                && ((value.at(0) == 0 && value.at(1) < 0x80) || (value.at(0) == 0xFF && value.at(1) >= 0x80));
        if (value.isEmpty() || padded) {
            throw error(what + ": INTEGER is not in its shortest form");
        }
        return value;
    }

    /** An INTEGER from {@code min} to {@code max}. */
    public int integer(int min, int max, String what) throws WireException {
        Chunk value = integerOctets(what);
        BigInteger number = new BigInteger(value.toArray());
        if (value.length() > 5
                || number.compareTo(BigInteger.valueOf(min)) < 0
                || number.compareTo(BigInteger.valueOf(max)) > 0) {
            throw error(what + ": not in " + min + ".." + max);
        }
        return number.intValue();
    }

    /** A BOOLEAN. */
    public boolean bool(String what) throws WireException {
        Chunk value = value(BOOLEAN, what);
        if (value.length() != 1 || (value.at(0) != 0 && value.at(0) != 0xFF)) {
            throw error(what + ": malformed BOOLEAN");
        }
        return value.at(0) != 0;
    }

    /** An OBJECT IDENTIFIER with dots. */
    public String oid(String what) throws WireException {
        Chunk value = value(OID, what);
        if (value.isEmpty() || value.length() > MAX_OID_OCTETS || value.at(value.length() - 1) >= 0x80) {
            throw error(what + ": malformed OBJECT IDENTIFIER");
        }
        List<String> arcs = new ArrayList<>();
        long arc = 0;
        boolean start = true;
        for (int i = 0; i < value.length(); i++) {
            int octet = value.at(i);
            if ((start && octet == 0x80) || arc > (Long.MAX_VALUE >> 8)) {
                throw error(what + ": malformed OBJECT IDENTIFIER");
            }
            arc = arc << 7 | (octet & 0x7F);
            start = octet < 0x80;
            if (start) {
                if (arcs.isEmpty()) {
                    long first = Math.min(arc / 40, 2);
                    arcs.add(Long.toString(first));
                    arc -= first * 40;
                }
                arcs.add(Long.toString(arc));
                arc = 0;
            }
        }
        return String.join(".", arcs);
    }

    /** A BIT STRING of whole octets. */
    public Chunk bitString(String what) throws WireException {
        Chunk value = value(BIT_STRING, what);
        if (value.isEmpty() || value.at(0) != 0) {
            throw error(what + ": BIT STRING is not of whole octets");
        }
        return value.slice(1, value.length());
    }

    /** A named-bit list of at most 31 bits; bit 0, the first, becomes the lowest of the result. */
    public int namedBits(String what) throws WireException {
        Chunk value = value(BIT_STRING, what);
        int octetCount = value.length() - 1;
        int unused = value.isEmpty() ? -1 : value.at(0);
        if (unused < 0 || unused > 7 || octetCount > 3 || (octetCount == 0 && unused != 0)) {
            throw error(what + ": malformed BIT STRING");
        }
        int bits = 0;
        for (int i = 0; i < octetCount * 8; i++) {
            if ((value.at(1 + i / 8) >> (7 - i % 8) & 1) != 0) {
                if (i >= octetCount * 8 - unused) {
                    throw error(what + ": unused bits of a BIT STRING are set");
                }
                bits |= 1 << i;
            }
        }
        return bits;
    }

    /** UTCTime or GeneralizedTime in the forms that RFC 5280 section 4.1.2.5 allows: seconds and Z, no fraction. */
    public Instant time(String what) throws WireException {
        boolean utc = nextIs(UTC_TIME);
        Chunk value = value(utc ? UTC_TIME : GENERALIZED_TIME, what);
        int yearDigits = utc ? 2 : 4;
        if (value.length() != yearDigits + 11 || value.at(value.length() - 1) != 'Z') {
            throw error(what + ": malformed time");
        }
        int[] pairs = new int[(yearDigits + 10) / 2];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = digit(value.at(2 * i), what) * 10 + digit(value.at(2 * i + 1), what);
        }
        int at = utc ? 1 : 2;
        int year = utc ? pairs[0] + (pairs[0] < 50 ? 2000 : 1900) : pairs[0] * 100 + pairs[1];
        try {
            return LocalDateTime.of(year, pairs[at], pairs[at + 1], pairs[at + 2], pairs[at + 3], pairs[at + 4])
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException impossible) {
            throw error(what + ": no such time");
        }
    }

    private int digit(int octet, String what) throws WireException {
        if (octet < '0' || octet > '9') {
            throw error(what + ": malformed time");
        }
        return octet - '0';
    }

    /** Throws unless everything was read. */
    public void end(String what) throws WireException {
        if (in.remaining() > 0) {
            throw error(what + ": " + in.remaining() + " octets too many");
        }
    }

    /** An exception that names the current offset, counted from the start of the whole. */
    public WireException error(String what) {
        return new WireException(what, base + in.offset());
    }

    private int header(int tag, String what) throws WireException {
        int found = peek(what);
        if (found != tag) {
            throw error(
                    what + ": tag " + Integer.toHexString(tag) + " expected, " + Integer.toHexString(found) + " found");
        }
        if ((tag & 0x1F) == 0x1F) {
            throw error(what + ": tag of several octets");
        }
        in.skip(1, what);
        int first = in.u8(what);
        if (first < 0x80) {
            return first;
        }
        long length = switch (first) {
            case 0x81 -> in.u8(what);
            case 0x82 -> in.u16(what);
            case 0x83 -> ((long) in.u8(what) << 16) | in.u16(what);
            case 0x84 -> in.u32(what);
            default -> throw error(what + ": indefinite or oversized length");
        };
        long least = first == 0x81 ? 0x80 : 1L << (8 * (first - 0x81));
        if (length < least) {
            throw error(what + ": length is not in its shortest form");
        }
        if (length > in.remaining()) {
            throw error(what + ": " + length + " octets expected, " + in.remaining() + " left");
        }
        return (int) length;
    }
}
