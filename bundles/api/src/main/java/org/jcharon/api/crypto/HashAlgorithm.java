// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

/** Hash algorithms; the number is that of SIGNATURE_HASH_ALGORITHMS (RFC 7427 section 4, RFC 8420), 0 if it has none. */
public enum HashAlgorithm {
    /** Only for formats that prescribe it. */
    MD5(0, 16),
    /** Never for signatures. */
    SHA1(1, 20),
    /** SHA2-256. */
    SHA2_256(2, 32),
    /** SHA2-384. */
    SHA2_384(3, 48),
    /** SHA2-512. */
    SHA2_512(4, 64),
    /** No hash before signing: Ed25519, Ed448 (RFC 8420). */
    IDENTITY(5, 0);

    private final int number;
    private final int octets;

    HashAlgorithm(int number, int octets) {
        this.number = number;
        this.octets = octets;
    }

    /** Number in SIGNATURE_HASH_ALGORITHMS, 0 if none. */
    public int number() {
        return number;
    }

    /** Length of a digest in octets, 0 for {@link #IDENTITY}. */
    public int octets() {
        return octets;
    }
}
