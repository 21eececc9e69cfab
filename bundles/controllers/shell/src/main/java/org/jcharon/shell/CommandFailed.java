// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

/** A command that did not do what it was asked; the message is one line for a person, and the client's exit status is not 0. */
final class CommandFailed extends Exception {

    private static final long serialVersionUID = 1L;

    CommandFailed(String why) {
        super(why.replaceAll("\\R", "; "));
    }
}
