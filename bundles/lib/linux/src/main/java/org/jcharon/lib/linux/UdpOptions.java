// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

/**
 * How a UDP socket is set up. Immutable; each {@code with} method returns a changed copy.
 *
 * <p>Always on: close-on-exec, IPV6_V6ONLY, and the destination address of each datagram.
 */
public final class UdpOptions {

    /** No address sharing, the kernel's buffer sizes, no mark. */
    public static final UdpOptions DEFAULT = new UdpOptions(false, 0, 0, 0, true, "");

    private final boolean reuseAddress;
    private final int receiveBufferOctets;
    private final int sendBufferOctets;
    private final int mark;
    private final boolean pathMtuDiscovery;
    private final String device;

    private UdpOptions(
            boolean reuseAddress,
            int receiveBufferOctets,
            int sendBufferOctets,
            int mark,
            boolean pathMtuDiscovery,
            String device) {
        this.reuseAddress = reuseAddress;
        this.receiveBufferOctets = receiveBufferOctets;
        this.sendBufferOctets = sendBufferOctets;
        this.mark = mark;
        this.pathMtuDiscovery = pathMtuDiscovery;
        this.device = device;
    }

    /** SO_REUSEADDR. */
    public UdpOptions withReuseAddress(boolean reuse) {
        return new UdpOptions(reuse, receiveBufferOctets, sendBufferOctets, mark, pathMtuDiscovery, device);
    }

    /** Receive and send buffer in octets; 0 leaves the kernel's default. The forced variant is tried first. */
    public UdpOptions withBuffers(int receiveOctets, int sendOctets) {
        if (receiveOctets < 0 || sendOctets < 0) {
            throw new IllegalArgumentException("negative buffer size");
        }
        return new UdpOptions(reuseAddress, receiveOctets, sendOctets, mark, pathMtuDiscovery, device);
    }

    /** SO_MARK of everything sent; 0 sets none. */
    public UdpOptions withMark(int value) {
        return new UdpOptions(reuseAddress, receiveBufferOctets, sendBufferOctets, value, pathMtuDiscovery, device);
    }

    /** False: datagrams go out without DF and are fragmented on the way (IP_PMTUDISC_DONT). True is the kernel's default. */
    public UdpOptions withPathMtuDiscovery(boolean discover) {
        return new UdpOptions(reuseAddress, receiveBufferOctets, sendBufferOctets, mark, discover, device);
    }

    /** SO_BINDTODEVICE; empty for every interface. */
    public UdpOptions withDevice(String name) {
        return new UdpOptions(reuseAddress, receiveBufferOctets, sendBufferOctets, mark, pathMtuDiscovery, name);
    }

    public boolean reuseAddress() {
        return reuseAddress;
    }

    public int receiveBufferOctets() {
        return receiveBufferOctets;
    }

    public int sendBufferOctets() {
        return sendBufferOctets;
    }

    public int mark() {
        return mark;
    }

    public boolean pathMtuDiscovery() {
        return pathMtuDiscovery;
    }

    public String device() {
        return device;
    }
}
