// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

/** Kinds of asymmetric keys. */
public enum KeyType {
    /** RSA. */
    RSA,
    /** Elliptic curve over a NIST prime. */
    ECDSA,
    /** Edwards curve 25519. */
    ED25519,
    /** Edwards curve 448. */
    ED448,
    /** A kind that no plugin here knows; certificates with it are kept and shown, never used. */
    UNKNOWN
}
