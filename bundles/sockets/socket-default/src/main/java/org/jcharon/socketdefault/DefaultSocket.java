// SPDX-License-Identifier: Apache-2.0
package org.jcharon.socketdefault;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.bus.Log;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.IkeSocket;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.socket.PacketSink;
import org.jcharon.api.socket.SocketHandle;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.Linux;
import org.jcharon.lib.linux.LinuxException;

/**
 * The IKE sockets: ports 500 and 4500, both address families. Bound once the configuration is read; on the way out the open
 * sockets wait for the next version of this plugin.
 */
final class DefaultSocket implements IkeSocket {

    private static final Log LOG = Log.of("net");
    private static final Duration PARKED = Duration.ofSeconds(10);
    private static final int MARKER_OCTETS = 4;
    private static final byte[] KEEPALIVE = {(byte) 0xFF};

    private final Linux linux;
    private final Processor processor;
    private final Scheduler scheduler;
    private final List<Dispatcher> dispatchers = new ArrayList<>(); // guarded by itself, as the next two
    private PacketSink sink;
    private boolean closed;
    private volatile SocketSettings settings; // publishes what was taken over last, as the next field
    private volatile List<BoundSocket> sockets;

    /** Throws {@link IllegalStateException}, one line with the remedy, if a port cannot be bound. */
    DefaultSocket(Linux linux, Processor processor, Scheduler scheduler, Settings settings) {
        this.linux = linux;
        this.processor = processor;
        this.scheduler = scheduler;
        this.settings = SocketSettings.from(settings);
        this.sockets = new SocketOpener(linux, this.settings).open();
        LOG.more("bound {}", sockets.stream().map(BoundSocket::bound).toList());
    }

    /** Ends the readers, then leaves the sockets open for 10 s: what arrives meanwhile waits in their buffers. */
    void close() {
        synchronized (dispatchers) {
            closed = true;
            stopReaders();
        }
        for (BoundSocket socket : sockets) {
            // The timer holds nothing of this bundle.
            Runnable expiry = linux.park(socket.parkingName(), socket.udp());
            scheduler.schedule(Job.of("close parked socket", Priority.LOW, expiry), PARKED);
        }
    }

    /**
     * Takes over what disturbs no IKE_SA: mark, source, size, a family that was not used. Sockets that are open stay so, and what arrives
     * meanwhile waits in their buffers.
     *
     * @throws IllegalStateException one line, if nothing was taken over
     */
    void change(SocketSettings read) {
        synchronized (dispatchers) {
            SocketSettings before = settings;
            if (closed || read.equals(before)) {
                return;
            }
            List<String> postponed = read.postponed(before);
            if (!postponed.isEmpty()) {
                LOG.control("changed, but not taken over before socket-default is restarted: {}", postponed);
            }
            SocketSettings next = read.running(before);
            mark(before.mark(), next.mark());
            List<BoundSocket> all = new ArrayList<>(sockets);
            for (boolean ipv6 : new boolean[] {false, true}) {
                boolean wanted = ipv6 ? next.ipv6() && !before.ipv6() : next.ipv4() && !before.ipv4();
                if (wanted) {
                    all.addAll(more(ipv6, before, next));
                }
            }
            settings = next;
            boolean sameReaders = all.size() == sockets.size() && next.maxPacket() == before.maxPacket();
            sockets = List.copyOf(all);
            if (sink != null && !sameReaders) {
                stopReaders();
                startReaders();
            }
        }
    }

    private List<BoundSocket> more(boolean ipv6, SocketSettings before, SocketSettings next) {
        try {
            return new SocketOpener(linux, next).openFamily(ipv6, sockets);
        } catch (IllegalStateException e) {
            mark(next.mark(), before.mark());
            throw e;
        }
    }

    /** All sockets or none. */
    private void mark(int before, int next) {
        try {
            for (BoundSocket socket : sockets) {
                socket.mark(next);
            }
        } catch (LinuxException e) {
            if (before != next) {
                for (BoundSocket socket : sockets) {
                    restore(socket, before);
                }
            }
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static void restore(BoundSocket socket, int mark) {
        try {
            socket.mark(mark);
        } catch (LinuxException e) {
            LOG.error("{}", e.getMessage());
        }
    }

    @Override
    public int port() {
        return sockets.stream()
                .filter(socket -> !socket.isNat())
                .findFirst()
                .orElseThrow()
                .port();
    }

    @Override
    public int natPort() {
        return sockets.stream()
                .filter(BoundSocket::isNat)
                .findFirst()
                .orElseThrow()
                .port();
    }

    @Override
    public boolean supports(boolean ipv6) {
        return sockets.stream().anyMatch(socket -> socket.isIpv6() == ipv6);
    }

    @Override
    public List<SocketHandle> handles() {
        return List.copyOf(sockets);
    }

    @Override
    public void start(PacketSink value) {
        synchronized (dispatchers) {
            if (sink != null) {
                throw new IllegalStateException("started already");
            }
            sink = value;
            startReaders();
        }
    }

    private void startReaders() {
        for (BoundSocket socket : sockets) {
            SocketReader reader = new SocketReader(socket, sink, settings.maxPacket());
            dispatchers.add(processor.dispatcher(
                    "udp " + socket.bound(), reader::run, () -> socket.udp().wake()));
        }
    }

    private void stopReaders() {
        dispatchers.forEach(Dispatcher::close);
        dispatchers.clear();
    }

    @Override
    public void send(Packet packet) throws IOException {
        int from = packet.source().port();
        int to = packet.destination().port();
        BoundSocket socket = socket(packet.destination(), from);
        // RFC 7296 §2.23: no marker on port 500; the numbers in the packet decide, as they do at the other end.
        int marker = from == SocketReader.PLAIN_PORT || to == SocketReader.PLAIN_PORT ? 0 : MARKER_OCTETS;
        byte[] octets = new byte[marker + packet.data().length()];
        packet.data().copyTo(octets, marker);
        LOG.more("sending packet: from {} to {} ({} bytes)", packet.source(), packet.destination(), octets.length);
        socket.send(octets, 0, octets.length, packet.destination(), source(packet.source()), packet.dscp());
    }

    @Override
    public void sendEsp(Endpoint source, Endpoint destination, byte[] octets, int offset, int length)
            throws IOException {
        socket(destination, natPort()).send(octets, offset, length, destination, source(source), 0);
    }

    @Override
    public void sendKeepalive(Endpoint source, Endpoint destination) throws IOException {
        sendEsp(source, destination, KEEPALIVE, 0, KEEPALIVE.length);
    }

    private InetAddress source(Endpoint source) {
        return settings.setSource() && !source.isAny() ? source.address() : null;
    }

    private BoundSocket socket(Endpoint destination, int port) throws LinuxException {
        boolean ipv6 = destination.address() instanceof Inet6Address;
        for (BoundSocket socket : sockets) {
            if (socket.isIpv6() == ipv6 && (socket.port() == port || port == 0 && !socket.isNat())) {
                return socket;
            }
        }
        throw new LinuxException(
                Errno.EADDRNOTAVAIL,
                "send from port " + port + " to " + destination,
                "no socket of that port and family");
    }
}
