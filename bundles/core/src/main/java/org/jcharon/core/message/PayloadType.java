// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.util.Map;

/** Payload type (RFC 7296 section 3.2), 0 to 255; unknown numbers are kept. */
public record PayloadType(int value) {

    public static final PayloadType NONE = new PayloadType(0);
    public static final PayloadType SA = new PayloadType(33);
    public static final PayloadType KE = new PayloadType(34);
    public static final PayloadType IDI = new PayloadType(35);
    public static final PayloadType IDR = new PayloadType(36);
    public static final PayloadType CERT = new PayloadType(37);
    public static final PayloadType CERTREQ = new PayloadType(38);
    public static final PayloadType AUTH = new PayloadType(39);
    public static final PayloadType NONCE = new PayloadType(40);
    public static final PayloadType NOTIFY = new PayloadType(41);
    public static final PayloadType DELETE = new PayloadType(42);
    public static final PayloadType VENDOR = new PayloadType(43);
    public static final PayloadType TSI = new PayloadType(44);
    public static final PayloadType TSR = new PayloadType(45);
    /** Encrypted and authenticated; carries other payloads. */
    public static final PayloadType SK = new PayloadType(46);

    public static final PayloadType CP = new PayloadType(47);
    public static final PayloadType EAP = new PayloadType(48);
    public static final PayloadType GSPM = new PayloadType(49);
    public static final PayloadType IDG = new PayloadType(50);
    public static final PayloadType GSA = new PayloadType(51);
    public static final PayloadType KD = new PayloadType(52);
    /** Encrypted fragment (RFC 7383). */
    public static final PayloadType SKF = new PayloadType(53);

    public static final PayloadType PS = new PayloadType(54);

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(0, "NONE"),
            Map.entry(33, "SA"),
            Map.entry(34, "KE"),
            Map.entry(35, "IDi"),
            Map.entry(36, "IDr"),
            Map.entry(37, "CERT"),
            Map.entry(38, "CERTREQ"),
            Map.entry(39, "AUTH"),
            Map.entry(40, "No"),
            Map.entry(41, "N"),
            Map.entry(42, "D"),
            Map.entry(43, "V"),
            Map.entry(44, "TSi"),
            Map.entry(45, "TSr"),
            Map.entry(46, "E"),
            Map.entry(47, "CP"),
            Map.entry(48, "EAP"),
            Map.entry(49, "GSPM"),
            Map.entry(50, "IDg"),
            Map.entry(51, "GSA"),
            Map.entry(52, "KD"),
            Map.entry(53, "EF"));

    /** Throws {@link IllegalArgumentException} outside 0 to 255. */
    public PayloadType {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("payload type " + value);
        }
    }

    /** strongSwan's short name, as in message summaries: {@code SA}, {@code IDi}, {@code UNKN(200)}. */
    @Override
    public String toString() {
        return NAMES.getOrDefault(value, "UNKN(" + value + ")");
    }
}
