// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jcharon.api.wire.Secret;

/** Values as the files write them. Pure; what is malformed throws {@link NumberFormatException} or {@link ArithmeticException}. */
final class Values {

    private static final Pattern DECIMAL = Pattern.compile("\\d{1,18}");
    private static final Pattern HEXADECIMAL = Pattern.compile("0[xX][0-9a-fA-F]{1,15}");
    private static final Pattern FRACTION = Pattern.compile("\\d{1,12}(\\.\\d{1,9})?");
    private static final long LONGEST_SECONDS = Integer.MAX_VALUE;

    private Values() {}

    static long number(String text) {
        if (HEXADECIMAL.matcher(text).matches()) {
            return Long.parseLong(text.substring(2), 16);
        }
        if (!DECIMAL.matcher(text).matches()) {
            throw new NumberFormatException(text);
        }
        return Long.parseLong(text);
    }

    static long amount(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int shift = lower.endsWith("k") ? 10 : lower.endsWith("m") ? 20 : lower.endsWith("g") ? 30 : 0;
        String digits =
                shift == 0 ? lower : lower.substring(0, lower.length() - 1).trim();
        return Math.multiplyExact(number(digits), 1L << shift);
    }

    static Duration duration(String text) {
        String lower = text.trim().toLowerCase(Locale.ROOT);
        String digits = lower;
        long unit = 1;
        if (!lower.isEmpty()) {
            char last = lower.charAt(lower.length() - 1);
            int index = "smhd".indexOf(last);
            if (index >= 0) {
                unit = new long[] {1, 60, 3600, 86400}[index];
                digits = lower.substring(0, lower.length() - 1).trim();
            }
        }
        if (!FRACTION.matcher(digits).matches()) {
            throw new NumberFormatException(text);
        }
        BigDecimal seconds = new BigDecimal(digits).multiply(BigDecimal.valueOf(unit));
        if (seconds.compareTo(BigDecimal.valueOf(LONGEST_SECONDS)) > 0) {
            throw new ArithmeticException("more than " + LONGEST_SECONDS + " s");
        }
        return Duration.ofNanos(seconds.movePointRight(9).longValueExact());
    }

    /** Text, {@code 0x} hexadecimal or {@code 0s} Base64; throws {@link IllegalArgumentException} that does not repeat it. */
    static Secret secret(String text) {
        String prefix = text.length() < 2 ? "" : text.substring(0, 2).toLowerCase(Locale.ROOT);
        try {
            if (prefix.equals("0x")) {
                String digits = text.substring(2).replace(":", "");
                return Secret.own(HexFormat.of().parseHex(digits.length() % 2 == 0 ? digits : "0" + digits));
            }
            if (prefix.equals("0s")) {
                return Secret.own(Base64.getDecoder().decode(text.substring(2)));
            }
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    prefix.equals("0x") ? "is not hexadecimal after 0x" : "is not Base64 after 0s");
        }
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        try {
            return Secret.copyOf(octets);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }
}
