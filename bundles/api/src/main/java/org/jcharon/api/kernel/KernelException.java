// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.kernel;

/** The system refused an operation; the message names operation and reason. */
public final class KernelException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int errno;

    /** {@code errno} 0 if the refusal is our own. */
    public KernelException(int errno, String what) {
        super(what);
        this.errno = errno;
    }

    /** The same with its cause. */
    public KernelException(int errno, String what, Throwable cause) {
        super(what, cause);
        this.errno = errno;
    }

    /** Number of the system's error, 0 if none. */
    public int errno() {
        return errno;
    }
}
