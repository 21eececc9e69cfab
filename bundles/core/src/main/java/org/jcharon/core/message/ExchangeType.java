// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

/** Exchange type (RFC 7296 section 3.1), 0 to 255; unknown numbers are kept. */
public record ExchangeType(int value) {

    public static final ExchangeType IKE_SA_INIT = new ExchangeType(34);
    public static final ExchangeType IKE_AUTH = new ExchangeType(35);
    public static final ExchangeType CREATE_CHILD_SA = new ExchangeType(36);
    public static final ExchangeType INFORMATIONAL = new ExchangeType(37);
    /** RFC 5723. */
    public static final ExchangeType IKE_SESSION_RESUME = new ExchangeType(38);
    /** RFC 9242. */
    public static final ExchangeType IKE_INTERMEDIATE = new ExchangeType(43);
    /** RFC 9370. */
    public static final ExchangeType IKE_FOLLOWUP_KE = new ExchangeType(44);

    /** Throws {@link IllegalArgumentException} outside 0 to 255. */
    public ExchangeType {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("exchange type " + value);
        }
    }

    /** Name in the registry, {@code (n)} for unlisted numbers. */
    @Override
    public String toString() {
        return switch (value) {
            case 2 -> "ID_PROT";
            case 4 -> "AGGRESSIVE";
            case 34 -> "IKE_SA_INIT";
            case 35 -> "IKE_AUTH";
            case 36 -> "CREATE_CHILD_SA";
            case 37 -> "INFORMATIONAL";
            case 38 -> "IKE_SESSION_RESUME";
            case 43 -> "IKE_INTERMEDIATE";
            case 44 -> "IKE_FOLLOWUP_KE";
            default -> "(" + value + ")";
        };
    }
}
