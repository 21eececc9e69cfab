// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.jcharon.lib.linux.internal.NativeLinux;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Entrance to the kernel. A service of this bundle; any thread.
 *
 * <p>Native code is loaded at the first call that needs it. If that is impossible, every such call throws a
 * {@link LinuxException} whose text says why and what to do.
 */
@ProviderType
public interface Linux {

    /** NETLINK_ROUTE: links, addresses, routes, rules. */
    int NETLINK_ROUTE = 0;

    /** NETLINK_XFRM: IPsec. */
    int NETLINK_XFRM = 6;

    /** An instance outside the container, for tests and tools. */
    static Linux create() {
        return new NativeLinux();
    }

    /** Opens and binds a UDP socket of the family of {@code local}; port 0 takes any free one. */
    UdpSocket udp(InetSocketAddress local, UdpOptions options) throws LinuxException;

    /**
     * Opens a TUN device.
     *
     * @param name 1..15 characters; {@code %d} at the end stands for the first free number
     */
    TunDevice tun(String name) throws LinuxException;

    /**
     * Opens a raw socket, which gets a copy of every packet of an IP protocol.
     *
     * @param protocol IP protocol number, 1..255
     */
    RawIpSocket rawIp(int protocol, boolean ipv6) throws LinuxException;

    /**
     * Opens a datagram socket without a name that sends to one in the file system.
     *
     * @param peer absolute, at most 107 octets
     * @throws LinuxException ENOENT, ECONNREFUSED: nobody is there; EACCES, …
     */
    UnixDatagramSocket unixDatagram(Path peer) throws LinuxException;

    /**
     * Opens a datagram socket in the file system that receives; the file stays when it is closed.
     *
     * @param local absolute, at most 107 octets, not there yet
     */
    UnixDatagramSocket unixDatagramServer(Path local) throws LinuxException;

    /**
     * A socket for requests and dumps. Dump requests are checked strictly: they carry the full structure of their type (with
     * NETLINK_ROUTE an ifinfomsg, ifaddrmsg, rtmsg), and what it says filters.
     *
     * @param protocol {@link #NETLINK_ROUTE} or another protocol number
     */
    NetlinkSocket netlink(int protocol) throws LinuxException;

    /** A socket for events of multicast groups (by number, from 1). */
    NetlinkEvents netlinkEvents(int protocol, int... groups) throws LinuxException;

    /**
     * Keeps a handle for the next version of its owner; the owner's use passes to this bundle. A handle parked before under
     * the same name is closed.
     *
     * @return closes the handle if nobody has claimed it by the time it runs; an object of this bundle, to be run by a timer
     */
    Runnable park(String name, Handle handle);

    /** Takes a parked handle, once; its use passes to the caller. Empty if there is none of that name and type. */
    <T extends Handle> Optional<T> claim(String name, Class<T> type);

    /**
     * Moves the calling thread (it alone) into a new network namespace with nothing but a loopback device that is down. For
     * tests: the thread can never come back and must end afterwards. Needs CAP_SYS_ADMIN.
     */
    void enterNewNetworkNamespace() throws LinuxException;
}
