// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import org.jcharon.api.bus.Log;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.child.ChildSa;

/** strongSwan's log lines about DELETE payloads for CHILD_SAs. */
final class LogChildDelete {

    private static final Log LOG = Log.of("ike");

    private LogChildDelete() {}

    static void sending(ChildSa child) {
        LOG.control(
                "sending DELETE for {} CHILD_SA with SPI {}",
                child.protocol(),
                ChildSa.spiOctets(child.spiIn()).toHex());
    }

    static void received(Chunk spi) {
        LOG.control("received DELETE for ESP CHILD_SA with SPI {}", spi.toHex());
    }

    static void closed() {
        LOG.control("CHILD_SA closed");
    }
}
