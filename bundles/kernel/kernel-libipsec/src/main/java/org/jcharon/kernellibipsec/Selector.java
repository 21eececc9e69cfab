// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.net.InetAddress;
import java.util.List;
import org.jcharon.api.config.TrafficSelector;

/** A traffic selector in the form that packets are compared with. Immutable. */
final class Selector {

    private final boolean ipv6;
    private final int protocol;
    private final boolean anyPort;
    private final boolean opaque;
    private final int fromPort;
    private final int toPort;
    private final long fromHigh;
    private final long fromLow;
    private final long toHigh;
    private final long toLow;

    Selector(TrafficSelector from) {
        ipv6 = from.isIpv6();
        protocol = from.protocol();
        anyPort = from.isAnyPort();
        opaque = from.isOpaque();
        fromPort = from.fromPort();
        toPort = from.toPort();
        fromHigh = high(from.from());
        fromLow = low(from.from());
        toHigh = high(from.to());
        toLow = low(from.to());
    }

    static Selector[] all(List<TrafficSelector> selectors) {
        return selectors.stream().map(Selector::new).toArray(Selector[]::new);
    }

    static long high(InetAddress address) {
        byte[] octets = address.getAddress();
        return octets.length == 16 ? Octets.u64(octets, 0) : 0;
    }

    static long low(InetAddress address) {
        byte[] octets = address.getAddress();
        return octets.length == 16 ? Octets.u64(octets, 8) : Octets.u32(octets, 0);
    }

    boolean matchesSource(Flow flow) {
        return matches(flow, flow.sourceHigh, flow.sourceLow, flow.sourcePort);
    }

    boolean matchesDestination(Flow flow) {
        return matches(flow, flow.destinationHigh, flow.destinationLow, flow.destinationPort);
    }

    /** Whether the range is one address. */
    boolean isHost() {
        return fromHigh == toHigh && fromLow == toLow;
    }

    long firstHigh() {
        return fromHigh;
    }

    long firstLow() {
        return fromLow;
    }

    private boolean matches(Flow flow, long high, long low, int port) {
        return ipv6 == flow.ipv6
                && (protocol == 0 || protocol == flow.protocol)
                && !below(high, low, fromHigh, fromLow)
                && !below(toHigh, toLow, high, low)
                && (anyPort || (port == Flow.UNKNOWN_PORT ? opaque : port >= fromPort && port <= toPort));
    }

    private static boolean below(long high, long low, long otherHigh, long otherLow) {
        return high == otherHigh ? Long.compareUnsigned(low, otherLow) < 0 : Long.compareUnsigned(high, otherHigh) < 0;
    }
}
