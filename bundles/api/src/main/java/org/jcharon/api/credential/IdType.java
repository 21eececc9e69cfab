// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.credential;

/** ID type of an ID payload (RFC 7296 section 3.5), 0 to 255; unknown numbers are kept. 0 stands for {@code %any}. */
public record IdType(int value) {

    /** Matches every identity; never sent. */
    public static final IdType ANY = new IdType(0);
    /** Four octets. */
    public static final IdType IPV4_ADDR = new IdType(1);
    /** Domain name, ASCII. */
    public static final IdType FQDN = new IdType(2);
    /** E-mail address, ASCII. */
    public static final IdType RFC822_ADDR = new IdType(3);
    /** Sixteen octets. */
    public static final IdType IPV6_ADDR = new IdType(5);
    /** X.500 name, DER. */
    public static final IdType DER_ASN1_DN = new IdType(9);
    /** X.500 GeneralName, DER. */
    public static final IdType DER_ASN1_GN = new IdType(10);
    /** Octets without a meaning to others. */
    public static final IdType KEY_ID = new IdType(11);
    /** Empty (RFC 7619). */
    public static final IdType NULL = new IdType(13);

    /** Throws {@link IllegalArgumentException} outside 0 to 255. */
    public IdType {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("ID type " + value);
        }
    }

    @Override
    public String toString() {
        return switch (value) {
            case 0 -> "ID_ANY";
            case 1 -> "ID_IPV4_ADDR";
            case 2 -> "ID_FQDN";
            case 3 -> "ID_RFC822_ADDR";
            case 5 -> "ID_IPV6_ADDR";
            case 9 -> "ID_DER_ASN1_DN";
            case 10 -> "ID_DER_ASN1_GN";
            case 11 -> "ID_KEY_ID";
            case 13 -> "ID_NULL";
            default -> "ID_" + value;
        };
    }
}
