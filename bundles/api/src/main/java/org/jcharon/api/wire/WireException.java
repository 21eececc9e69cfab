// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.wire;

/** Octets that do not follow the format; the message names what was expected, what came and at which offset. */
public final class WireException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int offset;

    /** {@code offset}: octets from the start of what was being read. */
    public WireException(String what, int offset) {
        super(what + " at offset " + offset);
        this.offset = offset;
    }

    /** Octets from the start of what was being read. */
    public int offset() {
        return offset;
    }
}
