// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import java.io.IOException;

/** The kernel (or this library on its behalf) refused an operation; the text is one line: what, why, remedy. */
public final class LinuxException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int errno;
    private final String operation;

    /** @param errno positive error number, see {@link Errno}
     *  @param operation what was tried, with its object: {@code "bind udp 0.0.0.0:500"} */
    public LinuxException(int errno, String operation) {
        this(errno, operation, "");
    }

    /** @param detail what the kernel adds, or what to do about it; empty if nothing */
    public LinuxException(int errno, String operation, String detail) {
        super(operation + ": " + Errno.describe(errno) + (detail.isEmpty() ? "" : " (" + detail + ")"));
        this.errno = errno;
        this.operation = operation;
    }

    /** Native code is not there at all. */
    public LinuxException(String message, Throwable cause) {
        super(message, cause);
        this.errno = Errno.ENOSYS;
        this.operation = "load native code";
    }

    /** Positive error number. */
    public int errno() {
        return errno;
    }

    /** Symbolic name of {@link #errno()}. */
    public String errnoName() {
        return Errno.name(errno);
    }

    /** What was tried. */
    public String operation() {
        return operation;
    }
}
