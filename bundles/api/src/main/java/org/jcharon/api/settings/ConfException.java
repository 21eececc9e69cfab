// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.settings;

/** A configuration file is wrong; the message begins with {@code file:line: } and never holds a secret. */
public final class ConfException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient ConfSection.Place place;
    private final String what;

    /** {@code what}: key, what was expected and what came. */
    public ConfException(ConfSection.Place place, String what) {
        super(place + ": " + what);
        this.place = place;
        this.what = what;
    }

    /** The same with its cause. */
    public ConfException(ConfSection.Place place, String what, Throwable cause) {
        super(place + ": " + what, cause);
        this.place = place;
        this.what = what;
    }

    /** Where it stands. */
    public ConfSection.Place place() {
        return place;
    }

    /** The message without the place. */
    public String what() {
        return what;
    }
}
