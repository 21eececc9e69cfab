// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jcharon.api.kernel.KernelHandover;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.kernel.KernelRegistry;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.lifecycle.Obstacle;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.EspReceiver;
import org.jcharon.api.socket.EspSender;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.linux.Linux;
import org.jcharon.lib.linux.LinuxException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** The component with a device in memory, two of them connected by their sockets. */
@Timeout(30)
class LibipsecTest {

    private static final int TO_RIGHT = 0xC0000011;
    private static final int TO_LEFT = 0xC0000022;

    private final Daemon left = new Daemon(Side.LEFT, Side.RIGHT);
    private final Daemon right = new Daemon(Side.RIGHT, Side.LEFT);

    /** What surrounds the component. */
    private static final class Daemon implements KernelHandover, KernelRegistry {
        final Side side; // keys, policies, fakes
        final Map<String, Object> services = new LinkedHashMap<>();
        final Map<String, Secret> deposits = new HashMap<>();
        Daemon other;
        Libipsec component;
        CompletableFuture<Void> reader;

        Daemon(InetAddress own, InetAddress peer) {
            this.side = new Side(own, peer);
        }

        void start(String device, Linux linux) {
            EspSender sender = (source, destination, octets, offset, length) -> {
                byte[] copy = java.util.Arrays.copyOfRange(octets, offset, offset + length);
                Object receiver = other.services.get(EspReceiver.class.getName());
                if (receiver instanceof EspReceiver esp) {
                    esp.esp(new Endpoint(side.own, 4500), new Endpoint(side.peer, 4500), copy, 0, length);
                }
                return true;
            };
            component = new Libipsec(
                    context(),
                    linux,
                    side.crypto,
                    this,
                    side,
                    this,
                    sender,
                    side.processor,
                    side.scheduler,
                    side.time,
                    new FixedSettings(Map.of("charon.plugins.kernel-libipsec.device", device)));
            if (services.containsKey(EspReceiver.class.getName())) {
                var dispatchers = side.processor.dispatchers();
                var last = dispatchers.get(dispatchers.size() - 1);
                assertEquals("esp-tun", last.name());
                reader = CompletableFuture.runAsync(last::run);
            }
        }

        private BundleContext context() {
            return (BundleContext) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, arguments) -> {
                        if (!method.getName().equals("registerService")) {
                            throw new UnsupportedOperationException(method.getName());
                        }
                        String name = ((Class<?>) arguments[0]).getName();
                        services.put(name, arguments[1]);
                        return Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {ServiceRegistration.class},
                                (registration, call, none) -> services.remove(name));
                    });
        }

        KernelIpsec kernel() {
            return (KernelIpsec) services.get(KernelIpsec.class.getName());
        }

        EspCommands commands() {
            return (EspCommands) services.get(EspCommands.class.getName());
        }

        void tunnel(int in, int out) throws Exception {
            kernel().addSa(side.inbound(in, Side.GCM, Side.NO_INTEG).build());
            kernel().addSa(side.outbound(out, Side.GCM, Side.NO_INTEG).build());
            boolean isLeft = side.own.equals(Side.LEFT);
            for (String format : List.of("10.%d.0.0", "2001:db8:%d::")) {
                int length = format.startsWith("1") ? 16 : 48;
                kernel().addPolicy(side.policy(
                                KernelPolicy.Direction.OUT,
                                Side.prefix(String.format(format, isLeft ? 1 : 2), length),
                                Side.prefix(String.format(format, isLeft ? 2 : 1), length))
                        .spi(out)
                        .build());
            }
        }

        @Override
        public void deposit(String plugin, int version, Secret state) {
            deposits.put(plugin + version, state);
        }

        @Override
        public Optional<Secret> take(String plugin, int version) {
            return Optional.ofNullable(deposits.remove(plugin + version));
        }

        @Override
        public Optional<KernelIpsec> ipsec() {
            return Optional.empty();
        }

        @Override
        public Optional<KernelNet> net() {
            return Optional.of(side.net);
        }
    }

    private record FixedSettings(Map<String, String> values) implements Settings {
        @Override
        public Optional<String> get(String key) {
            return Optional.ofNullable(values.get(key));
        }

        @Override
        public long number(String key, long fallback) {
            return fallback;
        }

        @Override
        public double fraction(String key, double fallback) {
            return fallback;
        }

        @Override
        public boolean flag(String key, boolean fallback) {
            return fallback;
        }

        @Override
        public Duration duration(String key, Duration fallback) {
            return fallback;
        }

        @Override
        public List<String> sections(String key) {
            return List.of();
        }

        @Override
        public List<String> keys(String section) {
            return List.of();
        }
    }

    @BeforeEach
    void connect() {
        left.other = right;
        right.other = left;
    }

    @AfterEach
    void stop() throws Exception {
        for (Daemon daemon : List.of(left, right)) {
            if (daemon.component != null) {
                daemon.component.deactivate();
            }
            if (daemon.reader != null) {
                daemon.reader.get(5, TimeUnit.SECONDS);
            }
        }
    }

    private void startBoth() throws Exception {
        left.start("memory", Linux.create());
        right.start("memory", Linux.create());
        left.tunnel(TO_LEFT, TO_RIGHT);
        right.tunnel(TO_RIGHT, TO_LEFT);
    }

    @Test
    void pingsGoThroughTheTunnelAndBack() throws Exception {
        startBoth();
        assertEquals("5/5 pings", left.commands().ping("10.1.0.1", "10.2.0.1", 5));
        assertEquals("5/5 pings", right.commands().ping("2001:db8:2::1", "2001:db8:1::1", 5));
        SaId id = left.side.inbound(TO_LEFT, Side.GCM, Side.NO_INTEG).build().id();
        assertEquals(10, left.kernel().query(id).packets());
        String stats = left.commands().stats();
        assertEquals(2, stats.split("10 packets, 700 octets", -1).length - 1, stats);
        assertEquals(List.of(), left.side.net.leaks(), "no routes lead to a device in memory");
    }

    @Test
    void pingsOutsideThePoliciesAreLost() throws Exception {
        startBoth();
        assertEquals("0/1 pings", left.commands().ping("10.9.0.1", "10.9.0.2", 1));
        String stats = left.commands().stats();
        assertTrue(stats.contains("dropped 1: no policy"), stats);
        assertThrows(IllegalArgumentException.class, () -> left.commands().ping("moon", "10.2.0.1", 1));
        assertThrows(IllegalArgumentException.class, () -> left.commands().ping("10.1.0.1", "10.2.0.1", 0));
        assertThrows(IllegalArgumentException.class, () -> left.commands().ping("10.1.0.1", "::1", 1));
    }

    @Test
    void anUpdateKeepsTheTunnel() throws Exception {
        startBoth();
        assertEquals("1/1 pings", left.commands().ping("10.1.0.1", "10.2.0.1", 1));
        left.component.deactivate();
        assertTrue(left.services.isEmpty());
        left.reader.get(5, TimeUnit.SECONDS);
        left.start("memory", Linux.create());
        assertTrue(left.deposits.isEmpty());
        assertEquals("2/2 pings", left.commands().ping("10.1.0.1", "10.2.0.1", 2));
    }

    @Test
    void withoutADeviceThereIsNoServiceAndNoException() {
        Linux none = (Linux) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Linux.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("claim")) {
                        return Optional.empty();
                    }
                    throw new LinuxException(1, "open /dev/net/tun", "run as root");
                });
        left.start("ipsec%d", none);
        assertEquals(Set.of(Obstacle.class.getName()), left.services.keySet());
        Obstacle why = (Obstacle) left.services.get(Obstacle.class.getName());
        assertEquals(Obstacle.What.IPSEC, why.what());
        assertTrue(why.text().contains("run as root"), why.text());
    }
}
