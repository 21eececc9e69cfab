// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.Optional;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireWriter;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkePath;
import org.jcharon.core.sa.IkeSa;

/** NO_NATS_ALLOWED: without NAT traversal nobody may change the addresses of what moves an SA (RFC 4555 section 3.9). */
final class NatProhibition {

    private NatProhibition() {}

    /** Adds it where NAT traversal is not in use. */
    static void add(IkeSa ike, IkePath path, MessageBuilder out) {
        if (!ike.mobility().hasNatTraversal()) {
            out.notify(NotifyType.NO_NATS_ALLOWED, data(path.local(), path.remote()));
        }
    }

    /** Throws UNEXPECTED_NAT_DETECTED if a message did not arrive as it was sent. */
    static void check(IkePath path, IkeMessage in) throws IkeProtocolException {
        Optional<NotifyPayload> claimed = in.notify(NotifyType.NO_NATS_ALLOWED);
        if (claimed.isPresent() && !claimed.get().data().equals(data(path.remote(), path.local()))) {
            throw new IkeProtocolException(
                    NotifyType.UNEXPECTED_NAT_DETECTED,
                    Chunk.EMPTY,
                    "peer allows no NAT, but its message came from " + path.remote() + " to " + path.local()
                            + ", which is not how it was sent");
        }
    }

    /** Both addresses, then both ports (RFC 4555 section 4.2.6). */
    private static Chunk data(Endpoint source, Endpoint destination) {
        return Chunk.wrap(new WireWriter()
                .array(source.address().getAddress())
                .array(destination.address().getAddress())
                .u16(source.port())
                .u16(destination.port())
                .toArray());
    }
}
