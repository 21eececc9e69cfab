// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

/** What may stand for an argument, for completion. */
enum Words {
    /** Anything: nothing is offered. */
    TEXT,
    /** Name of a connection. */
    CONNECTION,
    /** Name of a child. */
    CHILD,
    /** Name of a connection or child. */
    CONNECTION_OR_CHILD,
    /** A log group. */
    GROUP,
    /** A log level. */
    LEVEL,
    /** A file that the daemon can read. */
    FILE,
    /** A command of ours. */
    COMMAND
}
