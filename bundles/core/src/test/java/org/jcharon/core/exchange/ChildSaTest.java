// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.config.SelectorTemplate;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.core.message.DeletePayload;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.TsPayload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CHILD_SAs: narrowing (RFC 7296 section 2.9), failures that leave the IKE_SA up (1.2), further ones (1.3.1). */
class ChildSaTest {

    private static TwoDaemons with(ChildConfig moons, ChildConfig suns) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0, two.moonsConnection().children(List.of(moons)).build());
        two.sun.connections.set(0, two.sunsConnection().children(List.of(suns)).build());
        return two;
    }

    private static List<TrafficSelector> prefixes(String... texts) {
        return List.of(texts).stream().map(TwoDaemons::prefix).toList();
    }

    private static void staysUpWithoutChild(TwoDaemons two) {
        two.run();
        assertEquals(IkeSaState.ESTABLISHED, two.moon.sa().state());
        assertEquals(IkeSaState.ESTABLISHED, two.sun.sa().state());
        assertEquals(List.of(), two.moon.kernel.leaks());
        assertEquals(List.of(), two.sun.kernel.leaks());
        two.onArrival(packet -> packet);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    private static IkeMessage selectors(IkeMessage message, boolean initiator, String prefix) {
        return TwoDaemons.payloads(
                message,
                p -> p instanceof TsPayload ts && ts.initiator() == initiator
                        ? new TsPayload(initiator, prefixes(prefix))
                        : p);
    }

    @Test
    void narrowsToWhatBothSidesAllow() {
        TwoDaemons two = with(
                TwoDaemons.child("10.1.0.0/16", "10.2.0.0/15").build(),
                TwoDaemons.child("10.2.0.0/16", "10.0.0.0/8").build());
        two.established();
        assertEquals(prefixes("10.1.0.0/16"), two.moon.child().localSelectors());
        assertEquals(prefixes("10.2.0.0/16"), two.moon.child().remoteSelectors());
        assertEquals(two.moon.child().remoteSelectors(), two.sun.child().localSelectors());
        assertEquals(two.moon.child().localSelectors(), two.sun.child().remoteSelectors());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void keepsTheInitiatorsFirstSelectorsFirst() {
        ChildConfig moons = TwoDaemons.child("10.1.0.0/16", "10.2.0.0/16")
                .remoteSelectors(List.of(
                        TwoDaemons.selector("10.2.9.0/24"),
                        TwoDaemons.selector("10.2.1.0/24"),
                        TwoDaemons.selector("10.7.0.0/24")))
                .build();
        ChildConfig suns = TwoDaemons.child("10.2.0.0/16", "10.1.0.0/16")
                .localSelectors(List.of(TwoDaemons.selector("10.2.1.0/24"), TwoDaemons.selector("10.2.9.0/25")))
                .build();
        TwoDaemons two = with(moons, suns);
        two.established();
        assertEquals(prefixes("10.2.9.0/25", "10.2.1.0/24"), two.moon.child().remoteSelectors());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** RFC 7296 section 2.9: what the packet needs stands first, as small as it is, and the answer has it first too. */
    @Test
    void asksFirstForWhatThePacketNeeds() {
        TwoDaemons two = TwoDaemons.withPsk();
        TrafficSelector source = TwoDaemons.prefix("10.1.0.7/32").with(6, 40_000, 40_000);
        TrafficSelector destination = TwoDaemons.prefix("10.2.0.9/32").with(6, 443, 443);
        CompletableFuture<Outcome> result =
                two.moon.controller.acquire("sun", "net", source, destination).toCompletableFuture();
        two.run();
        assertTrue(result.join().success(), result.join().reason());
        IkeMessage request = two.moon.events.sent.get(1);
        assertEquals(
                List.of(source, TwoDaemons.prefix("10.1.0.0/16")),
                request.selectors(true).orElseThrow().selectors());
        assertEquals(
                List.of(destination, TwoDaemons.prefix("10.2.0.0/16")),
                request.selectors(false).orElseThrow().selectors());
        assertEquals(prefixes("10.2.0.0/16"), two.moon.child().remoteSelectors());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void answersTheSmallestPartThatThePacketNeeds() {
        TwoDaemons two = with(
                TwoDaemons.child("10.1.0.0/16", "10.2.0.0/16").build(),
                TwoDaemons.child("10.2.0.0/24", "10.1.0.0/24").build());
        TrafficSelector source = TwoDaemons.prefix("10.1.0.7/32");
        TrafficSelector destination = TwoDaemons.prefix("10.2.0.9/32");
        CompletableFuture<Outcome> result =
                two.moon.controller.acquire("sun", "net", source, destination).toCompletableFuture();
        two.run();
        assertTrue(result.join().success(), result.join().reason());
        assertTrue(two.moon.child().localSelectors().stream().anyMatch(source::isSubsetOf));
        assertTrue(two.sun.child().localSelectors().stream().anyMatch(destination::isSubsetOf));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void choosesTheChildThatFits() {
        ChildConfig other =
                TwoDaemons.child("10.5.0.0/16", "10.1.0.0/16").name("other").build();
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .children(List.of(
                                other,
                                TwoDaemons.child("10.2.0.0/16", "10.1.0.0/16").build()))
                        .build());
        two.established();
        assertEquals("net", two.sun.child().config().name());
    }

    @Test
    void resolvesDynamicToTheEndsOfTheIkeSa() {
        ChildConfig both = TwoDaemons.child("dynamic", "dynamic").build();
        TwoDaemons two = with(both, both);
        two.established();
        assertEquals(prefixes("192.0.2.1/32"), two.sun.child().remoteSelectors());
        assertEquals(prefixes("192.0.2.2/32"), two.moon.child().remoteSelectors());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesAnAnswerThatIsNoSubsetAndHasThePeerDeleteIt(boolean initiators) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.alter(two.sun, ExchangeType.IKE_AUTH, m -> selectors(m, initiators, "10.0.0.0/8"));
        Outcome outcome = two.up();
        assertFalse(outcome.success());
        assertTrue(outcome.reason().contains("no subset"), outcome.reason());
        IkeMessage delete = two.moon.events.sent.get(2);
        assertEquals(1, delete.all(DeletePayload.class).size());
        assertTrue(two.sun.events.lines.contains("child down net"));
        staysUpWithoutChild(two);
    }

    @Test
    void answersTsUnacceptableAndKeepsTheIkeSa() {
        TwoDaemons two = with(
                TwoDaemons.child("10.1.0.0/16", "10.9.0.0/16").build(),
                TwoDaemons.child("10.2.0.0/16", "10.1.0.0/16").build());
        Outcome outcome = two.up();
        assertFalse(outcome.success());
        assertTrue(outcome.reason().contains("TS_UNACCEPTABLE"), outcome.reason());
        assertTrue(two.sun.events.sent.get(1).notify(NotifyType.TS_UNACCEPTABLE).isPresent());
        staysUpWithoutChild(two);
    }

    @Test
    void answersNoProposalChosenAndKeepsTheIkeSa() {
        TwoDaemons two = with(
                TwoDaemons.child("10.1.0.0/16", "10.2.0.0/16")
                        .proposals(List.of(TwoDaemons.proposal(ProtocolId.ESP, "aes256-sha256")))
                        .build(),
                TwoDaemons.child("10.2.0.0/16", "10.1.0.0/16").build());
        Outcome outcome = two.up();
        assertTrue(outcome.reason().contains("NO_PROPOSAL_CHOSEN"), outcome.reason());
        staysUpWithoutChild(two);
    }

    @ParameterizedTest
    @ValueSource(strings = {"allocateSpi", "addSa", "addPolicy"})
    void keepsTheIkeSaWhenTheRespondersKernelRefuses(String method) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.kernel.fail(method);
        assertFalse(two.up().success());
        two.sun.kernel.restore();
        staysUpWithoutChild(two);
    }

    @ParameterizedTest
    @CsvSource({
        "allocateSpi,no SPI for child net",
        "addSa,unable to install inbound and outbound IPsec SA (SAD) in kernel",
        "addPolicy,unable to install IPsec policies (SPD) in kernel"
    })
    void keepsTheIkeSaWhenTheInitiatorsKernelRefuses(String method, String reason) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.kernel.fail(method);
        Outcome outcome = two.up();
        assertFalse(outcome.success());
        assertTrue(outcome.reason().contains(reason), outcome.reason());
        two.moon.kernel.restore();
        staysUpWithoutChild(two);
    }

    private static TwoDaemons withASecondChild(String moons, String suns) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .children(List.of(
                                TwoDaemons.child("10.1.0.0/16", "10.2.0.0/16").build(),
                                TwoDaemons.child("10.11.0.0/16", "10.12.0.0/16")
                                        .name("more")
                                        .proposals(List.of(TwoDaemons.proposal(ProtocolId.ESP, moons)))
                                        .build()))
                        .build());
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .children(List.of(
                                TwoDaemons.child("10.2.0.0/16", "10.1.0.0/16").build(),
                                TwoDaemons.child("10.12.0.0/16", "10.11.0.0/16")
                                        .name("more")
                                        .proposals(List.of(TwoDaemons.proposal(ProtocolId.ESP, suns)))
                                        .build()))
                        .build());
        return two.established();
    }

    @Test
    void makesAFurtherChildWithTheGroupThatThePeerWants() {
        TwoDaemons two = withASecondChild("aes128gcm16-x25519-ecp256", "aes128gcm16-ecp256");
        CompletableFuture<Outcome> more = two.moon.begin("sun", "more");
        two.run();
        assertTrue(more.join().success(), more.join().reason());
        assertEquals(1, two.moon.sas().size());
        assertEquals(2, two.sun.children().size());
        assertTrue(
                two.sun.events.sent.get(2).notify(NotifyType.INVALID_KE_PAYLOAD).isPresent());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void makesAFurtherChildWithoutKeyExchange() {
        TwoDaemons two = withASecondChild("aes256-sha512", "aes256-sha512");
        CompletableFuture<Outcome> more = two.moon.begin("sun", "more");
        two.run();
        assertTrue(more.join().success(), more.join().reason());
        assertTrue(two.moon
                        .kernel
                        .sas()
                        .get(2)
                        .encryptionKey()
                        .matches(two.sun.kernel.sas().get(3).encryptionKey())
                || two.moon
                        .kernel
                        .sas()
                        .get(2)
                        .encryptionKey()
                        .matches(two.sun.kernel.sas().get(2).encryptionKey()));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void refusesAFurtherChildAndKeepsTheRest() {
        TwoDaemons two = withASecondChild("aes128gcm16-x25519", "aes256gcm16-x25519");
        CompletableFuture<Outcome> more = two.moon.begin("sun", "more");
        two.run();
        assertFalse(more.join().success());
        assertEquals(1, two.moon.children().size());
        assertEquals(1, two.sun.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void assignsAVirtualIpAndNarrowsDynamicToIt() {
        TwoDaemons two = with(
                TwoDaemons.child("dynamic", "10.2.0.0/16").build(),
                TwoDaemons.child("10.2.0.0/16", "dynamic").build());
        virtualIp(two);
        two.established();
        assertEquals(prefixes("10.3.0.1/32"), two.moon.child().localSelectors());
        assertEquals(prefixes("10.3.0.1/32"), two.sun.child().remoteSelectors());
        assertEquals(1, two.moon.kernelNet.virtualIps().size());
        // the request asks for the whole range
        assertEquals(
                List.of(TrafficSelector.all(false)),
                two.moon.events.sent.get(1).selectors(true).orElseThrow().selectors());
        two.moon.with(sa -> sa.tasks().queueIkeRekey());
        two.run();
        assertEquals(1, two.moon.sa().localVirtualIps().size());
        assertEquals(1, two.sun.pools.leases.size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** RFC 7296 section 2.9: the first selectors are those of the packet. */
    @Test
    void choosesTheChildThatHasTheFirstSelectors() {
        TwoDaemons two = TwoDaemons.withPsk();
        ChildConfig small =
                TwoDaemons.child("10.2.7.0/24", "10.1.7.0/24").name("small").build();
        ChildConfig big = TwoDaemons.child("10.2.0.0/16", "10.1.0.0/16").build();
        two.sun.connections.set(
                0, two.sunsConnection().children(List.of(small, big)).build());
        two.established();
        assertEquals("net", two.sun.child().config().name());
        assertEquals(prefixes("10.1.0.0/16"), two.moon.child().localSelectors());
    }

    /** RFC 7296 section 3.15.4: neither side has a CHILD_SA then. */
    @Test
    void makesNoChildForAPeerThatGetsNoAddress() {
        TwoDaemons two = with(
                TwoDaemons.child("dynamic", "10.2.0.0/16").build(),
                TwoDaemons.child("10.2.0.0/16", "10.1.0.0/16").build());
        virtualIp(two);
        two.sun.connections.set(
                0, two.sun.connections.get(0).toBuilder().pools(List.of()).build());
        two.up();
        staysUpWithoutChild(two);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** "dynamic" goes out as the whole range; a peer that has more than our address in its answer gets no more of ours by it. */
    @Test
    void takesNoMoreOfAnAnswerThanItsConfigurationHas() {
        TwoDaemons two = with(
                TwoDaemons.child("10.1.0.1/32", "10.2.0.0/16")
                        .localSelectors(List.of(TwoDaemons.selector("10.1.0.1/32"), TwoDaemons.selector("dynamic")))
                        .build(),
                TwoDaemons.child("10.2.0.0/16", "10.1.0.0/16")
                        .remoteSelectors(List.of(
                                TwoDaemons.selector("10.1.0.0/16"),
                                TwoDaemons.selector("192.168.0.0/16"),
                                TwoDaemons.selector("dynamic")))
                        .build());
        virtualIp(two);
        two.established();
        assertEquals(
                Set.copyOf(prefixes("10.1.0.1/32", "10.3.0.1/32")),
                Set.copyOf(two.moon.child().localSelectors()));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** A new IKE_SA beside the old one asks for the address that the peer has, and gets it; it goes back with the last of them. */
    @Test
    void keepsTheVirtualIpOfAPeerThatAuthenticatesAnew() {
        TwoDaemons two = with(
                TwoDaemons.child("dynamic", "10.2.0.0/16").build(),
                TwoDaemons.child("10.2.0.0/16", "dynamic").build());
        virtualIp(two);
        two.sun.connections.set(
                0,
                two.sun.connections.get(0).toBuilder()
                        .unique(PeerConfig.Unique.NEVER)
                        .build());
        // as strongSwan does for an IKE_SA that takes another's place
        two.moon.connections.set(
                0,
                two.moon.connections.get(0).toBuilder()
                        .virtualIps(List.of(org.jcharon.api.config.Addresses.literal("10.3.0.1")
                                .orElseThrow()))
                        .build());
        two.established();
        List<InetAddress> before = List.copyOf(two.sun.pools.leases);
        two.moon.with(sa -> sa.recovery().reauthenticate());
        two.run();
        two.pass(java.time.Duration.ofSeconds(5));
        assertEquals(1, two.sun.sas().size());
        assertEquals(before, two.sun.pools.leases);
        assertEquals(prefixes("10.3.0.1/32"), two.moon.child().localSelectors());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    private static void virtualIp(TwoDaemons two) {
        two.moon.connections.set(
                0,
                two.moon.connections.get(0).toBuilder()
                        .virtualIps(List.of(org.jcharon.api.config.Addresses.literal("0.0.0.0")
                                .orElseThrow()))
                        .build());
        two.sun.connections.set(
                0, two.sun.connections.get(0).toBuilder().pools(List.of("pool")).build());
    }

    @Test
    void givesTheLeaseBackWhenItComesTooLate() {
        TwoDaemons two = with(
                TwoDaemons.child("dynamic", "10.2.0.0/16").build(),
                TwoDaemons.child("10.2.0.0/16", "dynamic").build());
        virtualIp(two);
        two.sun.pools.hold();
        two.moon.begin("sun", "net");
        two.pass(java.time.Duration.ofSeconds(60));
        two.sun.pools.release();
        two.pass(java.time.Duration.ofSeconds(200));
        assertEquals(List.of(), two.leaks());
    }

    @Test
    void splitsLongMessagesBothWays() {
        TwoDaemons two = TwoDaemons.withPsk();
        List<SelectorTemplate> many = new java.util.ArrayList<>();
        for (int i = 0; i < 200; i++) {
            many.add(TwoDaemons.selector("10.2." + i + ".8/29"));
        }
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .children(List.of(TwoDaemons.child("10.1.0.0/16", "10.2.0.0/16")
                                .remoteSelectors(many)
                                .build()))
                        .build());
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .children(List.of(TwoDaemons.child("10.2.0.0/16", "10.1.0.0/16")
                                .localSelectors(many)
                                .build()))
                        .build());
        two.established();
        assertEquals(200, two.moon.child().remoteSelectors().size());
        assertTrue(two.trace.size() > 6, two.trace.size() + " packets");
        assertTrue(two.trace.stream().allMatch(packet -> packet.data().length() <= 1280 - 28));
        // a repeat of the first fragment gets all fragments of the answer, octet by octet
        int before = two.trace.size();
        two.sun.receive(two.trace.get(2));
        int answers = two.trace.size() - before;
        assertTrue(answers > 1, answers + " answers");
        for (int i = 0; i < answers; i++) {
            assertEquals(
                    two.trace.get(before - answers + i).data(),
                    two.trace.get(before + i).data());
        }
        two.run();
        assertEquals(List.of(), two.leaksAfterClosing());
    }
}
