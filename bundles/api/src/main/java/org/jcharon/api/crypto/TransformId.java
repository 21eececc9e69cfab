// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

/**
 * One transform of a proposal: type, number and, for ciphers of variable key length, the length.
 *
 * @param type what it is for
 * @param id IANA number of the transform within its type, 0 to 65535; unknown numbers are kept
 * @param keyBits Key Length attribute in bits (RFC 7296 section 3.3.5), 0 if the transform has none
 */
public record TransformId(TransformType type, int id, int keyBits) {

    /** Throws {@link IllegalArgumentException} for a number outside 0 to 65535. */
    public TransformId {
        if (id < 0 || id > 0xFFFF || keyBits < 0 || keyBits > 0xFFFF) {
            throw new IllegalArgumentException("transform " + type + " " + id + " with " + keyBits + " bits");
        }
    }

    /** A transform without key length. */
    public TransformId(TransformType type, int id) {
        this(type, id, 0);
    }

    /** Encryption transform {@code id} with {@code keyBits}. */
    public static TransformId encr(int id, int keyBits) {
        return new TransformId(TransformType.ENCR, id, keyBits);
    }

    /** PRF transform {@code id}. */
    public static TransformId prf(int id) {
        return new TransformId(TransformType.PRF, id);
    }

    /** Integrity transform {@code id}. */
    public static TransformId integ(int id) {
        return new TransformId(TransformType.INTEG, id);
    }

    /** Key exchange method {@code id}. */
    public static TransformId ke(int id) {
        return new TransformId(TransformType.KE, id);
    }

    /** Extended sequence numbers wanted or not. */
    public static TransformId esn(boolean extended) {
        return new TransformId(TransformType.ESN, extended ? 1 : 0);
    }

    /** Whether this encrypts and authenticates in one, so that a proposal has no integrity transform beside it. */
    public boolean isAead() {
        return type.equals(TransformType.ENCR) && Transforms.isAead(id);
    }

    // By hand, as in TransformType: what a record brings is linked at its first use, which every start would pay for.
    @Override
    public boolean equals(Object other) {
        return other instanceof TransformId that && id == that.id && keyBits == that.keyBits && type.equals(that.type);
    }

    @Override
    public int hashCode() {
        return (31 * type.value() + id) * 31 + keyBits;
    }

    /** strongSwan's name, such as {@code AES_CBC_256}, {@code HMAC_SHA2_256_128}, {@code CURVE_25519}. */
    @Override
    public String toString() {
        return Transforms.name(this);
    }
}
