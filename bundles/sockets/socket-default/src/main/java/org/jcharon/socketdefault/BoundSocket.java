// SPDX-License-Identifier: Apache-2.0
package org.jcharon.socketdefault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.SocketHandle;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.UdpSocket;

/** One UDP socket and what it is for. Any thread. */
final class BoundSocket implements SocketHandle {

    private final UdpSocket udp;
    private final boolean ipv6;
    private final boolean nat;
    private final int configuredPort;
    private final Endpoint bound;
    private int mark; // these two guarded by this
    private int dscp;

    BoundSocket(UdpSocket udp, boolean ipv6, boolean nat, int configuredPort, int mark) {
        this.udp = udp;
        this.ipv6 = ipv6;
        this.nat = nat;
        this.configuredPort = configuredPort;
        this.mark = mark;
        this.bound = new Endpoint(udp.local().getAddress(), udp.local().getPort());
    }

    UdpSocket udp() {
        return udp;
    }

    /** Under this name it waits for the next version of this plugin. */
    synchronized String parkingName() {
        return parkingName(ipv6, nat, configuredPort, mark);
    }

    /** The mark is in the name: a parked socket with another one is of no use. */
    static String parkingName(boolean ipv6, boolean nat, int configuredPort, int mark) {
        return "socket-default/" + (nat ? "nat" : "ike") + (ipv6 ? "6/" : "4/") + configuredPort + "/" + mark;
    }

    /** What is sent from now on has another mark. */
    synchronized void mark(int value) throws LinuxException {
        if (value != mark) {
            udp.mark(value);
            mark = value;
        }
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
