// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.event;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Values as strongSwan prints them. Pure. */
public final class Texts {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("MMM dd HH:mm:ss yyyy", Locale.ROOT);

    private Texts() {}

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
