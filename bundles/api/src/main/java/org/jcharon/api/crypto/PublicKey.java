// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

import org.jcharon.api.wire.Chunk;

/**
 * A public key as octets.
 *
 * @param type kind of key
 * @param bits strength as configured limits count it: modulus of RSA, order of the curve
 * @param spki SubjectPublicKeyInfo, DER
 */
public record PublicKey(KeyType type, int bits, Chunk spki) {}
