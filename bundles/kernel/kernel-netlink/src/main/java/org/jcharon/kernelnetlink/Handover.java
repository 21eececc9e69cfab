// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernelnetlink;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jcharon.api.kernel.KernelNet.Route;
import org.jcharon.api.wire.Secret;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;

/**
 * Routes and virtual IPs with their users, for the next version of this plugin.
 *
 * @param routes oldest first
 */
record Handover(Map<Route, Integer> routes, Map<VirtualIps.VirtualIp, Integer> virtualIps) {

    /** Under this name and version core keeps it. */
    static final String NAME = "kernel-netlink";

    static final int VERSION = 1;

    boolean isEmpty() {
        return routes.isEmpty() && virtualIps.isEmpty();
    }

    Secret write() {
        WireWriter out = new WireWriter();
        out.u32(virtualIps.size());
        virtualIps.forEach((virtualIp, users) -> {
            address(out, virtualIp.ip());
            out.u8(virtualIp.prefixLength());
            text(out, virtualIp.interfaceName());
            out.u32(users);
        });
        out.u32(routes.size());
        routes.forEach((route, users) -> {
            address(out, route.destination());
            out.u8(route.prefixLength());
            address(out, route.gateway());
            address(out, route.source());
            text(out, route.interfaceName());
            out.u32(users);
        });
        return Secret.own(out.toArray());
    }

    static Handover read(byte[] octets) throws WireException {
        WireReader in = new WireReader(octets);
        Map<VirtualIps.VirtualIp, Integer> virtualIps = new LinkedHashMap<>();
        for (long i = in.u32("virtual IPs"); i > 0; i--) {
            VirtualIps.VirtualIp virtualIp = new VirtualIps.VirtualIp(address(in), in.u8("prefix"), text(in));
            virtualIps.put(virtualIp, (int) in.u32("users"));
        }
        Map<Route, Integer> routes = new LinkedHashMap<>();
        for (long i = in.u32("routes"); i > 0; i--) {
            Route route = new Route(address(in), in.u8("prefix"), address(in), address(in), text(in));
            routes.put(route, (int) in.u32("users"));
        }
        in.end("handover");
        return new Handover(routes, virtualIps);
    }

    private static void address(WireWriter out, InetAddress address) {
        byte[] octets = address == null ? new byte[0] : address.getAddress();
        out.u8(octets.length).array(octets);
    }

    private static InetAddress address(WireReader in) throws WireException {
        byte[] octets = in.array(in.u8("length"), "address");
        try {
            return octets.length == 0 ? null : InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw in.error("address of " + octets.length + " octets");
        }
    }

    private static void text(WireWriter out, String text) {
        byte[] octets = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        out.u16(octets.length).array(octets);
    }

    private static String text(WireReader in) throws WireException {
        byte[] octets = in.array(in.u16("length"), "name");
        return octets.length == 0 ? null : new String(octets, StandardCharsets.UTF_8);
    }
}
