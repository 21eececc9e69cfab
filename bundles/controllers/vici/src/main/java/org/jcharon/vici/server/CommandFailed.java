// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

/** A command cannot be carried out; the message is what the client gets as {@code errmsg}. */
public final class CommandFailed extends Exception {

    private static final long serialVersionUID = 1L;

    /** Says why. */
    public CommandFailed(String why) {
        super(why);
    }

    /** The same with its cause. */
    public CommandFailed(String why, Throwable cause) {
        super(why, cause);
    }
}
