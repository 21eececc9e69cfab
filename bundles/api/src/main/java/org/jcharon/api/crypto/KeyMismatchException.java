// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

/** A peer's public value, a key or a ciphertext does not fit the algorithm; the message says how. Leads to INVALID_SYNTAX. */
public final class KeyMismatchException extends Exception {

    private static final long serialVersionUID = 1L;

    /** {@code what}: what was expected and what came, without secrets. */
    public KeyMismatchException(String what) {
        super(what);
    }
}
