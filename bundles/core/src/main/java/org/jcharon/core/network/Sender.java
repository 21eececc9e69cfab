// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.network;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jcharon.api.bus.Log;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.IkeSocket;
import org.jcharon.api.socket.Packet;
import org.jcharon.core.manager.DropCounters;
import org.jcharon.core.manager.DropReason;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Sends over whichever socket is there; sockets never wait, so neither does this, and no thread or queue stands between. While there
 * is no socket a bounded number of messages is kept for the next one. Any thread.
 */
@Component(service = Sender.class, immediate = true)
public final class Sender {

    /** How many messages wait for a socket. */
    static final int KEPT = 256;

    private static final Log LOG = Log.of("net");

    private final DropCounters drops;
    private final Queue<Packet> kept = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile IkeSocket socket; // publishes the socket in use

    /** Without a socket. */
    @Activate
    public Sender(@Reference(name = "drops") DropCounters drops) {
        this.drops = drops;
    }

    /** From now on sends over this socket, first what was kept. */
    @Reference(
            name = "socket",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            unbind = "detach")
    public void attach(IkeSocket value) {
        socket = value;
        flush();
    }

    /** Stops to use this socket, unless it was replaced before. */
    public void detach(IkeSocket value) {
        if (socket == value) {
            socket = null;
        }
    }

    /** Sends a message; one that cannot be sent is kept or counted, since retransmission covers what is lost. */
    public void send(Packet packet) {
        LOG.control(
                "sending packet: from {} to {} ({} bytes)",
                packet.source(),
                packet.destination(),
                packet.data().length());
        LOG.dump("sending packet", packet.data());
        IkeSocket now = socket;
        if (now != null) {
            send(now, packet);
            return;
        }
        if (count.incrementAndGet() > KEPT) {
            count.decrementAndGet();
            drops.count(DropReason.NO_SOCKET);
            return;
        }
        kept.add(packet);
        // The socket may have come between the look and the addition.
        flush();
    }

    /** Sends a NAT keepalive, if there is a socket. */
    public void sendKeepalive(Endpoint source, Endpoint destination) {
        IkeSocket now = socket;
        if (now == null) {
            drops.count(DropReason.NO_SOCKET);
            return;
        }
        try {
            now.sendKeepalive(source, destination);
        } catch (IOException e) {
            failed(e);
        }
    }

    /** Sends ESP in UDP; whether the system took it. */
    boolean sendEsp(Endpoint source, Endpoint destination, byte[] octets, int offset, int length) {
        IkeSocket now = socket;
        if (now == null) {
            drops.count(DropReason.NO_SOCKET);
            return false;
        }
        try {
            now.sendEsp(source, destination, octets, offset, length);
            return true;
        } catch (IOException e) {
            // A full socket buffer at line rate would otherwise be a log line per packet.
            drops.count(DropReason.SEND_FAILED);
            return false;
        }
    }

    /** Port that {@code charon.port} became; {@code fallback} without a socket. */
    public int port(int fallback) {
        IkeSocket now = socket;
        return now == null ? fallback : now.port();
    }

    /** Port that {@code charon.port_nat_t} became; {@code fallback} without a socket. */
    public int natPort(int fallback) {
        IkeSocket now = socket;
        return now == null ? fallback : now.natPort();
    }

    private void flush() {
        for (IkeSocket now = socket; now != null; now = socket) {
            Packet packet = kept.poll();
            if (packet == null) {
                return;
            }
            count.decrementAndGet();
            send(now, packet);
        }
    }

    private void send(IkeSocket now, Packet packet) {
        try {
            now.send(packet);
        } catch (IOException e) {
            failed(e);
        }
    }

    private void failed(IOException e) {
        drops.count(DropReason.SEND_FAILED);
        LOG.control("error writing to socket: {}", e.getMessage());
    }
}
