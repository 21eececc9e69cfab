// SPDX-License-Identifier: Apache-2.0
package org.jcharon.syslog;

import java.io.IOException;

/** A way to a syslog. Opened and used by one thread at a time; any may close it, which ends a call that waits. */
interface Transport extends AutoCloseable {

    /** Sends a message, after opening if need be; false if it must be tried again soon. */
    boolean send(byte[] message) throws IOException;

    /** The next {@link #send} opens it again. */
    @Override
    void close();

    /** Whether sending may wait for the network. */
    boolean mayWait();
}
