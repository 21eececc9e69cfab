// SPDX-License-Identifier: Apache-2.0
package org.jcharon.socketdefault;

import java.net.InetAddress;
import org.jcharon.api.bus.Log;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.socket.PacketSink;
import org.jcharon.api.wire.Chunk;
import org.jcharon.lib.linux.DatagramBatch;
import org.jcharon.lib.linux.LinuxException;

/**
 * Reads one socket until its dispatcher is closed, and tells IKE from ESP (RFC 3948 §2.2, §2.3; RFC 7296 §3.1). One thread; what
 * an ESP packet needs is made once.
 */
final class SocketReader {

    /** The port that never has a non-ESP marker, whatever is configured: both ends go by the numbers in the packet. */
    static final int PLAIN_PORT = 500;

    private static final Log LOG = Log.of("net");
    private static final int BATCH = 32;
    private static final int MARKER_OCTETS = 4;
    private static final byte KEEPALIVE = (byte) 0xFF;
    private static final int MAX_FAILURES = 100;

    private final BoundSocket socket;
    private final PacketSink sink;
    private final DatagramBatch batch;
    private final byte[] octets;
    private final byte[] address = new byte[16];
    private final EndpointMemo sources = new EndpointMemo();
    private final EndpointMemo destinations = new EndpointMemo();

    SocketReader(BoundSocket socket, PacketSink sink, int maxPacket) {
        this.socket = socket;
        this.sink = sink;
        this.batch = socket.udp().newReceiveBatch(BATCH, maxPacket);
        this.octets = new byte[maxPacket];
    }

    void run(Dispatcher dispatcher) {
        int failures = 0;
        while (!dispatcher.isClosed()) {
            try {
                int received = socket.udp().receive(batch);
                if (received < 0) {
                    return;
                }
                failures = 0;
                for (int i = 0; i < received; i++) {
                    deliver(i);
                }
            } catch (LinuxException e) {
                LOG.error("{}", e.getMessage());
                if (++failures == MAX_FAILURES) {
                    LOG.error("giving up reading {} after {} errors in a row", socket.bound(), failures);
                    return;
                }
            }
        }
    }

    private void deliver(int index) {
        int length = batch.length(index);
        if (batch.isTruncated(index)) {
            LOG.more("dropping a packet of more than {} octets (charon.max_packet)", octets.length);
            return;
        }
        if (length < MARKER_OCTETS) {
            if (LOG.isMore() && (length != 1 || batch.data(index).get(0) != KEEPALIVE)) {
                LOG.more("dropping a packet of {} octets from {}", length, batch.source(index));
            }
            return;
        }
        Endpoint source = source(index);
        Endpoint destination = destination(index);
        batch.copy(index, octets, 0);
        try {
            if (source.port() == PLAIN_PORT || destination.port() == PLAIN_PORT) {
                ike(source, destination, 0, length);
            } else if (hasMarker()) {
                ike(source, destination, MARKER_OCTETS, length - MARKER_OCTETS);
            } else {
                sink.esp(source, destination, octets, 0, length);
            }
        } catch (RuntimeException e) {
            LOG.error("packet from {} to {} not processed: {}", source, destination, e.toString());
        }
    }

    private void ike(Endpoint source, Endpoint destination, int offset, int length) {
        LOG.more("received packet: from {} to {} ({} bytes)", source, destination, length);
        sink.ike(new Packet(source, destination, Chunk.of(octets, offset, length)));
    }

    private boolean hasMarker() {
        return (octets[0] | octets[1] | octets[2] | octets[3]) == 0;
    }

    private Endpoint source(int index) {
        InetAddress scoped = linkLocal(batch.sourceAddress(index, address))
                ? batch.source(index).getAddress()
                : null;
        return scoped != null
                ? new Endpoint(scoped, batch.sourcePort(index))
                : sources.of(address, socket.isIpv6() ? 16 : 4, batch.sourcePort(index));
    }

    private Endpoint destination(int index) {
        int length = batch.destinationAddress(index, address);
        if (length == 0) {
            return socket.bound();
        }
        InetAddress scoped = linkLocal(length) ? batch.destination(index) : null;
        return scoped != null ? new Endpoint(scoped, socket.port()) : destinations.of(address, length, socket.port());
    }

    /** fe80::/10 means nothing without its interface, which the octets alone do not say. */
    private boolean linkLocal(int length) {
        return length == 16 && address[0] == (byte) 0xFE && (address[1] & 0xC0) == 0x80;
    }
}
