// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.control.RedirectProvider;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.Packet;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Redirection of clients (RFC 5685) at each of its three points. Sun, the gateway, is also at a second address. */
class RedirectTest {

    private static final InetAddress SECOND = Addresses.literal("192.0.2.7").orElseThrow();

    /** Redirects who comes to sun's first address, in one of the initial exchanges. */
    private record FromFirst(boolean init, String gateway) implements RedirectProvider {

        @Override
        public Optional<Identification> onInit(IkeSaInfo ike) {
            return init ? elsewhere(ike) : Optional.empty();
        }

        @Override
        public Optional<Identification> onAuth(IkeSaInfo ike) {
            return init ? Optional.empty() : elsewhere(ike);
        }

        private Optional<Identification> elsewhere(IkeSaInfo ike) {
            return ike.local().address().equals(SECOND) ? Optional.empty() : Optional.of(Identification.parse(gateway));
        }
    }

    private static TwoDaemons twoGateways() {
        return twoGateways(TwoDaemons.DEFAULTS);
    }

    private static TwoDaemons twoGateways(IkeSettings settings) {
        TwoDaemons two = TwoDaemons.withPsk(settings);
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .ike(TwoDaemons.ike(two.sun, two.moon)
                                .localAddresses(List.of("192.0.2.2", "192.0.2.7"))
                                .build())
                        .build());
        two.link.attach(SECOND, two.sun::receive);
        return two;
    }

    private static boolean isAt(TwoDaemons two, InetAddress gateway) {
        return two.moon.sa().remote().address().equals(gateway);
    }

    private static boolean sent(Host host, NotifyType type) {
        return host.events.sent.stream()
                .anyMatch(message -> message.notify(type).isPresent());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sendsAClientElsewhereInTheInitialExchanges(boolean init) {
        TwoDaemons two = twoGateways();
        two.sun.redirects.add(new FromFirst(init, "192.0.2.7"), Map.of());
        CompletableFuture<Outcome> result = two.moon.begin("sun", "net");
        two.run();
        assertTrue(result.isDone() && result.join().success());
        assertTrue(isAt(two, SECOND));
        assertTrue(sent(two.moon, NotifyType.REDIRECT_SUPPORTED));
        assertTrue(sent(two.moon, NotifyType.REDIRECTED_FROM));
        assertEquals(1, two.moon.children().size());
        two.pass(Duration.ofSeconds(40));
        assertEquals(1, two.sun.sas().size());
        assertFalse(two.sun.events.lines.contains("ike down moon"), "who was redirected was never up");
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void sendsAClientElsewhereThatIsUp() {
        TwoDaemons two = twoGateways().established();
        CompletableFuture<Outcome> result = redirect(two.sun, "192.0.2.7");
        two.run();
        assertTrue(result.isDone() && result.join().success(), "redirect");
        assertTrue(isAt(two, SECOND));
        assertEquals(1, two.moon.children().size());
        assertEquals(1, two.sun.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    private static Outcome ended(CompletableFuture<Outcome> result) {
        assertTrue(result.isDone(), "pending");
        return result.join();
    }

    private static CompletableFuture<Outcome> redirect(Host gateway, String to) {
        return gateway.controller
                .redirect(
                        new Controller.RedirectSelector("moon", 0, "192.0.2.0/24", Identification.parse("moon")),
                        Identification.parse(to))
                .toCompletableFuture();
    }

    @Test
    void aClientStaysUpIfTheOtherGatewayFailsIt() {
        TwoDaemons two = twoGateways().established();
        redirect(two.sun, "192.0.2.99");
        two.pass(Duration.ofSeconds(30));
        assertTrue(two.moon.sas().stream()
                .anyMatch(sa -> sa.remote().address().equals(two.sun.address)
                        && !sa.children().all().isEmpty()));
    }

    /** A gateway closes what does not go. */
    @Test
    void aClientThatStaysIsClosedInTheEnd() {
        TwoDaemons two = twoGateways().established();
        redirect(two.sun, "192.0.2.99");
        two.pass(Duration.ofSeconds(65));
        assertEquals(List.of(), two.sun.sas());
    }

    @Test
    void clientsOnlyAreRedirected() {
        TwoDaemons two = twoGateways().established();
        CompletableFuture<Outcome> result = two.moon
                .controller
                .redirect(new Controller.RedirectSelector("sun", 0, null, null), Identification.parse("192.0.2.7"))
                .toCompletableFuture();
        two.run();
        assertFalse(ended(result).success());
        assertEquals(1, two.moon.sas().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"CN=a name", "a b.example", "not_a_host\u0000"})
    void whatNamesNoHostIsRefused(String gateway) {
        TwoDaemons two = twoGateways().established();
        assertFalse(ended(redirect(two.sun, gateway)).success());
    }

    @Test
    void whoDoesNotFollowAnnouncesNothing() {
        TwoDaemons two = twoGateways(TwoDaemons.settings("charon.follow_redirects=no"));
        two.sun.redirects.add(new FromFirst(true, "192.0.2.7"), Map.of());
        assertTrue(two.up().success());
        assertFalse(sent(two.moon, NotifyType.REDIRECT_SUPPORTED));
        assertTrue(isAt(two, two.sun.address));
        CompletableFuture<Outcome> result = redirect(two.sun, "192.0.2.7");
        two.run();
        assertFalse(ended(result).success());
    }

    /** Two gateways that send a client to and fro. */
    @Test
    void endsALoop() {
        TwoDaemons two = twoGateways();
        two.sun.redirects.add(
                new RedirectProvider() {
                    @Override
                    public Optional<Identification> onInit(IkeSaInfo ike) {
                        return Optional.of(Identification.ofAddress(
                                ike.local().address().equals(SECOND) ? two.sun.address : SECOND));
                    }
                },
                Map.of());
        CompletableFuture<Outcome> result = two.moon.begin("sun", "net");
        two.pass(Duration.ofSeconds(10));
        assertTrue(result.isDone() && !result.join().success());
        assertTrue(result.join().reason().contains("5 redirects"), result.join().reason());
        assertEquals(List.of(), two.moon.leaks());
    }

    /** Anybody can send an unprotected REDIRECT, but only who saw the request knows its nonce. */
    @Test
    void doesNotBelieveARedirectWithoutItsNonce() {
        TwoDaemons two = twoGateways();
        two.sun.redirects.add(new FromFirst(true, "192.0.2.7"), Map.of());
        two.alter(
                two.sun,
                ExchangeType.IKE_SA_INIT,
                message -> TwoDaemons.payloads(
                        message,
                        payload -> payload instanceof NotifyPayload notify
                                        && notify.notifyType().equals(NotifyType.REDIRECT)
                                ? new NotifyPayload(
                                        NotifyType.REDIRECT,
                                        notify.data().slice(0, notify.data().length() - 1))
                                : payload));
        CompletableFuture<Outcome> result = two.moon.begin("sun", "net");
        two.pass(Duration.ofSeconds(10));
        assertTrue(result.isDone() && !result.join().success());
        assertTrue(two.trace.stream()
                .noneMatch(packet -> packet.destination().address().equals(SECOND)));
    }

    /** A client that was rekeyed by its gateway is a client still. */
    @Test
    void knowsWhoTheClientIsAfterARekeyingByTheGateway() {
        TwoDaemons two = twoGateways().established();
        two.sun.with(sa -> sa.tasks().queueIkeRekey());
        two.run();
        CompletableFuture<Outcome> result = redirect(two.sun, "192.0.2.7");
        two.run();
        assertTrue(result.isDone() && result.join().success());
        assertTrue(isAt(two, SECOND));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** The request that a redirected client sends names the gateway that sent it. */
    @Test
    void namesTheGatewayThatSentIt() {
        TwoDaemons two = twoGateways();
        two.sun.redirects.add(new FromFirst(true, "192.0.2.7"), Map.of());
        List<Packet> inits = new ArrayList<>();
        two.onArrival(packet -> {
            if (packet.destination().equals(new Endpoint(SECOND, 500))) {
                inits.add(packet);
            }
            return packet;
        });
        two.moon.begin("sun", "net");
        two.run();
        IkeMessage init = two.read(inits.get(0));
        assertEquals(
                "0104c0000202",
                init.notify(NotifyType.REDIRECTED_FROM).orElseThrow().data().toHex());
    }
}
