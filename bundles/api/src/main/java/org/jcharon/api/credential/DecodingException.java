// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.credential;

/** Octets that are no well-formed credential, or that need a password that is missing or wrong; the message says which. */
public final class DecodingException extends Exception {

    private static final long serialVersionUID = 1L;

    /** {@code what}: what was expected and what came, without secrets. */
    public DecodingException(String what) {
        super(what);
    }

    /** The same with its cause. */
    public DecodingException(String what, Throwable cause) {
        super(what, cause);
    }
}
