// SPDX-License-Identifier: Apache-2.0
package org.jcharon.journal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jcharon.api.bus.LogListener.LogRecord;

/**
 * One entry in the native protocol of systemd's journal: a line {@code NAME=value} for each field; a value with line ends is written
 * as its name, a line end, its length as 64 bits with the lowest octet first, the octets, and a line end. Pure.
 */
final class JournalEntry {

    /** Longer values are cut: with them an entry would no longer be one datagram. */
    static final int MAX_VALUE = 32 * 1024;

    private static final int NOTICE = 5;
    private static final int DEBUG = 7;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

    private JournalEntry() {}

    /** The entry of a record, with the fields that charon-systemd writes. */
    static byte[] of(LogRecord record, String identifier, long process) {
        String group = record.group().toUpperCase(Locale.ROOT);
        JournalEntry entry = new JournalEntry()
                .field("MESSAGE", record.text())
                .field("PRIORITY", Integer.toString(Math.min(DEBUG, NOTICE + record.level())))
                .field("SYSLOG_IDENTIFIER", identifier)
                .field("SYSLOG_PID", Long.toString(process))
                .field("LEVEL", Integer.toString(record.level()))
                .field("GROUP", group)
                .field("THREAD", Integer.toString(record.thread()));
        if (!record.ikeSa().isEmpty()) {
            int bar = record.ikeSa().lastIndexOf('|');
            entry.field("IKE_SA_UNIQUE_ID", record.ikeSa().substring(bar + 1));
            if (bar > 0) {
                entry.field("IKE_SA_NAME", record.ikeSa().substring(0, bar));
            }
        }
        return entry.out.toByteArray();
    }

    private JournalEntry field(String name, String text) {
        byte[] value = cut(text.getBytes(StandardCharsets.UTF_8));
        out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        if (text.indexOf('\n') < 0) {
            out.write('=');
        } else {
            out.write('\n');
            out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value.length)
                    .array());
        }
        out.writeBytes(value);
        out.write('\n');
        return this;
    }

    private static byte[] cut(byte[] value) {
        int end = Math.min(value.length, MAX_VALUE);
        while (end < value.length && (value[end] & 0xC0) == 0x80) {
            end--;
        }
        return end == value.length ? value : Arrays.copyOf(value, end);
    }
}
