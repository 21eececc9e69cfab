// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.event;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Values as strongSwan prints them. Pure. */
public final class Texts {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("MMM dd HH:mm:ss yyyy", Locale.ROOT);

    private Texts() {}

    /** An address; the longest run of zero groups of an IPv6 address is left out (RFC 5952). */
    public static String address(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        byte[] octets = address.getAddress();
        int[] groups = new int[8];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = (octets[2 * i] & 0xFF) << 8 | (octets[2 * i + 1] & 0xFF);
        }
        int start = -1;
        int longest = 1;
        for (int i = 0; i < groups.length; i++) {
            int run = 0;
            while (i + run < groups.length && groups[i + run] == 0) {
                run++;
            }
            if (run > longest) {
                longest = run;
                start = i;
            }
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < groups.length; i++) {
            if (i == start) {
                out.append("::");
                i += longest - 1;
            } else {
                out.append(out.isEmpty() || out.charAt(out.length() - 1) == ':' ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return out.toString();
    }

    /** A moment, such as {@code Jan 02 03:04:05 2026}. */
    public static String date(Instant moment, ZoneId zone) {
        return DATE.format(moment.atZone(zone));
    }

    /** A length of time in the largest unit of which there are more than two, such as {@code 5 minutes}. */
    public static String span(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        long count = seconds;
        String unit = "second";
        if (seconds > 2 * 86_400) {
            count = seconds / 86_400;
            unit = "day";
        } else if (seconds > 2 * 3_600) {
            count = seconds / 3_600;
            unit = "hour";
        } else if (seconds > 2 * 60) {
            count = seconds / 60;
            unit = "minute";
        }
        return count + " " + unit + (count == 1 ? "" : "s");
    }
}
