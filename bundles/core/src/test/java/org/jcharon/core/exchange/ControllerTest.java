// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.sa.IkeSaState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What controllers ask for. */
class ControllerTest {

    @Test
    void addsAChildToTheIkeSaThatIsUp() {
        TwoDaemons two = TwoDaemons.withPsk();
        CompletableFuture<Outcome> ike = two.moon.begin("sun", null);
        two.run();
        assertTrue(ike.join().success(), ike.join().reason());
        assertEquals(0, two.moon.children().size());
        assertTrue(two.up().success());
        assertEquals(1, two.moon.sas().size());
        assertEquals(1, two.moon.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** Who asks for the next child as soon as the first is up must get it in the same IKE_SA. */
    @ParameterizedTest
    @ValueSource(strings = {"", "net"})
    void answersOnlyWhenOthersSeeTheIkeSa(String child) {
        TwoDaemons two = TwoDaemons.withPsk();
        List<IkeSaInfo> seen = new ArrayList<>();
        two.moon
                .begin("sun", child.isEmpty() ? null : child)
                .thenRun(() -> two.moon.controller.listSas().forEach(seen::add));
        two.run();
        assertEquals(1, seen.size());
        assertEquals(IkeSaState.ESTABLISHED, seen.get(0).state());
        assertEquals(child.isEmpty() ? 0 : 1, seen.get(0).children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void hasWhoAsksAgainWaitForTheSame() {
        TwoDaemons two = TwoDaemons.withPsk();
        CompletableFuture<Outcome> first = two.moon.begin("sun", "net");
        CompletableFuture<Outcome> second = two.moon.begin("sun", "net");
        assertEquals(1, two.moon.sas().size());
        two.run();
        assertSame(first.join(), second.join());
        assertEquals(1, two.moon.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    private static final LogListener NO_LOG = new LogListener() {
        @Override
        public int level(String group) {
            return 1;
        }

        @Override
        public void log(LogRecord record) {}
    };

    private static CompletableFuture<Outcome> initiate(TwoDaemons two, Duration timeout) {
        return two.moon.controller.initiate("sun", "net", timeout, NO_LOG).toCompletableFuture();
    }

    @Test
    void endsTheStreamOfACallerThatLeavesAndGoesOn() {
        TwoDaemons two = TwoDaemons.withPsk();
        CompletableFuture<Outcome> leaving = initiate(two, Duration.ofSeconds(30));
        CompletableFuture<Outcome> staying = initiate(two, Duration.ofSeconds(30));
        assertEquals(2, two.moon.openStreams);
        leaving.cancel(false);
        assertEquals(1, two.moon.openStreams);
        two.run();
        assertTrue(staying.join().success());
        assertEquals(0, two.moon.openStreams);
        assertEquals(1, two.moon.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void endsTheStreamAtTheTimeLimit() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.filter(packet -> null);
        CompletableFuture<Outcome> late = initiate(two, Duration.ofSeconds(3));
        assertEquals(1, two.moon.openStreams);
        two.pass(Duration.ofSeconds(3));
        assertEquals(Outcome.Kind.TIMEOUT, late.join().kind());
        assertEquals(0, two.moon.openStreams);
    }

    @Test
    void findsTheConnectionByItsChild() {
        TwoDaemons two = TwoDaemons.withPsk();
        CompletableFuture<Outcome> result = two.moon.begin(null, "net");
        two.run();
        assertTrue(result.join().success());
    }

    @Test
    void namesWhatIsNotConfigured() {
        TwoDaemons two = TwoDaemons.withPsk();
        assertTrue(two.moon.begin("mars", null).join().reason().contains("'mars'"));
        assertTrue(two.moon.begin("sun", "mars").join().reason().contains("'mars'"));
    }

    @Test
    void failsAtOnceWhenNoIkeSaMayBegin() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.manager.shutdown(Duration.ofSeconds(5));
        for (int i = 0; i < 2; i++) {
            CompletableFuture<Outcome> result = two.moon.begin("sun", "net");
            assertTrue(result.isDone());
            assertFalse(result.join().success());
        }
    }

    @Test
    void saysThatItTakesTooLongAndGoesOn() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.filter(packet -> null);
        CompletableFuture<Outcome> result = two.moon
                .controller
                .initiate("sun", "net", Duration.ofSeconds(3), null)
                .toCompletableFuture();
        two.pass(Duration.ofSeconds(3));
        assertFalse(result.join().success());
        two.filter(packet -> packet);
        two.pass(Duration.ofSeconds(2));
        assertEquals(1, two.moon.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void rekeysWhatTheSelectorFits() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        CompletableFuture<Outcome> child = two.moon
                .controller
                .rekey(Controller.Selector.child("net"), Duration.ofSeconds(5))
                .toCompletableFuture();
        two.run();
        assertTrue(child.join().success(), child.join().reason());
        CompletableFuture<Outcome> ike = two.moon
                .controller
                .rekey(Controller.Selector.ike("sun"), Duration.ofSeconds(5))
                .toCompletableFuture();
        two.run();
        assertTrue(ike.join().success(), ike.join().reason());
        CompletableFuture<Outcome> none = two.moon
                .controller
                .rekey(Controller.Selector.ike("mars"), Duration.ofSeconds(5))
                .toCompletableFuture();
        assertEquals("no matching SAs found", none.join().reason());
        two.pass(Duration.ofSeconds(6));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void completesTheClosingOfAChildThatMovedToAnotherIkeSa() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.moon.with(sa -> sa.tasks().queueDpd());
        CompletableFuture<Outcome> result = two.moon
                .controller
                .terminate(Controller.Selector.child("net"), false, Duration.ZERO, null)
                .toCompletableFuture();
        two.processor.runAll();
        two.sun.with(sa -> sa.tasks().queueIkeRekey());
        two.moon.receive(two.link.underway().get(1));
        two.run();
        assertTrue(result.isDone());
        assertEquals(0, two.moon.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void countsWhatACommandConcernedAndListsByName() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        assertEquals(
                1, two.moon.controller.listSas(Controller.Selector.ike("sun")).count());
        assertEquals(
                1, two.moon.controller.listSas(Controller.Selector.child("net")).count());
        assertEquals(
                0, two.moon.controller.listSas(Controller.Selector.ike("mars")).count());
        assertEquals(
                0,
                two.moon.controller.listSas(Controller.Selector.child("mars")).count());
        CompletableFuture<Outcome> result = two.moon
                .controller
                .terminate(Controller.Selector.ike("sun"), false, Duration.ZERO, null)
                .toCompletableFuture();
        two.run();
        assertEquals(1, result.join().matches());
        assertEquals(1, result.join().completed());
        assertEquals(
                0, two.moon.controller.listSas(Controller.Selector.ike("sun")).count());
        assertEquals(
                Outcome.Kind.NOT_FOUND,
                two.moon
                        .controller
                        .terminate(Controller.Selector.ike("sun"), false, Duration.ZERO, null)
                        .toCompletableFuture()
                        .join()
                        .kind());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void findsARekeyedIkeSaByTheNameOfItsConnection() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        long before = two.moon
                .controller
                .listSas(Controller.Selector.ike("sun"))
                .findFirst()
                .orElseThrow()
                .uniqueId();
        two.moon.controller.rekey(Controller.Selector.ike("sun"), Duration.ofSeconds(5));
        two.run();
        List<Long> after = two.moon
                .controller
                .listSas(Controller.Selector.ike("sun"))
                .map(sa -> sa.uniqueId())
                .toList();
        assertEquals(1, after.size());
        assertTrue(after.get(0) != before, "still " + before);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void installsAndUninstallsTrapsByName() {
        TwoDaemons two = TwoDaemons.withPsk();
        assertTrue(two.moon
                .controller
                .install(null, "net")
                .toCompletableFuture()
                .join()
                .success());
        assertEquals(
                List.of("sun/net"),
                two.moon
                        .controller
                        .listPolicies()
                        .map(policy -> policy.connection() + "/" + policy.child())
                        .toList());
        assertEquals(
                Outcome.Kind.NOT_FOUND,
                two.moon
                        .controller
                        .install(null, "mars")
                        .toCompletableFuture()
                        .join()
                        .kind());
        assertTrue(two.moon
                .controller
                .uninstall("sun", "net")
                .toCompletableFuture()
                .join()
                .success());
        assertEquals(
                Outcome.Kind.NOT_FOUND,
                two.moon
                        .controller
                        .uninstall("sun", "net")
                        .toCompletableFuture()
                        .join()
                        .kind());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @EnumSource(names = {"PASS", "DROP"})
    void installsShuntsButBringsNoneUp(ChildConfig.Mode mode) {
        TwoDaemons two = TwoDaemons.withPsk();
        ChildConfig shunt = TwoDaemons.child("10.1.0.0/16", "192.168.0.0/16")
                .name("shunt")
                .mode(mode)
                .build();
        two.moon.connections.set(
                0, two.moonsConnection().children(List.of(shunt)).build());
        Outcome installed =
                two.moon.controller.install(null, "shunt").toCompletableFuture().join();
        assertTrue(installed.success(), installed.reason());
        assertEquals(
                List.of(KernelPolicy.Direction.OUT, KernelPolicy.Direction.IN, KernelPolicy.Direction.FORWARD),
                two.moon.kernel.policies().stream().map(KernelPolicy::direction).toList());
        for (KernelPolicy policy : two.moon.kernel.policies()) {
            assertEquals(mode.name(), policy.action().name());
            assertTrue(policy.tunnelDestination().isAnyLocalAddress());
        }
        Outcome up = two.moon.begin("sun", "shunt").join();
        assertFalse(up.success());
        assertTrue(up.reason().contains("is a shunt"), up.reason());
        assertEquals(List.of(), two.trace, "nothing is sent");
        assertTrue(two.moon
                .controller
                .uninstall("sun", "shunt")
                .toCompletableFuture()
                .join()
                .success());
        assertEquals(List.of(), two.leaksAfterClosing());
    }
}
