// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.kernel.KernelEvents;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.kernel.KernelRegistry;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.testkit.FakeKernelNet;
import org.jcharon.lib.testkit.FakeScheduler;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.lib.testkit.ImmediateProcessor;

/** One end of a tunnel: the data plane with everything around it faked. What it sends is kept on {@link #wire}. */
final class Side implements KernelEvents {

    static final TransformId GCM = TransformId.encr(Transforms.ENCR_AES_GCM_16, 128);
    static final TransformId NO_INTEG = TransformId.integ(0);
    static final InetAddress LEFT = address("192.0.2.1");
    static final InetAddress RIGHT = address("192.0.2.2");

    final FakeTime time = new FakeTime();
    final ImmediateProcessor processor = new ImmediateProcessor();
    final FakeScheduler scheduler = new FakeScheduler(time, processor);
    final FakeKernelNet net;
    final TestCrypto crypto = new TestCrypto();
    final Deque<byte[]> wire = new ArrayDeque<>();
    final Deque<Endpoint> sentTo = new ArrayDeque<>();
    final Deque<byte[]> delivered = new ArrayDeque<>();
    final List<String> events = new ArrayList<>();
    final DataPlane plane;
    final LibipsecKernel kernel;
    final InetAddress own;
    final InetAddress peer;
    boolean socketWorks = true;
    boolean allowPeerSelectors;

    Side(InetAddress own, InetAddress peer) {
        this(own, peer, null);
    }

    /** With a real device, or null for one that keeps what is delivered. */
    Side(InetAddress own, InetAddress peer, PacketDevice device) {
        this.own = own;
        this.peer = peer;
        this.net = new FakeKernelNet(own);
        this.plane = new DataPlane(device == null ? new Captured() : device, this::send, null, this, time);
        SaFactory factory = new SaFactory(crypto, time, plane.inboundPolicies::anyOf);
        KernelRegistry registry = new KernelRegistry() {
            @Override
            public Optional<KernelIpsec> ipsec() {
                return Optional.empty();
            }

            @Override
            public Optional<KernelNet> net() {
                return Optional.of(net);
            }
        };
        this.kernel = new LibipsecKernel(
                plane, factory, crypto, scheduler, new Routes(registry, "ipsec0", () -> allowPeerSelectors), false);
    }

    static Side left() {
        return new Side(LEFT, RIGHT);
    }

    static Side right() {
        return new Side(RIGHT, LEFT);
    }

    static InetAddress address(String text) {
        return Addresses.literal(text).orElseThrow();
    }

    static TrafficSelector prefix(String address, int length) {
        return TrafficSelector.ofPrefix(address(address), length);
    }

    private boolean send(Endpoint source, Endpoint destination, byte[] octets, int offset, int length) {
        if (socketWorks) {
            wire.add(Arrays.copyOfRange(octets, offset, offset + length));
            sentTo.add(destination);
        }
        return socketWorks;
    }

    private final class Captured implements PacketDevice {
        @Override
        public String name() {
            return "ipsec0";
        }

        @Override
        public int read(byte[] packet, int offset, int length) {
            return -1;
        }

        @Override
        public void write(byte[] packet, int offset, int length) {
            delivered.add(Arrays.copyOfRange(packet, offset, offset + length));
        }

        @Override
        public void wake() {}

        @Override
        public void close() {}
    }

    /** A packet that the system routes into the device. */
    void fromDevice(byte[] packet) {
        byte[] room = new byte[OutboundSa.HEADROOM + packet.length + 2000 + OutboundSa.TAILROOM];
        System.arraycopy(packet, 0, room, OutboundSa.HEADROOM, packet.length);
        plane.outbound(room, OutboundSa.HEADROOM, packet.length);
    }

    /** ESP that arrives from the peer, at an odd place of a larger array. */
    void fromWire(byte[] esp) {
        fromWire(new Endpoint(peer, 4500), esp);
    }

    void fromWire(Endpoint source, byte[] esp) {
        byte[] room = new byte[esp.length + 11];
        System.arraycopy(esp, 0, room, 7, esp.length);
        plane.esp(source, new Endpoint(own, 4500), room, 7, esp.length);
    }

    /** The last datagram that was sent. */
    byte[] sent() {
        return wire.getLast();
    }

    long drops(Drop reason) {
        return plane.counters.drops(reason);
    }

    KernelSa.Builder outbound(int spi, TransformId encr, TransformId integ) {
        return sa(spi, encr, integ)
                .inbound(false)
                .id(new SaId(peer, ProtocolId.ESP, spi))
                .source(own);
    }

    KernelSa.Builder inbound(int spi, TransformId encr, TransformId integ) {
        return sa(spi, encr, integ)
                .inbound(true)
                .id(new SaId(own, ProtocolId.ESP, spi))
                .source(peer);
    }

    /** Keys depend on the SPI alone, so that both ends have the same. */
    private KernelSa.Builder sa(int spi, TransformId encr, TransformId integ) {
        int encrOctets = encr.isAead()
                ? crypto.aead(encr).orElseThrow().keyOctets()
                : crypto.cipher(encr).orElseThrow().keyOctets();
        int integOctets = integ.id() == 0 ? 0 : crypto.mac(integ).orElseThrow().keyOctets();
        return KernelSa.builder()
                .reqid(1)
                .encryption(encr)
                .encryptionKey(key(spi, encrOctets))
                .integrity(integ)
                .integrityKey(key(spi + 1, integOctets))
                .encapsulationSourcePort(4500)
                .encapsulationDestinationPort(4500)
                .sourceSelectors(List.of(TrafficSelector.all(false), TrafficSelector.all(true)))
                .destinationSelectors(List.of(TrafficSelector.all(false), TrafficSelector.all(true)));
    }

    private static Secret key(int seed, int octets) {
        byte[] key = new byte[octets];
        for (int i = 0; i < octets; i++) {
            key[i] = (byte) (seed * 31 + i * 7);
        }
        return Secret.own(key);
    }

    KernelPolicy.Builder policy(KernelPolicy.Direction direction, TrafficSelector source, TrafficSelector destination) {
        boolean out = direction == KernelPolicy.Direction.OUT;
        return KernelPolicy.builder()
                .direction(direction)
                .source(source)
                .destination(destination)
                .reqid(1)
                .tunnelSource(out ? own : peer)
                .tunnelDestination(out ? peer : own);
    }

    /** Everything to everywhere over the SA of an SPI. */
    void allOut(int spi) throws KernelException {
        for (boolean ipv6 : new boolean[] {false, true}) {
            kernel.addPolicy(policy(KernelPolicy.Direction.OUT, TrafficSelector.all(ipv6), TrafficSelector.all(ipv6))
                    .spi(spi)
                    .build());
        }
    }

    @Override
    public void acquire(int reqid, TrafficSelector source, TrafficSelector destination) {
        events.add("acquire " + reqid + " " + source + " === " + destination);
    }

    @Override
    public void expire(SaId sa, boolean hard) {
        events.add("expire " + String.format("%08x", sa.spi()) + (hard ? " hard" : " soft"));
    }

    @Override
    public void mapping(SaId inbound, Endpoint newRemote) {
        events.add("mapping " + String.format("%08x", inbound.spi()) + " " + newRemote);
    }

    @Override
    public void unknownSpi(int spi, Endpoint source, Endpoint destination) {
        events.add("unknown " + String.format("%08x", spi) + " " + source + " " + destination);
    }

    @Override
    public void roam(boolean address) {
        events.add("roam");
    }
}
