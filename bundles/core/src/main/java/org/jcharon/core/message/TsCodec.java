// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;

/** Codec of traffic selectors (RFC 7296 section 3.13.1). */
final class TsCodec {

    private static final int IPV4_RANGE = 7;
    private static final int IPV6_RANGE = 8;
    private static final int HEADER_OCTETS = 8;
    private static final int SELECTOR_HEADER_OCTETS = 4;

    private TsCodec() {}

    static TsPayload decode(boolean initiator, WireReader in) throws WireException {
        int count = in.u8("number of selectors");
        in.skip(3, "reserved octets");
        if (count == 0) {
            throw in.error("no traffic selector");
        }
        List<TrafficSelector> selectors = new ArrayList<>();
        List<Chunk> unknown = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int type = in.u8("TS type");
            int protocol = in.u8("IP protocol");
            int length = in.u16("selector length");
            Chunk body = in.chunk(length - SELECTOR_HEADER_OCTETS, "selector of type " + type);
            if (type == IPV4_RANGE || type == IPV6_RANGE) {
                selectors.add(range(type == IPV6_RANGE, protocol, new WireReader(body), in));
            } else {
                unknown.add(new WireWriter(length)
                        .u8(type)
                        .u8(protocol)
                        .u16(length)
                        .chunk(body)
                        .toChunk());
            }
        }
        return new TsPayload(initiator, selectors, unknown);
    }

    private static TrafficSelector range(boolean ipv6, int protocol, WireReader in, WireReader place)
            throws WireException {
        int fromPort = in.u16("start port");
        int toPort = in.u16("end port");
        int octets = ipv6 ? 16 : 4;
        byte[] from = in.array(octets, "starting address");
        byte[] to = in.array(octets, "ending address");
        in.end("selector");
        boolean opaque = fromPort == 0xFFFF && toPort == 0;
        if (fromPort > toPort && !opaque) {
            throw place.error("ports " + fromPort + " to " + toPort);
        }
        if (Arrays.compareUnsigned(from, to) > 0) {
            throw place.error("range of addresses that ends before it starts");
        }
        return new TrafficSelector(protocol, fromPort, toPort, address(from), address(to));
    }

    /** An IPv4-mapped address stays an IPv6 one: the two ends of a range must not differ in family. */
    private static InetAddress address(byte[] octets) {
        try {
            return octets.length == 16 ? Inet6Address.getByAddress(null, octets, -1) : Addresses.ofOctets(octets);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(octets.length + " octets are no address", e);
        }
    }

    static void encode(TsPayload ts, WireWriter out) {
        out.u8(ts.selectors().size() + ts.unknown().size()).zeros(3);
        for (TrafficSelector selector : ts.selectors()) {
            byte[] from = selector.from().getAddress();
            out.u8(from.length == 16 ? IPV6_RANGE : IPV4_RANGE)
                    .u8(selector.protocol())
                    .u16(HEADER_OCTETS + 2 * from.length)
                    .u16(selector.fromPort())
                    .u16(selector.toPort())
                    .array(from)
                    .array(selector.to().getAddress());
        }
        ts.unknown().forEach(out::chunk);
    }
}
