// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.message.DeletePayload;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeMessageCodec;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.VendorPayload;
import org.jcharon.core.sa.IkeSa;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer costs, and what it can bring about, that has not shown who it is. */
class UnauthenticatedPeerTest {

    /** Moon has sent IKE_AUTH, which the test has taken from it. */
    private static Packet untilAuth(TwoDaemons two) {
        two.filter(packet -> IkeHeader.of(packet.data()).exchangeType() == IkeHeader.IKE_AUTH ? null : packet);
        two.moon.begin("sun", "net");
        two.run();
        return two.trace.get(two.trace.size() - 1);
    }

    private static IkeMessage auth(TwoDaemons two, int octets) {
        IkeSa sa = two.moon.sa();
        return IkeMessage.builder(sa.id().initiatorSpi(), sa.id().responderSpi(), ExchangeType.IKE_AUTH)
                .initiatorFlag(true)
                .messageId(1)
                .add(new VendorPayload(Chunk.of(new byte[octets])))
                .build();
    }

    /** However often and in whatever way it asks. */
    @Test
    void costsOneKeyExchange() {
        RecordingCrypto recording = new RecordingCrypto();
        TwoDaemons two = new TwoDaemons(TwoDaemons.DEFAULTS, recording.over(TwoDaemons.crypto()));
        two.moon.connections.add(two.moonsConnection().build());
        two.sun.connections.add(two.sunsConnection().build());
        two.moon.secret("one and the same", "moon", "sun");
        two.sun.secret("another", "moon", "sun");
        Packet auth = untilAuth(two);
        for (int i = 0; i < 10; i++) {
            two.sun.receive(two.trace.get(0));
            two.sun.receive(Octets.flip(auth, auth.data().length() - 1));
        }
        two.sun.receive(auth);
        assertEquals(
                1,
                recording.exchanges.stream()
                        .filter(exchange -> !exchange.initiator)
                        .count());
    }

    @Test
    void isForgottenAfterHalfAMinute() {
        TwoDaemons two = TwoDaemons.withPsk();
        untilAuth(two);
        two.pass(Duration.ofSeconds(29));
        assertEquals(1, two.sun.sas().size());
        two.pass(Duration.ofSeconds(2));
        assertEquals(List.of(), two.sun.leaks());
    }

    /** It has less than 32 KiB for a message in fragments; whoever is known has 64. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void hasABoundedMessageHeldForIt(boolean tooMuch) {
        TwoDaemons two = TwoDaemons.withPsk();
        Packet auth = untilAuth(two);
        IkeMessage large = auth(two, tooMuch ? 33_000 : 29_000);
        List<Packet> fragments = two.writeFragments(auth, large, 1200);
        fragments.subList(0, fragments.size() - 1).forEach(two.sun::receive);
        // the last one of what is short enough is missing still
        assertEquals(tooMuch, two.sun.sas().isEmpty());
        two.pass(Duration.ofSeconds(40));
        assertEquals(List.of(), two.sun.leaks());
    }

    /** RFC 7296 section 2.21.2 and 2.21.3: nothing that is not protected moves, ends, delays or keeps alive anything. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void changesNothingWithUnprotectedMessages(boolean established) {
        TwoDaemons two = TwoDaemons.withPsk();
        Packet last = established ? two.established().trace.get(2) : untilAuth(two);
        two.filter(packet -> packet);
        for (Host host : List.of(two.moon, two.sun)) {
            IkeSa sa = host.sa();
            final IkeSaState state = sa.state();
            final int sent = two.trace.size();
            two.scheduler.advance(Duration.ofSeconds(1));
            final Duration silence = sa.silence();
            for (int exchange = 34; exchange <= 44; exchange++) {
                for (int id = 0; id < 4; id++) {
                    host.receive(unprotected(two, host, last, new ExchangeType(exchange), id, true));
                    host.receive(unprotected(two, host, last, new ExchangeType(exchange), id, false));
                }
            }
            assertEquals(state, host.sa().state());
            assertEquals(silence, sa.silence());
            assertEquals(sent, two.trace.size(), "no answer");
        }
        assertEquals(established ? 1 : 0, two.sun.children().size());
        two.pass(Duration.ofSeconds(10)); // moon sends IKE_AUTH again
        assertEquals(IkeSaState.ESTABLISHED, two.moon.sa().state());
        assertEquals(1, two.sun.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    private static Packet unprotected(
            TwoDaemons two, Host to, Packet like, ExchangeType exchange, int id, boolean response) {
        IkeHeader header = IkeHeader.of(like.data());
        IkeMessage message = IkeMessage.builder(header.spii(), header.spir(), exchange)
                .initiatorFlag(to == two.sun)
                .response(response)
                .messageId(id)
                .add(new NotifyPayload(NotifyType.AUTHENTICATION_FAILED, Chunk.EMPTY))
                .add(new NotifyPayload(NotifyType.INVALID_SYNTAX, Chunk.EMPTY))
                .add(DeletePayload.ofIke())
                .build();
        boolean reversed = to == two.moon;
        return new Packet(
                reversed ? like.destination() : like.source(),
                reversed ? like.source() : like.destination(),
                IkeMessageCodec.encode(message));
    }

    @Test
    void isNotBelievedOnceItFailed() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.secrets.clear();
        two.sun.secret("another", "moon", "sun");
        assertFalse(two.up().success());
        assertTrue(two.sun.kernel.sas().isEmpty());
        assertEquals(List.of(), two.leaks());
    }
}
