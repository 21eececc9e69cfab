// SPDX-License-Identifier: Apache-2.0
package org.jcharon.socketdefault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.SocketHandle;
import org.jcharon.lib.linux.UdpSocket;

/** One UDP socket and what it is for. Any thread. */
final class BoundSocket implements SocketHandle {

    private final UdpSocket udp;
    private final String parkingName;
    private final boolean ipv6;
    private final boolean nat;
    private final Endpoint bound;
    private int dscp; // guarded by this

    BoundSocket(UdpSocket udp, String parkingName, boolean ipv6, boolean nat) {
        this.udp = udp;
        this.parkingName = parkingName;
        this.ipv6 = ipv6;
        this.nat = nat;
        this.bound = new Endpoint(udp.local().getAddress(), udp.local().getPort());
    }

    UdpSocket udp() {
        return udp;
    }

    /** Under this name it waits for the next version of this plugin. */
    String parkingName() {
        return parkingName;
    }

    boolean isIpv6() {
        return ipv6;
    }

    boolean isNat() {
        return nat;
    }

    int port() {
        return bound.port();
    }

    /**
     * Sends one datagram.
     *
     * @param source null lets the route choose
     * @param dscpOfPacket 0 to 63
     */
    synchronized void send(byte[] octets, int offset, int length, Endpoint to, InetAddress source, int dscpOfPacket)
            throws IOException {
        if (dscpOfPacket != dscp) {
            udp.trafficClass(dscpOfPacket << 2);
            dscp = dscpOfPacket;
        }
        udp.send(octets, offset, length, new InetSocketAddress(to.address(), to.port()), source);
    }

    @Override
    public Endpoint bound() {
        return bound;
    }

    @Override
    public void bypassIpsec() throws IOException {
        udp.bypassIpsec();
    }

    /** Does nothing for the port without encapsulation: ESP never comes there, and IKE without marker would be taken for it. */
    @Override
    public void decapsulateEsp() throws IOException {
        if (nat) {
            udp.encapsulateEsp();
        }
    }
}
