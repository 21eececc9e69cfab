// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.kernel;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/** Addresses, interfaces and routes of the system; a kernel plugin registers it. Any thread; every method is quick. */
@ConsumerType
public interface KernelNet {

    /** Addresses of usable interfaces that are up, loopback excluded, virtual IPs of ours excluded. */
    List<InetAddress> localAddresses();

    /** Whether an address is ours, on any interface that is up, loopback included. */
    boolean isLocal(InetAddress address);

    /**
     * Whether what came to an address may be looked at: false if only interfaces have it that the settings exclude. Asked for each
     * packet: without lock and without the system's help.
     */
    default boolean isUsable(InetAddress local) {
        return true;
    }

    /** Name of the interface that has an address. */
    Optional<String> interfaceOf(InetAddress address);

    /**
     * The source address that packets to {@code destination} get from routes other than our own.
     *
     * @param preferred taken if it is usable there; null: none
     */
    Optional<InetAddress> sourceAddress(InetAddress destination, InetAddress preferred);

    /** The next hop and interface towards {@code destination}, our own routes left out. */
    Optional<NextHop> nextHop(InetAddress destination, InetAddress source);

    /** Where packets leave; {@code gateway} is null on the link itself. */
    record NextHop(InetAddress gateway, String interfaceName) {}

    /** Adds an address of ours to an interface; the one of {@code interfaceName}, or of the given address. */
    void addVirtualIp(InetAddress virtualIp, int prefixLength, String interfaceName) throws KernelException;

    /** Removes an address that {@link #addVirtualIp} added. */
    void deleteVirtualIp(InetAddress virtualIp, int prefixLength) throws KernelException;

    /** A route of ours, in the daemon's own table (220 by default). Without gateway and interface it is a {@link #bypass}. */
    record Route(
            InetAddress destination, int prefixLength, InetAddress gateway, InetAddress source, String interfaceName) {

        /** For packets that take the system's own routes although a wider one of ours covers them. */
        public static Route bypass(InetAddress destination, int prefixLength) {
            return new Route(destination, prefixLength, null, null, null);
        }

        /** Whether packets leave our table here. */
        public boolean isBypass() {
            return gateway == null && interfaceName == null;
        }
    }

    /** Adds a route; one more user if it is there already. {@code gateway} and {@code source} of the route may be null. */
    void addRoute(Route route) throws KernelException;

    /** Takes one user of a route away. */
    void deleteRoute(Route route) throws KernelException;
}
