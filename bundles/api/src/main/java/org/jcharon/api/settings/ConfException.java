// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.settings;

/** A configuration file is wrong; the message begins with {@code file:line: } and never holds a secret. */
public final class ConfException extends Exception {

    private static final long serialVersionUID = 1L;

    /** {@code what}: key, what was expected and what came. */
    public ConfException(ConfSection.Place place, String what) {
        super(place + ": " + what);
    }

    /** The same with its cause. */
    public ConfException(ConfSection.Place place, String what, Throwable cause) {
        super(place + ": " + what, cause);
    }
}
