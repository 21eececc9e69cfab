// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

/** Why the daemon does not start, in one line that says what and what to do. */
final class LaunchException extends Exception {
    private static final long serialVersionUID = 1L;

    LaunchException(String line) {
        super(line);
    }

    LaunchException(String line, Throwable cause) {
        super(line, cause);
    }
}
