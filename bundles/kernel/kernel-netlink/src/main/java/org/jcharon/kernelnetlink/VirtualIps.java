// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernelnetlink;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.NetlinkBuilder;
import org.jcharon.lib.linux.NetlinkSocket;

/** Addresses that a peer gave us, with a count of users. Any thread. */
final class VirtualIps {

    /** An address and where it is. */
    record VirtualIp(InetAddress ip, int prefixLength, String interfaceName) {}

    private static final class Entry {
        private final VirtualIp virtualIp;
        private final int link;
        private final boolean ours;
        private int users = 1;

        Entry(VirtualIp virtualIp, int link, boolean ours) {
            this.virtualIp = virtualIp;
            this.link = link;
            this.ours = ours;
        }
    }

    private record Key(InetAddress ip, int prefixLength) {}

    private static final Log LOG = Log.of("knl");
    private static final int FOREVER = -1;

    private final NetlinkSocket socket;
    private final NetworkState state;
    private final Map<Key, Entry> entries = new LinkedHashMap<>(); // guarded by this

    VirtualIps(NetlinkSocket socket, NetworkState state) {
        this.socket = socket;
        this.state = state;
    }

    synchronized void add(VirtualIp wanted) throws KernelException {
        Key key = new Key(wanted.ip(), wanted.prefixLength());
        Entry known = entries.get(key);
        if (known != null) {
            known.users++;
            return;
        }
        NetworkState.Link link = state.link(String.valueOf(wanted.interfaceName()))
                .orElseThrow(() -> new KernelException(
                        Errno.ENODEV, "add " + text(wanted) + ": no interface " + wanted.interfaceName()));
        // Before the kernel's event comes: it is no news for us.
        boolean foreign = state.linkOf(wanted.ip()).isPresent() && !state.isVirtual(wanted.ip());
        if (!foreign) {
            state.addVirtual(wanted.ip());
        }
        boolean done = false;
        try {
            boolean ours = !foreign && install(wanted, link.index());
            entries.put(key, new Entry(wanted, link.index(), ours));
            done = true;
        } finally {
            if (!done) {
                state.removeVirtual(wanted.ip(), false);
            }
        }
        LOG.more("virtual IP {} installed on {}", Addresses.text(wanted.ip()), wanted.interfaceName());
    }

    synchronized void delete(InetAddress ip, int prefixLength) throws KernelException {
        Key key = new Key(ip, prefixLength);
        Entry entry = entries.get(key);
        if (entry == null) {
            throw new KernelException(
                    Errno.ESRCH, "delete virtual IP " + Addresses.text(ip) + "/" + prefixLength + ": not added by us");
        }
        if (--entry.users > 0) {
            return;
        }
        entries.remove(key);
        remove(entry);
    }

    /**
     * Removes all; errors are logged.
     *
     * @return what was there and its users
     */
    synchronized Map<VirtualIp, Integer> deleteAll() {
        Map<VirtualIp, Integer> all = new LinkedHashMap<>();
        for (Entry entry : entries.values()) {
            all.put(entry.virtualIp, entry.users);
            try {
                remove(entry);
            } catch (KernelException e) {
                LOG.control("{}", e.getMessage());
            }
        }
        entries.clear();
        return all;
    }

    /** Whether it is ours, false if it was there before us: such an address is left alone later. */
    private boolean install(VirtualIp wanted, int link) throws KernelException {
        int flags = NetlinkBuilder.NLM_F_CREATE | NetlinkBuilder.NLM_F_EXCL;
        NetlinkBuilder request = request(Rt.NEWADDR, flags, "add " + text(wanted), wanted, link);
        if (wanted.ip() instanceof Inet6Address) {
            // Deprecated from the start: nothing that does not ask for it gets it as its source.
            request.nested(
                    Rt.IFA_CACHEINFO, info -> info.u32(0).u32(FOREVER).u32(0).u32(0));
        }
        try {
            socket.request(request, Rt.TIMEOUT);
            return true;
        } catch (LinuxException e) {
            if (e.errno() == Errno.EEXIST) {
                return false;
            }
            throw new KernelException(e.errno(), e.getMessage(), e);
        }
    }

    private void remove(Entry entry) throws KernelException {
        VirtualIp gone = entry.virtualIp;
        boolean removed = false;
        try {
            if (entry.ours) {
                socket.request(request(Rt.DELADDR, 0, "delete " + text(gone), gone, entry.link), Rt.TIMEOUT);
                removed = true;
            }
        } catch (LinuxException e) {
            if (e.errno() != Errno.EADDRNOTAVAIL && e.errno() != Errno.ENODEV) {
                throw new KernelException(e.errno(), e.getMessage(), e);
            }
            LOG.more("{}", e.getMessage()); // went with its interface
        } finally {
            state.removeVirtual(gone.ip(), removed);
        }
    }

    private static NetlinkBuilder request(int type, int flags, String name, VirtualIp virtualIp, int link) {
        return new NetlinkBuilder(type, flags, name)
                .u8(Rt.family(virtualIp.ip()))
                .u8(virtualIp.prefixLength())
                .u8(virtualIp.ip() instanceof Inet6Address ? Rt.IFA_F_NODAD : 0)
                .u8(0)
                .u32(link)
                .attribute(Rt.IFA_LOCAL, virtualIp.ip().getAddress());
    }

    private static String text(VirtualIp virtualIp) {
        return "virtual IP " + Addresses.text(virtualIp.ip()) + "/" + virtualIp.prefixLength();
    }
}
