// SPDX-License-Identifier: Apache-2.0
package org.jcharon.syslog;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jcharon.api.bus.LogListener.LogRecord;

/**
 * Records as messages of syslog, one for each line of a text. Immutable.
 *
 * @param identifier who logs
 * @param host name of this machine
 * @param process number of this process
 */
record Messages(String identifier, String host, long process, ZoneId zone) {

    private static final int MAX_OCTETS = 8_192;
    private static final DateTimeFormatter CLASSIC = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ENGLISH);
    private static final DateTimeFormatter STAMP = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
            .appendFraction(ChronoField.MICRO_OF_SECOND, 6, 6, true)
            .appendLiteral('Z')
            .toFormatter(Locale.ROOT);

    /** The lines of a record as charon writes them: {@code TT[GRP] <name|id> text}. */
    static List<String> lines(LogRecord record, Options options) {
        String prefix = String.format(
                Locale.ROOT,
                "%02d[%s%s] %s",
                record.thread(),
                record.group().toUpperCase(Locale.ROOT),
                options.logLevel() ? record.level() : "",
                options.ikeName() && !record.ikeSa().isEmpty() ? "<" + record.ikeSa() + "> " : "");
        return List.of(record.text().split("\\R", -1)).stream()
                .map(line -> prefix + line)
                .toList();
    }

    /** For the socket of this machine, as the C library writes it. */
    byte[] local(int priority, Instant time, String line) {
        return cut("<" + priority + ">" + CLASSIC.format(time.atZone(zone)) + " " + identifier + ": " + line);
    }

    /**
     * For another machine.
     *
     * @param group stands as MSGID
     * @rfc 5424 §6
     */
    byte[] remote(int priority, Instant time, String group, String line) {
        String stamp = STAMP.format(time.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC));
        return cut("<" + priority + ">1 " + stamp + " " + host + " " + identifier + " " + process + " "
                + group.toUpperCase(Locale.ROOT) + " - " + line);
    }

    /** The message behind its length, for a stream (RFC 6587, section 3.4.1: octet counting). */
    static byte[] counted(byte[] message) {
        byte[] count = (message.length + " ").getBytes(StandardCharsets.US_ASCII);
        byte[] frame = new byte[count.length + message.length];
        System.arraycopy(count, 0, frame, 0, count.length);
        System.arraycopy(message, 0, frame, count.length, message.length);
        return frame;
    }

    /** What some syslogs would cut themselves, in the midst of a character. */
    private static byte[] cut(String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        if (octets.length <= MAX_OCTETS) {
            return octets;
        }
        int end = MAX_OCTETS;
        while ((octets[end] & 0xC0) == 0x80) {
            end--;
        }
        return java.util.Arrays.copyOf(octets, end);
    }
}
