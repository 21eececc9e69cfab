// SPDX-License-Identifier: Apache-2.0
package org.jcharon.socketdefault;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.Linux;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.UdpOptions;
import org.jcharon.lib.linux.UdpSocket;

/** Opens the sockets, or takes those that the version before left. Used once, by one thread. */
final class SocketOpener {

    private static final Log LOG = Log.of("net");
    private static final int RANDOM_ATTEMPTS = 20;
    private static final int BUFFER_OCTETS = 4 << 20;

    private final Linux linux;
    private final SocketSettings settings;
    private final UdpOptions options;
    private final List<BoundSocket> opened = new ArrayList<>();

    SocketOpener(Linux linux, SocketSettings settings) {
        this.linux = linux;
        this.settings = settings;
        this.options =
                UdpOptions.DEFAULT.withBuffers(BUFFER_OCTETS, BUFFER_OCTETS).withMark(settings.mark());
    }

    /**
     * The sockets of one family more, beside those that are open, with the numbers that they have; an empty list if the system has no
     * such family. Throws as {@link #open()}.
     */
    List<BoundSocket> openFamily(boolean ipv6, List<BoundSocket> others) {
        boolean done = false;
        try {
            for (BoundSocket other : others) {
                int configured = other.isNat() ? settings.natPort() : settings.port();
                try {
                    if (other.isIpv6() != ipv6) {
                        add(ipv6, configured, other.port(), other.isNat(), true);
                    }
                } catch (LinuxException e) {
                    throw new IllegalStateException(remedy(other.port(), other.isNat(), e), e);
                }
            }
            done = true;
            return List.copyOf(opened);
        } finally {
            if (!done) {
                opened.forEach(socket -> socket.udp().close());
            }
        }
    }

    /** All sockets, or none and an {@link IllegalStateException} whose text is one line with the remedy. */
    List<BoundSocket> open() {
        boolean done = false;
        try {
            pair(settings.port(), false);
            pair(settings.natPort(), true);
            done = true;
            return List.copyOf(opened);
        } finally {
            if (!done) {
                opened.forEach(socket -> socket.udp().close());
            }
        }
    }

    /** The sockets of both families for one port: the same number, also if any free one will do. */
    private void pair(int port, boolean nat) {
        for (int attempt = 1; ; attempt++) {
            int before = opened.size();
            try {
                if (settings.ipv4()) {
                    opened.add(socket(false, port, port, nat));
                }
                if (settings.ipv6()) {
                    int chosen = opened.size() > before ? opened.get(before).port() : port;
                    add(true, port, chosen, nat, opened.size() > before);
                }
                return;
            } catch (LinuxException e) {
                boolean again = port == 0 && e.errno() == Errno.EADDRINUSE && attempt < RANDOM_ATTEMPTS;
                if (!again) {
                    throw new IllegalStateException(remedy(port, nat, e), e);
                }
                while (opened.size() > before) {
                    opened.remove(opened.size() - 1).udp().close();
                }
            }
        }
    }

    private void add(boolean ipv6, int configured, int port, boolean nat, boolean haveOther) throws LinuxException {
        try {
            opened.add(socket(ipv6, configured, port, nat));
        } catch (LinuxException e) {
            boolean none = e.errno() == Errno.EAFNOSUPPORT || e.errno() == Errno.EADDRNOTAVAIL;
            if (!haveOther || !none) {
                throw e;
            }
            String family = ipv6 ? "IPv6" : "IPv4";
            LOG.control("could not open {} socket, {} disabled: {}", family, family, e.getMessage());
        }
    }

    private BoundSocket socket(boolean ipv6, int configured, int port, boolean nat) throws LinuxException {
        String name = BoundSocket.parkingName(ipv6, nat, configured, settings.mark());
        Optional<UdpSocket> parked = linux.claim(name, UdpSocket.class);
        UdpSocket udp = parked.isPresent() ? parked.get() : linux.udp(new InetSocketAddress(any(ipv6), port), options);
        return new BoundSocket(udp, ipv6, nat, configured, settings.mark());
    }

    private static InetAddress any(boolean ipv6) {
        try {
            return InetAddress.getByAddress(new byte[ipv6 ? 16 : 4]);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String remedy(int port, boolean nat, LinuxException e) {
        String key = nat ? "charon.port_nat_t" : "charon.port";
        return switch (e.errno()) {
            case Errno.EADDRINUSE ->
                "UDP port " + port + " is in use: stop the other IKE daemon ('ss -ulpn sport = :" + port
                        + "' shows it) or set " + key;
            case Errno.EACCES, Errno.EPERM ->
                "UDP port " + port + " may not be bound: run as root or with CAP_NET_BIND_SERVICE, or set " + key
                        + " to a port above 1023 (" + e.getMessage() + ")";
            default -> "UDP port " + port + " cannot be bound: " + e.getMessage();
        };
    }
}
