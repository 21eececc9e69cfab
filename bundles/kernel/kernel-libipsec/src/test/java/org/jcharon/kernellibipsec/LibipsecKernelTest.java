// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.wire.Secret;
import org.junit.jupiter.api.Test;

class LibipsecKernelTest {

    private static final int OLD = 0x11111111;
    private static final int NEW = 0x22222222;
    private static final TrafficSelector LOCAL = Side.prefix("10.1.0.0", 16);
    private static final TrafficSelector REMOTE = Side.prefix("10.2.0.0", 16);

    private final Side side = Side.left();

    private KernelPolicy out(int spi) {
        return side.policy(KernelPolicy.Direction.OUT, LOCAL, REMOTE).spi(spi).build();
    }

    private KernelSa sa(int spi) {
        return side.outbound(spi, Side.GCM, Side.NO_INTEG).build();
    }

    private int spiOfNextPacket() {
        side.fromDevice(Packets.any());
        return Octets.i32(side.wire.removeLast(), 0);
    }

    @Test
    void reservedSpisAreInRangeAndUniqueAndCanBeGivenBack() throws KernelException {
        Set<Integer> spis = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            int spi = side.kernel.allocateSpi(Side.RIGHT, Side.LEFT, ProtocolId.ESP);
            assertEquals(0xC, spi >>> 28);
            assertTrue(spis.add(spi));
        }
        assertEquals(1000, side.kernel.saCount());
        for (int spi : spis) {
            side.kernel.deleteSa(new SaId(Side.LEFT, ProtocolId.ESP, spi));
        }
        assertEquals(0, side.kernel.saCount());
    }

    @Test
    void anSaReplacesItsReservation() throws KernelException {
        int spi = side.kernel.allocateSpi(Side.RIGHT, Side.LEFT, ProtocolId.ESP);
        side.kernel.addSa(
                side.inbound(spi, Side.GCM, Side.NO_INTEG).update(true).build());
        assertEquals(1, side.kernel.saCount());
        assertThrows(
                KernelException.class,
                () -> side.kernel.addSa(side.inbound(0xC1234567, Side.GCM, Side.NO_INTEG)
                        .update(true)
                        .build()));
        assertThrows(
                KernelException.class,
                () -> side.kernel.addSa(
                        side.inbound(spi, Side.GCM, Side.NO_INTEG).build()));
    }

    @Test
    void refusesWhatItCannotDo() {
        assertEquals(
                Set.of(KernelIpsec.Feature.ESN, KernelIpsec.Feature.UPDATE_SA, KernelIpsec.Feature.ACQUIRE),
                side.kernel.features());
        assertFalse(side.kernel.supports(TransformId.encr(Transforms.ENCR_3DES, 0)));
        assertFalse(side.kernel.supports(TransformId.prf(Transforms.PRF_HMAC_SHA1)));
        assertTrue(side.kernel.supports(Side.GCM));
        KernelSa.Builder good = side.outbound(OLD, Side.GCM, Side.NO_INTEG);
        TransformId cbc = TransformId.encr(Transforms.ENCR_AES_CBC, 128);
        for (KernelSa bad : List.of(
                sa(OLD).toBuilder().mode(ChildConfig.Mode.TRANSPORT).build(),
                sa(OLD).toBuilder().encapsulationDestinationPort(0).build(),
                sa(OLD).toBuilder().id(new SaId(Side.RIGHT, ProtocolId.AH, OLD)).build(),
                sa(OLD).toBuilder().encryption(TransformId.encr(999, 0)).build(),
                sa(OLD).toBuilder().encryptionKey(Secret.own(new byte[3])).build(),
                side.outbound(OLD, cbc, Side.NO_INTEG).build(),
                sa(OLD).toBuilder().replayWindow(1 << 21).build())) {
            assertThrows(KernelException.class, () -> side.kernel.addSa(bad), bad::toString);
        }
        assertEquals(0, side.kernel.saCount());
        assertFalse(good.build().encryptionKey().isClosed());
    }

    @Test
    void theCallersKeysStayTheCallers() throws KernelException {
        KernelSa sa = sa(OLD);
        side.kernel.addSa(sa);
        assertFalse(sa.encryptionKey().isClosed());
        sa.close();
        side.kernel.addPolicy(out(OLD));
        assertEquals(OLD, spiOfNextPacket());
    }

    @Test
    void keysAreWipedWithTheirSa() throws KernelException {
        side.kernel.addSa(sa(OLD));
        Sa installed = side.kernel.sas().iterator().next();
        side.kernel.deleteSa(installed.id());
        assertTrue(installed.definition().encryptionKey().isClosed());
        assertThrows(KernelException.class, () -> side.kernel.deleteSa(installed.id()));
        assertThrows(KernelException.class, () -> side.kernel.query(installed.id()));
    }

    @Test
    void trafficGoesToTheNewestSaAndFallsBack() throws KernelException {
        side.kernel.addSa(sa(OLD));
        side.kernel.addPolicy(out(OLD));
        assertEquals(OLD, spiOfNextPacket());
        side.kernel.addSa(sa(NEW));
        assertEquals(OLD, spiOfNextPacket(), "until the policy says so");
        side.kernel.addPolicy(out(NEW));
        assertEquals(NEW, spiOfNextPacket());
        assertEquals(1, side.kernel.policyCount());
        side.kernel.deleteSa(sa(NEW).id());
        assertEquals(OLD, spiOfNextPacket());
        side.kernel.deletePolicy(out(NEW));
        assertEquals(OLD, spiOfNextPacket());
        side.kernel.deletePolicy(out(OLD));
        side.fromDevice(Packets.any());
        assertEquals(1, side.drops(Drop.NO_POLICY));
    }

    @Test
    void theOldUserMayGoFirst() throws KernelException {
        side.kernel.addSa(sa(OLD));
        side.kernel.addPolicy(out(OLD));
        side.kernel.addSa(sa(NEW));
        side.kernel.addPolicy(out(NEW));
        side.kernel.deletePolicy(out(OLD));
        side.kernel.deleteSa(sa(OLD).id());
        assertEquals(NEW, spiOfNextPacket());
        assertEquals(1, side.kernel.policyCount());
    }

    @Test
    void aTrapStaysUnderThePoliciesOfItsSas() throws KernelException {
        side.kernel.addPolicy(out(0));
        side.fromDevice(Packets.any());
        assertEquals(1, side.events.size());
        side.kernel.addSa(sa(OLD));
        side.kernel.addPolicy(out(OLD));
        assertEquals(OLD, spiOfNextPacket());
        side.kernel.deletePolicy(out(OLD));
        side.kernel.deleteSa(sa(OLD).id());
        side.fromDevice(Packets.any());
        assertEquals(2, side.drops(Drop.NO_OUTBOUND_SA));
        assertEquals(1, side.kernel.policyCount());
    }

    @Test
    void theMostSpecificPolicyDecides() throws KernelException {
        side.kernel.addSa(sa(OLD));
        side.kernel.addSa(sa(NEW));
        side.allOut(OLD);
        side.kernel.addPolicy(side.policy(
                        KernelPolicy.Direction.OUT,
                        TrafficSelector.all(false),
                        TrafficSelector.ofAddress(Side.address("10.2.0.1")))
                .spi(NEW)
                .build());
        assertEquals(NEW, spiOfNextPacket());
        side.fromDevice(Packets.udp("10.1.0.1", "10.2.0.2", 1, 2, 3));
        assertEquals(OLD, Octets.i32(side.sent(), 0));
        side.kernel.addPolicy(
                side.policy(KernelPolicy.Direction.OUT, TrafficSelector.all(false), Side.prefix("10.2.0.0", 16))
                        .spi(OLD)
                        .priority(1)
                        .build());
        assertEquals(OLD, spiOfNextPacket(), "a fixed priority goes before computed ones");
    }

    @Test
    void anSaCanMove() throws KernelException {
        side.kernel.addSa(sa(OLD));
        side.kernel.addPolicy(out(OLD));
        InetAddress there = Side.address("198.51.100.9");
        side.kernel.updateSa(sa(OLD).id(), Side.LEFT, there, 4500, 61234);
        assertEquals(OLD, spiOfNextPacket());
        assertEquals("198.51.100.9[61234]", side.sentTo.getLast().toString());
        assertThrows(KernelException.class, () -> side.kernel.query(sa(OLD).id()));
        side.kernel.deleteSa(new SaId(there, ProtocolId.ESP, OLD));
    }

    @Test
    void thePolicyOfAnSaThatMovesGoesOverInOnePiece() throws KernelException {
        side.kernel.addSa(sa(OLD));
        KernelPolicy before = side.policy(KernelPolicy.Direction.OUT, LOCAL, TrafficSelector.all(false))
                .spi(OLD)
                .build();
        InetAddress there = Side.address("198.51.100.9");
        KernelPolicy after = before.toBuilder().tunnelDestination(there).build();
        side.kernel.addPolicy(before);
        side.kernel.addPolicy(after);
        side.kernel.deletePolicy(before);
        assertEquals(
                Set.of(there, Side.address("0.0.0.0")),
                side.net.routes().stream().map(KernelNet.Route::destination).collect(Collectors.toSet()));
        side.kernel.deletePolicy(after);
        assertEquals(List.of(), side.net.leaks());
    }

    @Test
    void routesComeAndGoWithTheFirstAndLastUser() throws KernelException {
        side.net.addresses(Side.LEFT, Side.address("10.1.0.5"));
        side.kernel.addPolicy(out(OLD));
        side.kernel.addPolicy(out(NEW));
        assertEquals(
                List.of(new KernelNet.Route(Side.address("10.2.0.0"), 16, null, Side.address("10.1.0.5"), "ipsec0")),
                side.net.routes());
        side.kernel.deletePolicy(out(OLD));
        assertEquals(1, side.net.routes().size());
        side.kernel.deletePolicy(out(NEW));
        assertEquals(List.of(), side.net.leaks());
    }

    /** What is dropped must not leave in clear by the system's routes; what passes must not end in the device. */
    @Test
    void whatIsDroppedIsLedIntoTheDeviceAndWhatPassesPastIt() throws KernelException {
        List<KernelPolicy> shunts = new ArrayList<>();
        for (KernelPolicy.Action action : List.of(KernelPolicy.Action.DROP, KernelPolicy.Action.PASS)) {
            shunts.add(side.policy(
                            KernelPolicy.Direction.OUT,
                            TrafficSelector.all(false),
                            Side.prefix(action == KernelPolicy.Action.DROP ? "10.3.0.0" : "10.2.7.0", 24))
                    .action(action)
                    .tunnelSource(Side.address("0.0.0.0"))
                    .tunnelDestination(Side.address("0.0.0.0"))
                    .build());
            side.kernel.addPolicy(shunts.get(shunts.size() - 1));
        }
        assertEquals(
                List.of(
                        new KernelNet.Route(Side.address("10.3.0.0"), 24, null, null, "ipsec0"),
                        KernelNet.Route.bypass(Side.address("10.2.7.0"), 24)),
                side.net.routes());
        for (KernelPolicy shunt : shunts) {
            side.kernel.deletePolicy(shunt);
        }
        assertEquals(List.of(), side.net.routes());
    }

    /** A shunt with the selectors of a tunnel is there for the time without it. */
    @Test
    void whatIsDroppedIsProtectedOnceThereIsAnSa() throws KernelException {
        KernelPolicy drop = out(0).toBuilder().action(KernelPolicy.Action.DROP).build();
        side.kernel.addPolicy(drop);
        side.fromDevice(Packets.any());
        assertEquals(1, side.drops(Drop.NO_POLICY));
        side.kernel.addSa(sa(OLD));
        side.kernel.addPolicy(out(OLD));
        side.fromDevice(Packets.any());
        assertEquals(1, side.wire.size());
        side.kernel.deletePolicy(out(OLD));
        side.fromDevice(Packets.any());
        assertEquals(2, side.drops(Drop.NO_POLICY));
    }

    @Test
    void aVirtualIpIsTheSourceOfTheRoute() throws KernelException {
        InetAddress virtual = Side.address("10.3.0.7");
        side.kernel.addPolicy(side.policy(KernelPolicy.Direction.OUT, TrafficSelector.ofAddress(virtual), REMOTE)
                .virtualIps(List.of(virtual))
                .build());
        assertEquals(virtual, side.net.routes().get(0).source());
    }

    @Test
    void theRouteToThePeerItselfIsKeptOutOfTheTunnel() throws KernelException {
        KernelPolicy all = side.policy(KernelPolicy.Direction.OUT, LOCAL, TrafficSelector.all(false))
                .build();
        side.kernel.addPolicy(all);
        assertEquals(
                List.of(
                        new KernelNet.Route(Side.RIGHT, 32, null, Side.LEFT, "eth0"),
                        new KernelNet.Route(Side.address("0.0.0.0"), 0, null, null, "ipsec0")),
                side.net.routes());
        side.kernel.deletePolicy(all);
        assertEquals(List.of(), side.net.leaks());
    }

    @Test
    void aPeerThatHasMovedIsKeptOutOfTheTunnelToo() throws KernelException {
        KernelPolicy before = side.policy(KernelPolicy.Direction.OUT, LOCAL, TrafficSelector.all(false))
                .build();
        InetAddress there = Side.address("198.51.100.9");
        KernelPolicy after =
                before.toBuilder().tunnelDestination(there).spi(NEW).build();
        side.kernel.addPolicy(before);
        side.kernel.addPolicy(after);
        side.kernel.deletePolicy(before);
        assertEquals(
                Set.of(there, Side.address("0.0.0.0")),
                side.net.routes().stream().map(KernelNet.Route::destination).collect(Collectors.toSet()));
        side.kernel.deletePolicy(after);
        assertEquals(List.of(), side.net.leaks());
    }

    /** Its packets would leave in clear, by a CHILD_SA that is said to protect them. */
    @Test
    void aPolicyForThePeerAloneIsRefused() {
        KernelPolicy policy = side.policy(KernelPolicy.Direction.OUT, LOCAL, TrafficSelector.ofAddress(Side.RIGHT))
                .build();
        KernelException refused = assertThrows(KernelException.class, () -> side.kernel.addPolicy(policy));
        assertTrue(refused.getMessage().contains("to the peer itself"), refused.getMessage());
        assertEquals(List.of(), side.net.routes());
        assertEquals(0, side.kernel.policyCount());
    }

    @Test
    void aShuntThatDropsEverythingIsRefused() {
        KernelPolicy all = side.policy(
                        KernelPolicy.Direction.OUT, TrafficSelector.all(false), TrafficSelector.all(false))
                .action(KernelPolicy.Action.DROP)
                .build();
        assertThrows(KernelException.class, () -> side.kernel.addPolicy(all));
        assertEquals(0, side.kernel.policyCount());
    }

    /** The setting is asked for with each policy, so that one that changed counts at once. */
    @Test
    void aPolicyForThePeerAloneGetsARouteOnceThatIsAllowed() throws KernelException {
        KernelPolicy policy = side.policy(KernelPolicy.Direction.OUT, LOCAL, TrafficSelector.ofAddress(Side.RIGHT))
                .build();
        side.allowPeerSelectors = true;
        side.kernel.addPolicy(policy);
        assertEquals(
                Set.of(Side.RIGHT),
                side.net.routes().stream().map(KernelNet.Route::destination).collect(Collectors.toSet()));
        side.kernel.deletePolicy(policy);
        assertEquals(List.of(), side.net.leaks());
    }

    @Test
    void aRangeIsSplitIntoPrefixes() {
        TrafficSelector range = new TrafficSelector(0, 0, 65535, Side.address("10.0.0.1"), Side.address("10.0.0.6"));
        assertEquals(
                List.of("10.0.0.1/32", "10.0.0.2/31", "10.0.0.4/31", "10.0.0.6/32"),
                Prefixes.of(range).stream()
                        .map(prefix -> prefix.address().getHostAddress() + "/" + prefix.length())
                        .toList());
        assertEquals(1, Prefixes.of(TrafficSelector.all(true)).size());
        TrafficSelector widest = new TrafficSelector(
                0, 0, 65535, Side.address("::1"), Side.address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"));
        assertEquals(254, Prefixes.of(widest).size());
    }

    @Test
    void nothingIsLeftAfterTheEnd() throws KernelException {
        side.kernel.addSa(sa(OLD));
        side.kernel.addPolicy(out(OLD));
        side.kernel.allocateSpi(Side.RIGHT, Side.LEFT, ProtocolId.ESP);
        side.kernel.clear();
        assertEquals(0, side.kernel.saCount());
        assertEquals(0, side.kernel.policyCount());
        assertEquals(List.of(), side.net.leaks());
    }
}
