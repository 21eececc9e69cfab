// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jcharon.lib.linux.Handle;
import org.jcharon.lib.linux.Linux;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.NetlinkEvents;
import org.jcharon.lib.linux.NetlinkSocket;
import org.jcharon.lib.linux.RawIpSocket;
import org.jcharon.lib.linux.TunDevice;
import org.jcharon.lib.linux.UdpOptions;
import org.jcharon.lib.linux.UdpSocket;
import org.jcharon.lib.linux.UnixDatagramSocket;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;

/** The service: loads native code when first needed, or ahead on a thread of the launcher, and keeps what is parked. */
@Component(immediate = true)
public final class NativeLinux implements Linux {

    private static final int CLONE_NEWNET = 0x40000000;

    private final Map<String, Handle> parked = new HashMap<>(); // guarded by itself
    private Native sys; // guarded by this
    private LinuxException failure; // guarded by this: loading is tried once, a second try fails in misleading ways

    /** Loads nothing yet. */
    public NativeLinux() {}

    /**
     * Begins to load on {@code launcher}, if it is there: JNR generates its stubs first, and the daemon's start need not wait until
     * somebody opens a socket for that.
     */
    @Activate
    public NativeLinux(
            @Reference(
                            name = "launcher",
                            cardinality = ReferenceCardinality.OPTIONAL,
                            target = "(jcharon.launcher=true)")
                    Executor launcher) {
        if (launcher != null) {
            launcher.execute(this::loadAhead);
        }
    }

    private void loadAhead() {
        try {
            sys();
        } catch (LinuxException e) {
            // kept, and thrown to whoever needs native code
        }
    }

    /** Closes what nobody came back for. */
    @Deactivate
    public void deactivate() {
        List<Handle> left;
        synchronized (parked) {
            left = List.copyOf(parked.values());
            parked.clear();
        }
        left.forEach(Handle::close);
    }

    private synchronized Native sys() throws LinuxException {
        if (failure != null) {
            throw new LinuxException(failure.getMessage(), failure);
        }
        if (sys == null) {
            try {
                sys = Native.load();
            } catch (LinuxException e) {
                failure = e;
                throw e;
            }
        }
        return sys;
    }

    @Override
    public UdpSocket udp(InetSocketAddress local, UdpOptions options) throws LinuxException {
        return NativeUdpSocket.open(sys(), local, options);
    }

    @Override
    public TunDevice tun(String name) throws LinuxException {
        return NativeTun.open(sys(), name);
    }

    @Override
    public RawIpSocket rawIp(int protocol, boolean ipv6) throws LinuxException {
        return NativeRawIpSocket.open(sys(), protocol, ipv6);
    }

    @Override
    public UnixDatagramSocket unixDatagram(Path peer) throws LinuxException {
        return NativeUnixDatagram.connected(sys(), peer);
    }

    @Override
    public UnixDatagramSocket unixDatagramServer(Path local) throws LinuxException {
        return NativeUnixDatagram.bound(sys(), local);
    }

    @Override
    public NetlinkSocket netlink(int protocol) throws LinuxException {
        return NativeNetlink.requests(sys(), protocol);
    }

    @Override
    public NetlinkEvents netlinkEvents(int protocol, int... groups) throws LinuxException {
        return NativeNetlink.events(sys(), protocol, groups);
    }

    @Override
    public Runnable park(String name, Handle handle) {
        Handle before;
        synchronized (parked) {
            before = parked.put(name, handle);
        }
        if (before != null) {
            before.close();
        }
        return () -> expire(name, handle);
    }

    private void expire(String name, Handle handle) {
        boolean mine;
        synchronized (parked) {
            mine = parked.remove(name, handle);
        }
        if (mine) {
            handle.close();
        }
    }

    @Override
    public <T extends Handle> Optional<T> claim(String name, Class<T> type) {
        synchronized (parked) {
            Handle handle = parked.get(name);
            if (!type.isInstance(handle)) {
                return Optional.empty();
            }
            parked.remove(name);
            return Optional.of(type.cast(handle));
        }
    }

    @Override
    public void enterNewNetworkNamespace() throws LinuxException {
        Native loaded = sys();
        if (loaded.libc.unshare(CLONE_NEWNET) < 0) {
            throw new LinuxException(loaded.errno(), "enter a new network namespace", "needs CAP_SYS_ADMIN");
        }
    }
}
