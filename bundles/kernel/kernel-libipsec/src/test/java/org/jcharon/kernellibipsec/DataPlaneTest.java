// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jcharon.api.config.Lifetime;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.kernel.UsageStats;
import org.jcharon.api.socket.Endpoint;
import org.junit.jupiter.api.Test;

class DataPlaneTest {

    private static final int SPI = 0xC0000001;

    private final Side left = Side.left();
    private final Side right = Side.right();

    private void connect() throws KernelException {
        left.kernel.addSa(left.outbound(SPI, Side.GCM, Side.NO_INTEG).build());
        left.allOut(SPI);
        right.kernel.addSa(
                right.inbound(SPI, Side.GCM, Side.NO_INTEG).replayWindow(64).build());
    }

    private byte[] send(byte[] packet) {
        left.fromDevice(packet);
        return left.sent();
    }

    private OutboundSa outboundSa() {
        return left.kernel.sas().stream()
                .filter(OutboundSa.class::isInstance)
                .map(OutboundSa.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private InboundSa inboundSa() {
        return right.plane.inbound.get(SPI);
    }

    @Test
    void dropsAReplayedPacket() throws KernelException {
        connect();
        byte[] esp = send(Packets.any());
        right.fromWire(esp);
        right.fromWire(esp);
        assertEquals(1, right.delivered.size());
        assertEquals(1, right.drops(Drop.REPLAYED));
    }

    @Test
    void takesPacketsInAnyOrderWithinTheWindow() throws KernelException {
        connect();
        for (int i = 0; i < 64; i++) {
            send(Packets.any());
        }
        while (!left.wire.isEmpty()) {
            right.fromWire(left.wire.removeLast());
        }
        assertEquals(64, right.delivered.size());
    }

    @Test
    void dropsAPacketThatTheWindowHasLeftBehind() throws KernelException {
        connect();
        byte[] first = send(Packets.any());
        for (int i = 0; i < 64; i++) {
            send(Packets.any());
        }
        right.fromWire(left.sent());
        right.fromWire(first);
        assertEquals(1, right.drops(Drop.TOO_OLD));
    }

    @Test
    void aForgedPacketDoesNotMoveTheWindow() throws KernelException {
        connect();
        byte[] good = send(Packets.any());
        byte[] forged = good.clone();
        Octets.put32(forged, 4, 1_000_000);
        right.fromWire(forged);
        byte[] damaged = good.clone();
        damaged[damaged.length - 1] ^= 1;
        right.fromWire(damaged);
        assertEquals(2, right.drops(Drop.FORGED));
        assertEquals(0, inboundSa().top());
        right.fromWire(good);
        assertEquals(1, right.delivered.size());
    }

    @Test
    void sequenceNumberZeroIsNeverTaken() throws KernelException {
        connect();
        outboundSa().continueAfter(-1);
        right.fromWire(send(Packets.any()));
        assertEquals(1, right.drops(Drop.TOO_OLD));
    }

    @Test
    void extendedNumbersPassTheWrapOfTheirLowerHalf() throws KernelException {
        left.kernel.addSa(left.outbound(SPI, Side.GCM, Side.NO_INTEG)
                .extendedSequenceNumbers(true)
                .build());
        left.allOut(SPI);
        right.kernel.addSa(right.inbound(SPI, Side.GCM, Side.NO_INTEG)
                .extendedSequenceNumbers(true)
                .replayWindow(64)
                .build());
        outboundSa().continueAfter(0xFFFF_FFF0L);
        inboundSa().restoreWindow(0xFFFF_FFF0L, new long[2]);
        for (int i = 0; i < 32; i++) {
            right.fromWire(send(Packets.any()));
        }
        assertEquals(32, right.delivered.size());
        assertEquals(0x1_0000_0010L, inboundSa().top());
        right.fromWire(left.wire.getFirst());
        assertEquals(1, right.drops(Drop.REPLAYED));
    }

    @Test
    void anSaWithoutExtendedNumbersEndsBeforeTheyRepeat() throws KernelException {
        connect();
        outboundSa().continueAfter(0xFFFF_FFFEL);
        left.fromDevice(Packets.any());
        assertEquals(1, left.wire.size());
        left.fromDevice(Packets.any());
        left.fromDevice(Packets.any());
        assertEquals(1, left.wire.size());
        assertEquals(2, left.drops(Drop.EXPIRED));
        assertEquals(List.of("expire c0000001 soft", "expire c0000001 hard"), left.events);
    }

    @Test
    void reportsEachLimitOnceAndStopsAtTheHardOne() throws KernelException {
        left.kernel.addSa(left.outbound(SPI, Side.GCM, Side.NO_INTEG)
                .lifetime(Lifetime.builder().rekeyPackets(3).lifePackets(5).build())
                .build());
        left.allOut(SPI);
        for (int i = 0; i < 8; i++) {
            left.fromDevice(Packets.any());
        }
        assertEquals(5, left.wire.size());
        assertEquals(3, left.drops(Drop.EXPIRED));
        assertEquals(List.of("expire c0000001 soft", "expire c0000001 hard"), left.events);
    }

    @Test
    void countsOctetsOfInnerPacketsAgainstLimits() throws KernelException {
        left.kernel.addSa(left.outbound(SPI, Side.GCM, Side.NO_INTEG).build());
        left.allOut(SPI);
        int inner = Packets.any().length;
        right.kernel.addSa(right.inbound(SPI, Side.GCM, Side.NO_INTEG)
                .lifetime(Lifetime.builder()
                        .rekeyOctets(2L * inner)
                        .lifeOctets(3L * inner)
                        .build())
                .build());
        for (int i = 0; i < 4; i++) {
            right.fromWire(send(Packets.any()));
        }
        assertEquals(3, right.delivered.size());
        assertEquals(List.of("expire c0000001 soft", "expire c0000001 hard"), right.events);
        assertEquals(1, right.drops(Drop.EXPIRED));
    }

    @Test
    void timeEndsAnSa() throws KernelException {
        left.kernel.addSa(left.outbound(SPI, Side.GCM, Side.NO_INTEG)
                .lifetime(Lifetime.builder()
                        .rekeyTime(Duration.ofMinutes(50))
                        .lifeTime(Duration.ofHours(1))
                        .build())
                .build());
        left.scheduler.advance(Duration.ofMinutes(50));
        assertEquals(List.of("expire c0000001 soft"), left.events);
        left.scheduler.advance(Duration.ofMinutes(10));
        assertEquals(List.of("expire c0000001 soft", "expire c0000001 hard"), left.events);
    }

    @Test
    void timersEndWithTheirSa() throws KernelException {
        left.kernel.addSa(left.outbound(SPI, Side.GCM, Side.NO_INTEG)
                .lifetime(Lifetime.builder().lifeTime(Duration.ofHours(1)).build())
                .build());
        left.kernel.deleteSa(outboundSa().id());
        assertEquals(0, left.scheduler.size());
    }

    @Test
    void saysWhatAnSaHasCarried() throws KernelException {
        connect();
        assertEquals(UsageStats.NONE, right.kernel.query(inboundSa().id()));
        right.fromWire(send(Packets.any()));
        right.fromWire(send(Packets.any()));
        right.time.advance(Duration.ofSeconds(12));
        int inner = Packets.any().length;
        assertEquals(
                new UsageStats(2L * inner, 2, 12),
                right.kernel.query(inboundSa().id()));
    }

    @Test
    void dropsWhatTheSelectorsOfTheSaDoNotCover() throws KernelException {
        left.kernel.addSa(left.outbound(SPI, Side.GCM, Side.NO_INTEG).build());
        left.allOut(SPI);
        right.kernel.addSa(right.inbound(SPI, Side.GCM, Side.NO_INTEG)
                .sourceSelectors(List.of(Side.prefix("10.1.0.0", 16)))
                .destinationSelectors(
                        List.of(Side.prefix("10.2.0.0", 16).with(17, 2000, 2000), Side.prefix("10.3.0.0", 16)))
                .build());
        right.fromWire(send(Packets.udp("10.1.0.1", "10.2.0.1", 1000, 2000, 10)));
        right.fromWire(send(Packets.udp("10.1.0.1", "10.3.0.1", 1000, 9, 10)));
        assertEquals(2, right.delivered.size());
        right.fromWire(send(Packets.udp("10.1.0.1", "10.2.0.1", 1000, 2001, 10)));
        right.fromWire(send(Packets.udp("10.9.0.1", "10.2.0.1", 1000, 2000, 10)));
        right.fromWire(send(Packets.udp("10.1.0.1", "10.4.0.1", 1000, 2000, 10)));
        right.fromWire(send(Packets.udp("2001:db8::1", "2001:db8::2", 1000, 2000, 10)));
        assertEquals(2, right.delivered.size());
        assertEquals(4, right.drops(Drop.SELECTOR));
    }

    @Test
    void aLaterFragmentFitsOnlySelectorsOfAllPorts() throws KernelException {
        left.kernel.addSa(left.outbound(SPI, Side.GCM, Side.NO_INTEG).build());
        left.allOut(SPI);
        right.kernel.addSa(right.inbound(SPI, Side.GCM, Side.NO_INTEG)
                .destinationSelectors(
                        List.of(Side.prefix("10.2.0.0", 16).with(17, 2000, 2000), Side.prefix("10.3.0.0", 16)))
                .build());
        byte[] fragment = Packets.any();
        Octets.put16(fragment, 6, 100);
        right.fromWire(send(fragment));
        assertEquals(1, right.drops(Drop.SELECTOR));
        fragment[17] = 3;
        right.fromWire(send(fragment));
        assertEquals(1, right.delivered.size());
    }

    @Test
    void anSaWithoutSelectorsAsksThePolicies() throws KernelException {
        left.kernel.addSa(left.outbound(SPI, Side.GCM, Side.NO_INTEG).build());
        left.allOut(SPI);
        right.kernel.addSa(right.inbound(SPI, Side.GCM, Side.NO_INTEG)
                .sourceSelectors(List.of())
                .destinationSelectors(List.of())
                .build());
        right.fromWire(send(Packets.any()));
        assertEquals(1, right.drops(Drop.SELECTOR));
        right.kernel.addPolicy(
                right.policy(KernelPolicy.Direction.IN, Side.prefix("10.1.0.0", 16), Side.prefix("10.2.0.0", 16))
                        .build());
        right.fromWire(send(Packets.any()));
        assertEquals(1, right.delivered.size());
    }

    @Test
    void nothingWithoutAPolicyIsSent() {
        left.fromDevice(Packets.any());
        assertTrue(left.wire.isEmpty());
        assertEquals(1, left.drops(Drop.NO_POLICY));
    }

    @Test
    void passAndDropPoliciesSendNothingEither() throws KernelException {
        for (KernelPolicy.Action action :
                new KernelPolicy.Action[] {KernelPolicy.Action.PASS, KernelPolicy.Action.DROP}) {
            left.kernel.addPolicy(left.policy(
                            KernelPolicy.Direction.OUT,
                            TrafficSelector.all(false),
                            Side.prefix(action == KernelPolicy.Action.PASS ? "10.2.0.0" : "10.3.0.0", 16))
                    .action(action)
                    .build());
        }
        left.fromDevice(Packets.udp("10.1.0.1", "10.3.0.1", 1, 2, 3));
        connect();
        left.fromDevice(Packets.any());
        assertTrue(left.wire.isEmpty());
        assertEquals(2, left.drops(Drop.NO_POLICY));
    }

    @Test
    void aTrapReportsAnAcquireNotForEachPacket() throws KernelException {
        left.kernel.addPolicy(
                left.policy(KernelPolicy.Direction.OUT, TrafficSelector.all(false), Side.prefix("10.2.0.0", 16))
                        .reqid(9)
                        .build());
        for (int i = 0; i < 10; i++) {
            left.fromDevice(Packets.any());
        }
        assertEquals(List.of("acquire 9 10.1.0.1/32[udp/1000] === 10.2.0.1/32[udp/2000]"), left.events);
        left.time.advance(Duration.ofSeconds(6));
        left.fromDevice(Packets.any());
        assertEquals(2, left.events.size());
        assertEquals(11, left.drops(Drop.NO_OUTBOUND_SA));
        assertTrue(left.wire.isEmpty());
    }

    @Test
    void reportsANewEndpointOfThePeerOnceAndFollowsWhenTold() throws KernelException {
        connect();
        Endpoint moved = new Endpoint(Side.address("192.0.2.77"), 1024);
        byte[] old = send(Packets.any());
        right.fromWire(moved, send(Packets.any()));
        right.fromWire(moved, send(Packets.any()));
        assertEquals(List.of("mapping c0000001 192.0.2.77[1024]"), right.events);
        right.fromWire(new Endpoint(Side.address("192.0.2.78"), 1), old);
        assertEquals(1, right.events.size(), "an older packet says nothing about where the peer is now");
        right.kernel.updateSa(inboundSa().id(), moved.address(), Side.RIGHT, moved.port(), 4500);
        right.fromWire(moved, send(Packets.any()));
        assertEquals(1, right.events.size());
    }

    @Test
    void reportsEspForAnSpiThatNoSaHas() throws KernelException {
        connect();
        byte[] esp = send(Packets.any());
        byte[] other = esp.clone();
        other[3] ^= 0x10;
        right.fromWire(esp);
        right.fromWire(other);
        right.fromWire(new byte[15]);
        assertEquals(List.of("unknown c0000011 192.0.2.1[4500] 192.0.2.2[4500]"), right.events);
        assertEquals(1, right.drops(Drop.NO_SA));
    }

    /** Without UDP the ends stand in the IPv4 header; where there is none nothing is reported. */
    @Test
    void reportsEspWithoutUdpForAnSpiThatNoSaHas() {
        byte[] packet = new byte[36];
        System.arraycopy(
                new byte[] {(byte) 192, 0, 2, 1, (byte) 192, 0, 2, 2, (byte) 0xC0, 0, 0, 9}, 0, packet, 12, 12);
        right.plane.plain(packet, 20, 16, 0, 12);
        right.plane.plain(packet, 20, 16, 0, -1);
        assertEquals(List.of("unknown c0000009 192.0.2.1[0] 192.0.2.2[0]"), right.events);
        assertEquals(2, right.drops(Drop.NO_SA));
    }

    @Test
    void enforcesTheSelectorsThatAnSaGotLast() throws KernelException {
        connect();
        right.kernel.updateSelectors(
                inboundSa().id(), List.of(Side.prefix("10.9.0.0", 16)), List.of(TrafficSelector.all(false)));
        right.fromWire(send(Packets.any()));
        assertEquals(1, right.drops(Drop.SELECTOR));
        right.kernel.updateSelectors(
                inboundSa().id(), List.of(Side.prefix("10.1.0.0", 16)), List.of(TrafficSelector.all(false)));
        right.fromWire(send(Packets.any()));
        assertEquals(1, right.delivered.size());
    }

    @Test
    void aForgedPacketDoesNotReportAnEndpoint() throws KernelException {
        connect();
        byte[] forged = send(Packets.any());
        forged[forged.length - 1] ^= 1;
        right.fromWire(new Endpoint(Side.address("192.0.2.77"), 1024), forged);
        assertTrue(right.events.isEmpty());
    }

    @Test
    void dropsDummiesBadPaddingAndForeignContent() throws KernelException {
        connect();
        right.fromWire(made(new byte[] {1, 2, 3, 4}, new byte[] {1, 2}, 59));
        assertEquals(1, right.drops(Drop.DUMMY));
        right.fromWire(made(Packets.any(), new byte[] {1, 3, 0, 0}, 4));
        assertEquals(1, right.drops(Drop.BAD_PADDING));
        right.fromWire(made(Packets.any(), new byte[] {}, 6));
        right.fromWire(made(Packets.any(), new byte[] {}, 41));
        right.fromWire(made(new byte[] {0x45, 0, 0, 20}, new byte[] {}, 4));
        assertEquals(3, right.drops(Drop.BAD_INNER));
        right.fromWire(made(Packets.any(), new byte[] {1, 2}, 4));
        assertEquals(1, right.delivered.size());
    }

    @Test
    void aPaddingLengthBeyondThePacketIsDropped() throws KernelException {
        connect();
        right.fromWire(sealed(new byte[] {0, 0, (byte) 200, 4}));
        assertEquals(1, right.drops(Drop.BAD_PADDING));
    }

    private long number = 100;

    private byte[] made(byte[] payload, byte[] padding, int next) {
        byte[] plain = Arrays.copyOf(payload, payload.length + padding.length + 2);
        System.arraycopy(padding, 0, plain, payload.length, padding.length);
        plain[plain.length - 2] = (byte) padding.length;
        plain[plain.length - 1] = (byte) next;
        return sealed(plain);
    }

    private byte[] sealed(byte[] plain) {
        EspTransform transform = outboundSa().transform;
        int data = EspTransform.HEADER + transform.ivOctets();
        byte[] packet = new byte[data + plain.length + transform.icvOctets()];
        Octets.put32(packet, 0, SPI);
        Octets.put32(packet, 4, (int) ++number);
        System.arraycopy(plain, 0, packet, data, plain.length);
        transform.writeIv(packet, EspTransform.HEADER, number);
        transform.seal(packet, 0, plain.length, number);
        return packet;
    }

    @Test
    void tfcPaddingHidesTheLengthAndIsTakenOff() throws KernelException {
        left.kernel.addSa(
                left.outbound(SPI, Side.GCM, Side.NO_INTEG).tfcPadding(1000).build());
        left.allOut(SPI);
        right.kernel.addSa(right.inbound(SPI, Side.GCM, Side.NO_INTEG).build());
        byte[] small = send(Packets.udp("10.1.0.1", "10.2.0.1", 1, 2, 1));
        byte[] large = send(Packets.udp("10.1.0.1", "10.2.0.1", 1, 2, 900));
        assertEquals(small.length, large.length);
        right.fromWire(small);
        assertArrayEquals(Packets.udp("10.1.0.1", "10.2.0.1", 1, 2, 1), right.delivered.remove());
    }

    @Test
    void anIvIsUniqueForCountersAndUnpredictableForCbc() throws KernelException {
        connect();
        assertEquals(1, Octets.u64(send(Packets.any()), 8));
        assertEquals(2, Octets.u64(send(Packets.any()), 8));
        Side cbc = Side.left();
        cbc.kernel.addSa(cbc.outbound(
                        SPI,
                        TransformId.encr(Transforms.ENCR_AES_CBC, 128),
                        TransformId.integ(Transforms.AUTH_HMAC_SHA2_256_128))
                .build());
        cbc.allOut(SPI);
        cbc.fromDevice(Packets.any());
        cbc.fromDevice(Packets.any());
        byte[] first = cbc.wire.remove();
        byte[] second = cbc.wire.remove();
        assertTrue(Octets.u64(first, 8) != Octets.u64(second, 8));
        assertTrue(Octets.u64(first, 16) != 1);
    }

    @Test
    void countsWhatTheSocketRefuses() throws KernelException {
        connect();
        left.socketWorks = false;
        left.fromDevice(Packets.any());
        assertEquals(1, left.drops(Drop.NOT_SENT));
    }

    @Test
    void espForAnotherSpiIsCounted() throws KernelException {
        connect();
        byte[] esp = send(Packets.any());
        Octets.put32(esp, 0, SPI + 1024);
        right.fromWire(esp);
        right.fromWire(new byte[15]);
        assertEquals(1, right.drops(Drop.NO_SA));
        assertEquals(1, right.drops(Drop.MALFORMED));
    }

    @Test
    void anSaOutlivesThePluginOfItsCiphers() throws KernelException {
        connect();
        right.fromWire(send(Packets.any()));
        outboundSa().transform = new GoneTransform();
        inboundSa().transform = new GoneTransform();
        left.fromDevice(Packets.any());
        assertEquals(1, left.drops(Drop.FAULT));
        byte[] lost = send(Packets.any());
        right.fromWire(lost);
        assertEquals(1, right.drops(Drop.FAULT));
        right.fromWire(send(Packets.any()));
        assertEquals(2, right.delivered.size());
    }

    /** What is left of a transform after its bundle was updated. */
    private static final class GoneTransform extends EspTransform {
        @Override
        int ivOctets() {
            throw new NoClassDefFoundError("gone");
        }

        @Override
        int icvOctets() {
            throw new NoClassDefFoundError("gone");
        }

        @Override
        int alignment() {
            throw new NoClassDefFoundError("gone");
        }

        @Override
        int blockOctets() {
            throw new NoClassDefFoundError("gone");
        }

        @Override
        void writeIv(byte[] packet, int at, long sequence) {
            throw new NoClassDefFoundError("gone");
        }

        @Override
        void seal(byte[] packet, int header, int length, long sequence) {
            throw new NoClassDefFoundError("gone");
        }

        @Override
        void open(byte[] packet, int header, int length, long sequence) {
            throw new NoClassDefFoundError("gone");
        }

        @Override
        public void close() {}
    }
}
