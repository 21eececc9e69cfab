// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

/** An ICV does not match its octets. Carries no details: there is nothing that an attacker should learn. */
public final class IntegrityException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Without a stack trace: a flood of forged packets must not pay for one each. */
    public IntegrityException() {
        super("integrity check failed", null, false, false);
    }
}
