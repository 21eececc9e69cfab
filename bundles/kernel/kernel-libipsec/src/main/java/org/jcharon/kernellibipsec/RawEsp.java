// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.bus.Log;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.api.processing.Processor;
import org.jcharon.lib.linux.Linux;
import org.jcharon.lib.linux.RawIpSocket;

/** ESP without UDP over raw sockets, for the address families where one can be opened. Any thread. */
final class RawEsp implements PlainEsp {

    private static final int ESP = 50;
    private static final int MAX_READ_ERRORS = 64;
    private static final Log LOG = Log.of("net");

    private static final int IPV4_SOURCE = 12;

    private final RawIpSocket v4;
    private final RawIpSocket v6;
    private final List<Dispatcher> readers = new ArrayList<>();

    private RawEsp(RawIpSocket v4, RawIpSocket v6) {
        this.v4 = v4;
        this.v6 = v6;
    }

    /** Null without the right to open raw sockets: then ESP goes in UDP only. */
    static RawEsp open(Linux linux) {
        RawIpSocket v4 = open(linux, false);
        return v4 == null ? null : new RawEsp(v4, open(linux, true));
    }

    private static RawIpSocket open(Linux linux, boolean ipv6) {
        try {
            return linux.rawIp(ESP, ipv6);
        } catch (IOException e) {
            LOG.more("no ESP without UDP over {}: {}", ipv6 ? "IPv6" : "IPv4", e.getMessage());
            return null;
        }
    }

    /** Begins to deliver. */
    void start(Processor processor, DataPlane plane) {
        readers.add(processor.dispatcher("esp-raw", dispatcher -> read(v4, dispatcher, plane, false), v4::wake));
        if (v6 != null) {
            readers.add(processor.dispatcher("esp-raw6", dispatcher -> read(v6, dispatcher, plane, true), v6::wake));
        }
    }

    private static void read(RawIpSocket socket, Dispatcher dispatcher, DataPlane plane, boolean ipv6) {
        byte[] packet = new byte[DataPlane.MAX_PACKET];
        int errors = 0;
        while (!dispatcher.isClosed()) {
            try {
                int length = socket.receive(packet, 0, packet.length);
                if (length < 0) {
                    return;
                }
                deliver(plane, packet, length, ipv6);
                errors = 0;
            } catch (IOException e) {
                if (++errors >= MAX_READ_ERRORS) {
                    LOG.error("receiving ESP has ended: {}", e.getMessage());
                    return;
                }
            }
        }
    }

    // IPv4 comes with its header, IPv6 without: there neither the outer ECN nor the source is known.
    private static void deliver(DataPlane plane, byte[] packet, int length, boolean ipv6) {
        int header = ipv6 || length == 0 ? 0 : (packet[0] & 0xF) * 4;
        if (length > header) {
            plane.plain(packet, header, length - header, ipv6 ? 0 : packet[1] & 3, ipv6 ? -1 : IPV4_SOURCE);
        }
    }

    @Override
    public boolean send(
            InetAddress source, InetAddress destination, byte[] octets, int offset, int length, int trafficClass) {
        RawIpSocket socket = destination instanceof Inet6Address ? v6 : v4;
        if (socket == null) {
            return false;
        }
        try {
            socket.send(octets, offset, length, destination, source.isAnyLocalAddress() ? null : source, trafficClass);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    void close() {
        readers.forEach(Dispatcher::close);
        v4.close();
        if (v6 != null) {
            v6.close();
        }
    }
}
