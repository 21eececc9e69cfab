// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernelnetlink;

import org.jcharon.api.bus.Log;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.NetlinkBuilder;
import org.jcharon.lib.linux.NetlinkSocket;

/** The rule that makes the kernel look into our table, for both families. One thread. */
final class RoutingRule {

    private static final Log LOG = Log.of("knl");

    private final NetlinkSocket socket;
    private NetSettings settings;

    RoutingRule(NetlinkSocket socket, NetSettings settings) {
        this.socket = socket;
        this.settings = settings;
    }

    /** From now on with other settings of the same table; there is a rule all the time. */
    void replace(NetSettings next) {
        NetSettings before = settings;
        settings = next;
        add();
        delete(before);
        add(); // the kernel may have taken both for the same rule
    }

    /** Without rights lookups still work: what cannot be added is logged. */
    void add() {
        int flags = NetlinkBuilder.NLM_F_CREATE | NetlinkBuilder.NLM_F_EXCL;
        manage(settings, Rt.NEWRULE, flags, Rt.AF_INET, Errno.EEXIST);
        manage(settings, Rt.NEWRULE, flags, Rt.AF_INET6, Errno.EEXIST);
    }

    void delete() {
        delete(settings);
    }

    private void delete(NetSettings of) {
        manage(of, Rt.DELRULE, 0, Rt.AF_INET, Errno.ENOENT);
        manage(of, Rt.DELRULE, 0, Rt.AF_INET6, Errno.ENOENT);
    }

    private void manage(NetSettings of, int type, int flags, int family, int harmless) {
        if (of.table() == 0) {
            return; // the main table has its rule
        }
        boolean wide = of.table() > 255;
        NetSettings.Mark mark = of.mark();
        String name = (type == Rt.NEWRULE ? "add" : "delete") + (family == Rt.AF_INET ? " IPv4" : " IPv6")
                + " rule for routing table " + of.table();
        NetlinkBuilder request = new NetlinkBuilder(type, flags, name)
                .u8(family)
                .zeros(3)
                .u8(wide ? 0 : of.table())
                .u8(Rt.RTPROT_BOOT)
                .u8(0)
                .u8(Rt.RTN_UNICAST)
                .u32(mark != null && mark.inverted() ? Rt.FIB_RULE_INVERT : 0)
                .attributeU32(Rt.FRA_PRIORITY, of.priority());
        if (wide) {
            request.attributeU32(Rt.FRA_TABLE, of.table());
        }
        if (mark != null) {
            request.attributeU32(Rt.FRA_FWMARK, mark.value()).attributeU32(Rt.FRA_FWMASK, mark.mask());
        }
        try {
            socket.request(request, Rt.TIMEOUT);
        } catch (LinuxException e) {
            boolean noFamily = e.errno() == Errno.EAFNOSUPPORT || e.errno() == Errno.EOPNOTSUPP;
            if (e.errno() == harmless || noFamily) {
                LOG.more("{}", e.getMessage());
            } else if (e.errno() == Errno.EPERM) {
                LOG.error("unable to {}: run as root or with CAP_NET_ADMIN", name);
            } else {
                LOG.error("unable to {}", e.getMessage());
            }
        }
    }
}
