// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

import java.util.Map;

/** IANA numbers of the transforms that jcharon knows, and their names in logs and vici. */
public final class Transforms {

    /** Encryption. */
    public static final int ENCR_3DES = 3;

    /** Encryption. */
    public static final int ENCR_NULL = 11;

    /** Encryption. */
    public static final int ENCR_AES_CBC = 12;

    /** Encryption. */
    public static final int ENCR_AES_CTR = 13;

    /** Encryption, AEAD with an ICV of 8 octets. */
    public static final int ENCR_AES_CCM_8 = 14;

    /** Encryption, AEAD with an ICV of 12 octets. */
    public static final int ENCR_AES_CCM_12 = 15;

    /** Encryption, AEAD with an ICV of 16 octets. */
    public static final int ENCR_AES_CCM_16 = 16;

    /** Encryption, AEAD with an ICV of 8 octets. */
    public static final int ENCR_AES_GCM_8 = 18;

    /** Encryption, AEAD with an ICV of 12 octets. */
    public static final int ENCR_AES_GCM_12 = 19;

    /** Encryption, AEAD with an ICV of 16 octets. */
    public static final int ENCR_AES_GCM_16 = 20;

    /** Encryption, AEAD with an ICV of 16 octets and a key of 256 bits (RFC 7634). */
    public static final int ENCR_CHACHA20_POLY1305 = 28;

    /** Pseudorandom function. */
    public static final int PRF_HMAC_SHA1 = 2;

    /** Pseudorandom function. */
    public static final int PRF_AES128_XCBC = 4;

    /** Pseudorandom function. */
    public static final int PRF_HMAC_SHA2_256 = 5;

    /** Pseudorandom function. */
    public static final int PRF_HMAC_SHA2_384 = 6;

    /** Pseudorandom function. */
    public static final int PRF_HMAC_SHA2_512 = 7;

    /** Pseudorandom function. */
    public static final int PRF_AES128_CMAC = 8;

    /** Integrity. */
    public static final int AUTH_NONE = 0;

    /** Integrity. */
    public static final int AUTH_HMAC_SHA1_96 = 2;

    /** Integrity. */
    public static final int AUTH_AES_XCBC_96 = 5;

    /** Integrity. */
    public static final int AUTH_AES_CMAC_96 = 8;

    /** Integrity. */
    public static final int AUTH_HMAC_SHA2_256_128 = 12;

    /** Integrity. */
    public static final int AUTH_HMAC_SHA2_384_192 = 13;

    /** Integrity. */
    public static final int AUTH_HMAC_SHA2_512_256 = 14;

    /** Key exchange. */
    public static final int KE_NONE = 0;

    /** Key exchange. */
    public static final int MODP_1024 = 2;

    /** Key exchange. */
    public static final int MODP_1536 = 5;

    /** Key exchange. */
    public static final int MODP_2048 = 14;

    /** Key exchange. */
    public static final int MODP_3072 = 15;

    /** Key exchange. */
    public static final int MODP_4096 = 16;

    /** Key exchange. */
    public static final int ECP_256 = 19;

    /** Key exchange. */
    public static final int ECP_384 = 20;

    /** Key exchange. */
    public static final int ECP_521 = 21;

    /** Key exchange. */
    public static final int CURVE_25519 = 31;

    /** Key exchange. */
    public static final int CURVE_448 = 32;

    /** Key exchange. */
    public static final int ML_KEM_512 = 35;

    /** Key exchange. */
    public static final int ML_KEM_768 = 36;

    /** Key exchange. */
    public static final int ML_KEM_1024 = 37;

    private static final Map<Integer, String> ENCR = Map.ofEntries(
            Map.entry(2, "DES_CBC"),
            Map.entry(3, "3DES_CBC"),
            Map.entry(6, "CAST_CBC"),
            Map.entry(7, "BLOWFISH_CBC"),
            Map.entry(11, "NULL"),
            Map.entry(12, "AES_CBC"),
            Map.entry(13, "AES_CTR"),
            Map.entry(14, "AES_CCM_8"),
            Map.entry(15, "AES_CCM_12"),
            Map.entry(16, "AES_CCM_16"),
            Map.entry(18, "AES_GCM_8"),
            Map.entry(19, "AES_GCM_12"),
            Map.entry(20, "AES_GCM_16"),
            Map.entry(21, "NULL_AES_GMAC"),
            Map.entry(23, "CAMELLIA_CBC"),
            Map.entry(24, "CAMELLIA_CTR"),
            Map.entry(25, "CAMELLIA_CCM_8"),
            Map.entry(26, "CAMELLIA_CCM_12"),
            Map.entry(27, "CAMELLIA_CCM_16"),
            Map.entry(28, "CHACHA20_POLY1305"),
            Map.entry(1026, "SERPENT_CBC"),
            Map.entry(1027, "TWOFISH_CBC"));
    private static final Map<Integer, String> PRF = Map.of(
            1, "PRF_HMAC_MD5",
            2, "PRF_HMAC_SHA1",
            3, "PRF_HMAC_TIGER",
            4, "PRF_AES128_XCBC",
            5, "PRF_HMAC_SHA2_256",
            6, "PRF_HMAC_SHA2_384",
            7, "PRF_HMAC_SHA2_512",
            8, "PRF_AES128_CMAC");
    private static final Map<Integer, String> INTEG = Map.ofEntries(
            Map.entry(1, "HMAC_MD5_96"),
            Map.entry(2, "HMAC_SHA1_96"),
            Map.entry(5, "AES_XCBC_96"),
            Map.entry(6, "HMAC_MD5_128"),
            Map.entry(7, "HMAC_SHA1_160"),
            Map.entry(8, "AES_CMAC_96"),
            Map.entry(9, "AES_128_GMAC"),
            Map.entry(10, "AES_192_GMAC"),
            Map.entry(11, "AES_256_GMAC"),
            Map.entry(12, "HMAC_SHA2_256_128"),
            Map.entry(13, "HMAC_SHA2_384_192"),
            Map.entry(14, "HMAC_SHA2_512_256"),
            Map.entry(1026, "HMAC_SHA2_256_96"));
    private static final Map<Integer, String> KE = Map.ofEntries(
            Map.entry(0, "NO_KE"),
            Map.entry(1, "MODP_768"),
            Map.entry(2, "MODP_1024"),
            Map.entry(5, "MODP_1536"),
            Map.entry(14, "MODP_2048"),
            Map.entry(15, "MODP_3072"),
            Map.entry(16, "MODP_4096"),
            Map.entry(17, "MODP_6144"),
            Map.entry(18, "MODP_8192"),
            Map.entry(19, "ECP_256"),
            Map.entry(20, "ECP_384"),
            Map.entry(21, "ECP_521"),
            Map.entry(22, "MODP_1024_160"),
            Map.entry(23, "MODP_2048_224"),
            Map.entry(24, "MODP_2048_256"),
            Map.entry(25, "ECP_192"),
            Map.entry(26, "ECP_224"),
            Map.entry(27, "ECP_224_BP"),
            Map.entry(28, "ECP_256_BP"),
            Map.entry(29, "ECP_384_BP"),
            Map.entry(30, "ECP_512_BP"),
            Map.entry(31, "CURVE_25519"),
            Map.entry(32, "CURVE_448"),
            Map.entry(35, "ML_KEM_512"),
            Map.entry(36, "ML_KEM_768"),
            Map.entry(37, "ML_KEM_1024"));

    private Transforms() {}

    static boolean isAead(int encr) {
        return (encr >= 14 && encr <= 21) || (encr >= 25 && encr <= 31);
    }

    /** strongSwan's name of a transform; {@code UNKNOWN_n} keeps an unknown number visible. */
    public static String name(TransformId transform) {
        Map<Integer, String> names = switch (transform.type().value()) {
            case 1 -> ENCR;
            case 2 -> PRF;
            case 3 -> INTEG;
            case 4, 6, 7, 8, 9, 10, 11, 12 -> KE;
            default -> Map.of();
        };
        if (transform.type().equals(TransformType.ESN)) {
            return switch (transform.id()) {
                case 0 -> "NO_EXT_SEQ";
                case 1 -> "EXT_SEQ";
                default -> "UNKNOWN_" + transform.id();
            };
        }
        String name = names.getOrDefault(transform.id(), "UNKNOWN_" + transform.id());
        String prefix =
                transform.type().isAdditionalKe() ? "KE" + (transform.type().value() - 5) + "_" : "";
        return prefix + name + (transform.keyBits() > 0 ? "_" + transform.keyBits() : "");
    }
}
