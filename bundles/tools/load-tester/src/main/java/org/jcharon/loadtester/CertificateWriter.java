// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.wire.Chunk;
import org.jcharon.lib.der.Der;

/** Writes the certificates that a load test needs, of version 3 (RFC 5280 section 4.1). Any thread. */
final class CertificateWriter {

    private static final int BIT_STRING = 0x03;
    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int UTC_TIME = 0x17;
    private static final int SEQUENCE = 0x30;
    private static final int VERSION = 0xA0;
    private static final int EXTENSIONS = 0xA3;
    private static final int DNS_NAME = 0x82;
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    // object identifier and, where it is critical, TRUE
    private static final byte[] BASIC_CONSTRAINTS = octets("0603551d130101ff");
    private static final byte[] KEY_USAGE = octets("0603551d0f0101ff");
    private static final byte[] SUBJECT_ALT_NAME = octets("0603551d11");
    private static final byte[] IS_CA = octets("30030101ff");
    private static final byte[] SIGNS_CERTIFICATES = octets("03020106");
    private static final byte[] SIGNS = octets("03020780");

    private CertificateWriter() {}

    /**
     * What is to be signed.
     *
     * @param algorithm AlgorithmIdentifier of the signature, DER
     * @param serial positive, without leading zero octets
     * @param host dNSName of an end entity; empty: a CA
     */
    static byte[] tbs(
            Chunk algorithm,
            byte[] serial,
            Identification issuer,
            Identification subject,
            Instant from,
            Instant to,
            Chunk spki,
            String host) {
        byte[] extensions = host.isEmpty()
                ? sequence(extension(BASIC_CONSTRAINTS, IS_CA), extension(KEY_USAGE, SIGNS_CERTIFICATES))
                : sequence(
                        extension(KEY_USAGE, SIGNS),
                        extension(
                                SUBJECT_ALT_NAME,
                                sequence(Der.tlv(DNS_NAME, host.getBytes(StandardCharsets.US_ASCII)))));
        return sequence(
                Der.tlv(VERSION, Der.tlv(INTEGER, new byte[] {2})),
                Der.tlv(INTEGER, serial),
                algorithm.toArray(),
                issuer.encoding().toArray(),
                sequence(time(from), time(to)),
                subject.encoding().toArray(),
                spki.toArray(),
                Der.tlv(EXTENSIONS, extensions));
    }

    /** The whole certificate. */
    static byte[] signed(byte[] tbs, Chunk algorithm, byte[] signature) {
        return sequence(tbs, algorithm.toArray(), Der.tlv(BIT_STRING, new byte[1], signature));
    }

    private static byte[] extension(byte[] head, byte[] value) {
        return sequence(head, Der.tlv(OCTET_STRING, value));
    }

    /** Until 2049: the certificates live for a day. */
    private static byte[] time(Instant time) {
        return Der.tlv(UTC_TIME, UTC.format(time).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] sequence(byte[]... parts) {
        return Der.tlv(SEQUENCE, parts);
    }

    private static byte[] octets(String hex) {
        return Chunk.ofHex(hex).toArray();
    }
}
