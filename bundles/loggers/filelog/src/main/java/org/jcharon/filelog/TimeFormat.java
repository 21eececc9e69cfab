// SPDX-License-Identifier: Apache-2.0
package org.jcharon.filelog;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.Map;

/** Times after a {@code strftime} format, in English. Immutable; any thread. */
final class TimeFormat {

    /** What is written behind the formatted time. */
    enum Precision {
        /** Nothing. */
        SECONDS(""),
        /** A dot and three digits. */
        MILLISECONDS("ms"),
        /** A dot and six digits. */
        MICROSECONDS("us");

        private final String name;

        Precision(String name) {
            this.name = name;
        }

        /** Throws {@link IllegalArgumentException} for anything but ms, us and nothing. */
        static Precision of(String text) {
            for (Precision precision : values()) {
                if (precision.name.equals(text)) {
                    return precision;
                }
            }
            throw new IllegalArgumentException("time_precision '" + text + "' is not ms or us");
        }
    }

    private static final Map<Long, String> SUNDAY_FIRST =
            Map.of(1L, "1", 2L, "2", 3L, "3", 4L, "4", 5L, "5", 6L, "6", 7L, "0");

    private final DateTimeFormatter formatter;
    private final Precision precision;
    private final ZoneId zone;

    /** Throws {@link IllegalArgumentException} for a conversion that is not known. */
    TimeFormat(String strftime, Precision precision, ZoneId zone) {
        DateTimeFormatterBuilder builder = new DateTimeFormatterBuilder();
        for (int i = 0; i < strftime.length(); i++) {
            char c = strftime.charAt(i);
            if (c != '%') {
                builder.appendLiteral(c);
            } else if (++i < strftime.length()) {
                conversion(builder, strftime.charAt(i));
            } else {
                throw new IllegalArgumentException("time_format ends in %");
            }
        }
        this.formatter = builder.toFormatter(Locale.ENGLISH);
        this.precision = precision;
        this.zone = zone;
    }

    String format(Instant time) {
        ZonedDateTime local = time.atZone(zone);
        String text = formatter.format(local);
        return switch (precision) {
            case SECONDS -> text;
            case MILLISECONDS -> text + String.format(Locale.ROOT, ".%03d", local.get(ChronoField.MILLI_OF_SECOND));
            case MICROSECONDS -> text + String.format(Locale.ROOT, ".%06d", local.get(ChronoField.MICRO_OF_SECOND));
        };
    }

    private static void conversion(DateTimeFormatterBuilder builder, char c) {
        switch (c) {
            case 'Y' -> builder.appendValue(ChronoField.YEAR);
            case 'y' -> builder.appendPattern("yy");
            case 'm' -> builder.appendValue(ChronoField.MONTH_OF_YEAR, 2);
            case 'd' -> builder.appendValue(ChronoField.DAY_OF_MONTH, 2);
            case 'e' -> builder.padNext(2).appendValue(ChronoField.DAY_OF_MONTH);
            case 'j' -> builder.appendValue(ChronoField.DAY_OF_YEAR, 3);
            case 'H' -> builder.appendValue(ChronoField.HOUR_OF_DAY, 2);
            case 'I' -> builder.appendValue(ChronoField.CLOCK_HOUR_OF_AMPM, 2);
            case 'M' -> builder.appendValue(ChronoField.MINUTE_OF_HOUR, 2);
            case 'S' -> builder.appendValue(ChronoField.SECOND_OF_MINUTE, 2);
            case 'k' -> builder.padNext(2).appendValue(ChronoField.HOUR_OF_DAY);
            case 'l' -> builder.padNext(2).appendValue(ChronoField.CLOCK_HOUR_OF_AMPM);
            case 'P' -> builder.appendText(ChronoField.AMPM_OF_DAY, Map.of(0L, "am", 1L, "pm"));
            case 'p' -> builder.appendText(ChronoField.AMPM_OF_DAY);
            case 'b', 'h' -> builder.appendText(ChronoField.MONTH_OF_YEAR, TextStyle.SHORT);
            case 'B' -> builder.appendText(ChronoField.MONTH_OF_YEAR, TextStyle.FULL);
            case 'a' -> builder.appendText(ChronoField.DAY_OF_WEEK, TextStyle.SHORT);
            case 'A' -> builder.appendText(ChronoField.DAY_OF_WEEK, TextStyle.FULL);
            case 'u' -> builder.appendValue(ChronoField.DAY_OF_WEEK);
            case 'w' -> builder.appendText(ChronoField.DAY_OF_WEEK, SUNDAY_FIRST);
            case 'g' -> builder.appendValueReduced(IsoFields.WEEK_BASED_YEAR, 2, 2, 2000);
            case 'V' -> builder.appendValue(IsoFields.WEEK_OF_WEEK_BASED_YEAR, 2);
            case 'G' -> builder.appendValue(IsoFields.WEEK_BASED_YEAR);
            case 's' -> builder.appendValue(ChronoField.INSTANT_SECONDS);
            case 'z' -> builder.appendOffset("+HHMM", "+0000");
            case 'Z' -> builder.appendZoneText(TextStyle.SHORT);
            case 'T', 'X' -> all(builder, "H:M:S");
            case 'R' -> all(builder, "H:M");
            case 'r' -> all(builder, "I:M:S p");
            case 'D', 'x' -> all(builder, "m/d/y");
            case 'F' -> all(builder, "Y-m-d");
            case 'c' -> all(builder, "a b e T Y");
            case '%' -> builder.appendLiteral('%');
            case 'n' -> builder.appendLiteral(' ');
            case 't' -> builder.appendLiteral('\t');
            default -> throw new IllegalArgumentException("time_format has %" + c + ", which is not known");
        }
    }

    private static void all(DateTimeFormatterBuilder builder, String conversions) {
        for (int i = 0; i < conversions.length(); i++) {
            char c = conversions.charAt(i);
            if (Character.isLetter(c)) {
                conversion(builder, c);
            } else {
                builder.appendLiteral(c);
            }
        }
    }
}
