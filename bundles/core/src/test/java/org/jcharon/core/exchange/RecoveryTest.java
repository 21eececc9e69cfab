// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Packet;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Silent peers, closed SAs and what comes in their place: dpd_action, close_action, keyingtries. */
class RecoveryTest {

    private static ChildConfig.Builder net() {
        return TwoDaemons.child("10.1.0.0/16", "10.2.0.0/16");
    }

    /** Moon with a child and a connection that the test changed; sun as usual. */
    private static TwoDaemons with(PeerConfig.Builder connection, ChildConfig child, TwoDaemons two) {
        two.moon.connections.set(0, connection.children(List.of(child)).build());
        return two;
    }

    private static TwoDaemons dpd(ChildConfig.DpdAction action) {
        TwoDaemons two = TwoDaemons.withPsk();
        return with(
                        two.moonsConnection().dpdDelay(Duration.ofSeconds(1)).keyingTries(0),
                        net().dpdAction(action).build(),
                        two)
                .established();
    }

    @Test
    void aSilentPeerIsForgottenWithActionClear() {
        TwoDaemons two = dpd(ChildConfig.DpdAction.CLEAR);
        two.filter(packet -> null);
        two.pass(Duration.ofSeconds(170));
        assertEquals(List.of(), two.moon.leaks());
        two.filter(packet -> packet);
        two.pass(Duration.ofSeconds(600));
        assertEquals(List.of(), two.moon.leaks());
    }

    @Test
    void aSilentPeerIsAskedAgainWithActionRestartUntilItAnswers() {
        TwoDaemons two = dpd(ChildConfig.DpdAction.RESTART);
        long before = two.moon.sa().uniqueId();
        two.filter(packet -> null);
        two.pass(Duration.ofSeconds(170 + 3 * 170));
        assertEquals(1, two.moon.sas().size());
        assertEquals(0, two.moon.children().size());
        assertNotEquals(before, two.moon.sa().uniqueId());
        two.filter(packet -> packet);
        two.pass(Duration.ofSeconds(170));
        assertEquals(IkeSaState.ESTABLISHED, two.moon.sa().state());
        assertEquals(1, two.moon.children().size());
        assertEquals(1, two.sun.children().size(), "INITIAL_CONTACT closes what the peer still had");
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** Behind a liveness check that nobody answers waits what the user asked for. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatTheUserClosesMeanwhileIsNotStartedAgain(boolean whole) {
        TwoDaemons two = dpd(ChildConfig.DpdAction.RESTART);
        two.filter(packet -> null);
        two.pass(Duration.ofSeconds(5));
        two.moon.controller.terminate(
                whole ? new Controller.Selector("sun", 0, null, 0) : new Controller.Selector(null, 0, "net", 0),
                false,
                Duration.ZERO,
                null);
        two.pass(Duration.ofSeconds(200));
        assertEquals(List.of(), two.moon.leaks());
    }

    @Test
    void aSilentPeersTrafficIsTrappedWithActionTrap() {
        TwoDaemons two = dpd(ChildConfig.DpdAction.TRAP);
        two.filter(packet -> null);
        two.pass(Duration.ofSeconds(170));
        assertEquals(List.of(), two.moon.sas());
        assertEquals(1, two.moon.controller.listPolicies().count());
        two.filter(packet -> packet);
        two.moon.controller.acquire("sun", "net", TwoDaemons.prefix("10.1.0.1/32"), TwoDaemons.prefix("10.2.0.1/32"));
        two.run();
        assertEquals(1, two.moon.children().size());
    }

    @ParameterizedTest
    @EnumSource(
            value = ChildConfig.StartAction.class,
            names = {"NONE", "TRAP", "START"})
    void aChildThatThePeerClosesIsDealtWithAsConfigured(ChildConfig.StartAction action) {
        TwoDaemons two = TwoDaemons.withPsk();
        with(two.moonsConnection(), net().closeAction(action).build(), two).established();
        two.sun.controller.terminate(Controller.Selector.child("net"), false, Duration.ZERO, null);
        two.run();
        assertEquals(
                action == ChildConfig.StartAction.START ? 1 : 0,
                two.moon.children().size());
        assertEquals(
                action == ChildConfig.StartAction.TRAP ? 1 : 0,
                two.moon.controller.listPolicies().count());
        assertEquals(IkeSaState.ESTABLISHED, two.moon.sa().state());
    }

    @Test
    void anIkeSaThatThePeerClosesComesBackWithActionStart() {
        TwoDaemons two = TwoDaemons.withPsk();
        with(
                        two.moonsConnection(),
                        net().closeAction(ChildConfig.StartAction.START).build(),
                        two)
                .established();
        long before = two.moon.sa().uniqueId();
        two.sun.controller.terminate(Controller.Selector.ike("moon"), false, Duration.ZERO, null);
        two.run();
        assertNotEquals(before, two.moon.sa().uniqueId());
        assertEquals(1, two.moon.children().size());
        assertEquals(1, two.sun.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void ourOwnClosingBringsNothingBack() {
        TwoDaemons two = TwoDaemons.withPsk();
        with(
                        two.moonsConnection(),
                        net().closeAction(ChildConfig.StartAction.START)
                                .dpdAction(ChildConfig.DpdAction.RESTART)
                                .build(),
                        two)
                .established();
        assertEquals(List.of(), two.leaksAfterClosing());
        two.pass(Duration.ofSeconds(300));
        assertEquals(List.of(), two.leaks());
    }

    /** Sun has lost the CHILD_SA without a word, and gets ESP for it. */
    @Test
    void makesAChildAnewThatThePeerDoesNotKnow() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final int lost = two.moon.child().spiOut();
        two.sun.with(sa -> sa.children().remove(sa.children().all().get(0)));
        tellsInvalidSpi(two, lost);
        assertEquals(1, two.moon.children().size());
        assertEquals(1, two.sun.children().size());
        assertNotEquals(lost, two.moon.child().spiOut());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void takesNoNoticeOfAnSpiThatWeDoNotUse() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final long before = two.moon.child().uniqueId();
        tellsInvalidSpi(two, two.moon.child().spiOut() ^ 1);
        assertEquals(before, two.moon.child().uniqueId());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    private static void tellsInvalidSpi(TwoDaemons two, int spi) {
        two.alter(
                two.sun,
                ExchangeType.INFORMATIONAL,
                message -> message.response()
                        ? message
                        : message.toBuilder()
                                .add(new NotifyPayload(NotifyType.INVALID_SPI, ChildSa.spiOctets(spi)))
                                .build());
        two.sun.with(sa -> sa.tasks().queueDpd());
        two.run();
        two.onArrival(packet -> packet);
        two.run();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void givesUpAfterTheConfiguredTriesEachWithAnotherSpi(int tries) {
        TwoDaemons two = TwoDaemons.withPsk();
        with(two.moonsConnection().keyingTries(tries), net().build(), two);
        Set<Long> spis = new HashSet<>();
        two.filter(packet -> {
            spis.add(IkeHeader.of(packet.data()).spii());
            return null;
        });
        CompletableFuture<Outcome> result = two.moon.begin("sun", "net");
        two.pass(Duration.ofSeconds(165L * tries - 2));
        assertFalse(result.isDone());
        two.pass(Duration.ofSeconds(6));
        assertFalse(result.join().success());
        assertEquals(tries, spis.size());
        assertEquals(List.of(), two.moon.leaks());
    }

    @Test
    void anotherTrySucceedsForWhoeverWaitsSinceTheFirst() {
        TwoDaemons two = TwoDaemons.withPsk();
        with(two.moonsConnection().keyingTries(2), net().build(), two);
        two.filter(packet -> null);
        CompletableFuture<Outcome> result = two.moon.begin("sun", "net");
        final long first = two.moon.sa().uniqueId();
        two.pass(Duration.ofSeconds(150));
        two.filter(packet -> packet);
        two.pass(Duration.ofSeconds(30));
        assertTrue(result.join().success(), result.join().reason());
        assertEquals(first, two.moon.sa().uniqueId());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** The responder has keys and waits for IKE_AUTH when the initiator begins anew. */
    @Test
    void beginsAnewWhenIkeAuthIsNotAnswered() {
        TwoDaemons two = TwoDaemons.withPsk();
        with(two.moonsConnection().keyingTries(2), net().build(), two);
        boolean[] open = {false};
        two.filter(packet -> open[0] || isInit(packet) ? packet : null);
        CompletableFuture<Outcome> result = two.moon.begin("sun", "net");
        two.pass(Duration.ofSeconds(150));
        open[0] = true;
        two.pass(Duration.ofSeconds(40));
        assertTrue(result.join().success(), result.join().reason());
        two.pass(Duration.ofSeconds(40));
        assertEquals(1, two.sun.sas().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    private static boolean isInit(Packet packet) {
        return IkeHeader.of(packet.data()).exchangeType() == IkeHeader.IKE_SA_INIT;
    }

    /** A second child of a connection that is coming up goes into the same IKE_SA. */
    @Test
    void addsAChildToTheIkeSaThatIsComingUp() {
        TwoDaemons two = new TwoDaemons();
        two.moon.secret("one and the same", "moon", "sun");
        two.sun.secret("one and the same", "moon", "sun");
        two.moon.connections.add(two.moonsConnection()
                .children(List.of(
                        net().build(),
                        TwoDaemons.child("10.3.0.0/16", "10.4.0.0/16")
                                .name("other")
                                .build()))
                .build());
        two.sun.connections.add(two.sunsConnection()
                .children(List.of(
                        TwoDaemons.child("10.2.0.0/16", "10.1.0.0/16").build(),
                        TwoDaemons.child("10.4.0.0/16", "10.3.0.0/16")
                                .name("other")
                                .build()))
                .build());
        CompletableFuture<Outcome> net = two.moon.begin("sun", "net");
        CompletableFuture<Outcome> other = two.moon.begin("sun", "other");
        CompletableFuture<Outcome> ike = two.moon.begin("sun", null);
        two.run();
        assertTrue(net.join().success() && other.join().success() && ike.join().success());
        assertEquals(1, two.moon.sas().size());
        assertEquals(2, two.moon.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }
}
