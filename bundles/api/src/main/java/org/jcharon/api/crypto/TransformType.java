// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

/** Transform Type number (RFC 7296 section 3.3.2, RFC 9370 section 2.2.2), 0 to 255; unknown numbers are kept. */
public record TransformType(int value) implements Comparable<TransformType> {

    /** Encryption algorithm. */
    public static final TransformType ENCR = new TransformType(1);
    /** Pseudorandom function. */
    public static final TransformType PRF = new TransformType(2);
    /** Integrity algorithm. */
    public static final TransformType INTEG = new TransformType(3);
    /** Key exchange method (formerly Diffie-Hellman group). */
    public static final TransformType KE = new TransformType(4);
    /** Sequence numbers (extended or not). */
    public static final TransformType ESN = new TransformType(5);

    /** Throws {@link IllegalArgumentException} outside 0 to 255. */
    public TransformType {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("transform type " + value);
        }
    }

    /** Additional Key Exchange {@code number}, 1 to 7 (RFC 9370). */
    public static TransformType additionalKe(int number) {
        if (number < 1 || number > 7) {
            throw new IllegalArgumentException("additional key exchange " + number);
        }
        return new TransformType(5 + number);
    }

    /** Whether this is one of the seven additional key exchanges. */
    public boolean isAdditionalKe() {
        return value >= 6 && value <= 12;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TransformType that && value == that.value;
    }

    @Override
    public int hashCode() {
        return value;
    }

    @Override
    public int compareTo(TransformType other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return switch (value) {
            case 1 -> "ENCRYPTION_ALGORITHM";
            case 2 -> "PSEUDO_RANDOM_FUNCTION";
            case 3 -> "INTEGRITY_ALGORITHM";
            case 4 -> "KEY_EXCHANGE_METHOD";
            case 5 -> "EXTENDED_SEQUENCE_NUMBERS";
            default -> isAdditionalKe() ? "ADDITIONAL_KEY_EXCHANGE_" + (value - 5) : "TRANSFORM_TYPE_" + value;
        };
    }
}
