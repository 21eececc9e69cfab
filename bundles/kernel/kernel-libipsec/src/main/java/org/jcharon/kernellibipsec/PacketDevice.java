// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.io.IOException;

/** Where cleartext packets come from and go to. One thread reads, any thread writes. */
interface PacketDevice extends AutoCloseable {

    /** Name of the interface; empty if routes cannot lead to it. */
    String name();

    /**
     * Waits for a packet.
     *
     * @return its octets; 0 when woken; -1 once closed
     */
    int read(byte[] packet, int offset, int length) throws IOException;

    /** Delivers a packet; does not wait. */
    void write(byte[] packet, int offset, int length) throws IOException;

    /** Ends a wait of the reader. */
    void wake();

    @Override
    void close();
}
