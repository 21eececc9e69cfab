// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernelnetlink;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jcharon.api.bus.Log;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.NetlinkAttributes;
import org.jcharon.lib.linux.NetlinkEvents;
import org.jcharon.lib.linux.NetlinkMessage;

/** Takes the kernel's events in, on its own dispatcher, and says when something changed. */
final class EventReader {

    /** Told of a change. */
    interface Observer {
        /** Something changed; {@code address}: the set of addresses. */
        void changed(boolean address);

        /** Events were lost: everything is to be read afresh. */
        void lost();
    }

    private static final Log LOG = Log.of("knl");
    private static final int MAX_FAILURES = 100;

    private final NetlinkEvents events;
    private final NetworkState state;
    private final Supplier<NetSettings> settings;
    private final Observer observer;

    EventReader(NetlinkEvents events, NetworkState state, Supplier<NetSettings> settings, Observer observer) {
        this.events = events;
        this.state = state;
        this.settings = settings;
        this.observer = observer;
    }

    static int[] groups(NetSettings settings) {
        return settings.routeEvents()
                ? new int[] {
                    Rt.GROUP_LINK, Rt.GROUP_IPV4_IFADDR, Rt.GROUP_IPV6_IFADDR, Rt.GROUP_IPV4_ROUTE, Rt.GROUP_IPV6_ROUTE
                }
                : new int[] {Rt.GROUP_LINK, Rt.GROUP_IPV4_IFADDR, Rt.GROUP_IPV6_IFADDR};
    }

    void run(Dispatcher dispatcher) {
        int failures = 0;
        List<NetlinkMessage> messages = new ArrayList<>();
        while (!dispatcher.isClosed()) {
            messages.clear();
            try {
                if (!events.receive(messages::add)) {
                    return;
                }
                failures = 0;
            } catch (LinuxException e) {
                LOG.control("{}", e.getMessage());
                if (e.errno() == Errno.ENOBUFS) {
                    observer.lost();
                } else if (++failures == MAX_FAILURES) {
                    LOG.error("giving up reading events after {} errors in a row", failures);
                    return;
                }
            }
            messages.forEach(this::take);
        }
    }

    private void take(NetlinkMessage message) {
        try {
            if (message.type() == Rt.NEWROUTE || message.type() == Rt.DELROUTE) {
                if (isNews(message)) {
                    observer.changed(false);
                }
                return;
            }
            NetworkState.Change change = state.apply(message);
            if (change != NetworkState.Change.NONE) {
                LOG.more("{} changed ({})", change == NetworkState.Change.LINK ? "interface" : "address", message);
                observer.changed(change == NetworkState.Change.ADDRESS);
            }
        } catch (LinuxException e) {
            LOG.control("event ignored: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("event not processed: {}", e.toString());
        }
    }

    /**
     * Our own routes, cached ones and those of excluded interfaces are none, nor those that the kernel makes for an address: the
     * address itself is the news, or a virtual IP of ours.
     */
    private boolean isNews(NetlinkMessage route) throws LinuxException {
        NetlinkAttributes attributes = route.attributes(Rt.RTMSG_OCTETS);
        int table = attributes.u32(Rt.RTA_TABLE, route.u8(4));
        if (table == settings.get().table()
                || table == Rt.RT_TABLE_LOCAL
                || route.u8(5) == Rt.RTPROT_KERNEL
                || settings.get().ignoreTables().contains(table)
                || (route.u32(8) & Rt.RTM_F_CLONED) != 0) {
            return false;
        }
        boolean virtual = attributes.has(Rt.RTA_PREFSRC)
                && state.isVirtual(Rt.address(attributes.octets(Rt.RTA_PREFSRC).orElseThrow()));
        boolean excluded = attributes.has(Rt.RTA_OIF)
                && state.link(attributes.u32(Rt.RTA_OIF))
                        .filter(link -> !link.usable())
                        .isPresent();
        return !virtual && !excluded;
    }
}
