// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.message.NoncePayload;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.Payload;
import org.jcharon.core.message.SaPayload;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Additional key exchanges after CREATE_CHILD_SA, in IKE_FOLLOWUP_KE (RFC 9370 section 2.2.4). */
class FollowUpTest {

    private static final String ONE = "-ke1_mlkem768";
    private static final String SEVEN =
            "-ke1_mlkem512-ke2_mlkem768-ke3_mlkem1024-ke4_ecp256-ke5_ecp384-ke6_ecp521-ke7_modp2048";
    private static final IkeSettings WHOLE = IntermediateTest.WHOLE;

    private static TwoDaemons with(TwoDaemons two, String additional) {
        configure(two, two.moon, additional);
        configure(two, two.sun, additional);
        two.moon.secret("one and the same", "moon", "sun");
        two.sun.secret("one and the same", "moon", "sun");
        return two;
    }

    private static void configure(TwoDaemons two, Host host, String additional) {
        boolean moon = host == two.moon;
        ChildConfig child = (moon
                        ? TwoDaemons.child("10.1.0.0/16", "10.2.0.0/16")
                        : TwoDaemons.child("10.2.0.0/16", "10.1.0.0/16"))
                .proposals(List.of(TwoDaemons.proposal(ProtocolId.ESP, "aes128gcm16-x25519" + additional)))
                .build();
        PeerConfig connection = (moon ? two.moonsConnection() : two.sunsConnection())
                .ike(TwoDaemons.ike(host, moon ? two.sun : two.moon)
                        .proposals(List.of(
                                TwoDaemons.proposal(ProtocolId.IKE, "aes128gcm16-prfsha256-x25519" + additional)))
                        .build())
                .children(List.of(child))
                .build();
        if (host.connections.isEmpty()) {
            host.connections.add(connection);
        } else {
            host.connections.set(0, connection);
        }
    }

    private static TwoDaemons both(String additional) {
        return with(new TwoDaemons(), additional).established();
    }

    private static TwoDaemons whole(String additional) {
        return with(new TwoDaemons(WHOLE), additional).established();
    }

    private static Host other(TwoDaemons two, Host host) {
        return host == two.moon ? two.sun : two.moon;
    }

    private static AtomicReference<Outcome> rekeyChild(Host we) {
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        ChildSa child = we.child();
        we.with(sa -> sa.tasks().queueRekey(child, outcome::set));
        return outcome;
    }

    private static AtomicReference<Outcome> rekeyIke(Host we) {
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        we.with(sa -> sa.tasks().queueIkeRekey(outcome::set));
        return outcome;
    }

    private static AtomicReference<Outcome> create(Host we) {
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        we.with(sa -> sa.tasks().queueChild(TwoDaemons.another(sa), List.of(), outcome::set));
        return outcome;
    }

    private static AtomicReference<Outcome> begin(Host we, String what) {
        return switch (what) {
            case "child" -> rekeyChild(we);
            case "ike" -> rekeyIke(we);
            default -> create(we);
        };
    }

    private static long followUps(Host host) {
        return host.events.sent.stream()
                .filter(m -> m.exchangeType().equals(ExchangeType.IKE_FOLLOWUP_KE))
                .count();
    }

    private static void agree(TwoDaemons two) {
        assertArrayEquals(
                two.moon.sa().keys().skD().reveal(), two.sun.sa().keys().skD().reveal());
        Function<Host, List<Integer>> in =
                host -> host.children().stream().map(ChildSa::spiIn).sorted().toList();
        Function<Host, List<Integer>> out =
                host -> host.children().stream().map(ChildSa::spiOut).sorted().toList();
        assertEquals(in.apply(two.moon), out.apply(two.sun));
        assertEquals(in.apply(two.sun), out.apply(two.moon));
        for (ChildSa child : two.moon.children()) {
            assertArrayEquals(key(two.moon, child.spiIn(), true), key(two.sun, child.spiIn(), false));
            assertArrayEquals(key(two.moon, child.spiOut(), false), key(two.sun, child.spiOut(), true));
        }
    }

    private static byte[] key(Host host, int spi, boolean inbound) {
        return host.kernel.sas().stream()
                .filter(sa -> sa.id().spi() == spi && sa.inbound() == inbound)
                .map(KernelSa::encryptionKey)
                .findFirst()
                .orElseThrow()
                .reveal();
    }

    /** Nothing is under way any more, and one IKE_SA with {@code children} is left on each side. */
    private static void settled(TwoDaemons two, int children) {
        two.pass(Duration.ofSeconds(200));
        agree(two);
        assertEquals(children, two.moon.children().size());
        for (Host host : List.of(two.moon, two.sun)) {
            assertEquals(IkeSaState.ESTABLISHED, host.sa().state());
            host.children().forEach(child -> assertEquals(ChildSaState.INSTALLED, child.state()));
        }
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    // ---- the way it goes
    // ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "moon, child, 1", "moon, child, 2", "moon, child, 7", "sun, child, 1", "sun, child, 7",
        "moon, ike, 1", "moon, ike, 3", "moon, ike, 7", "sun, ike, 1", "sun, ike, 7",
        "moon, create, 1", "moon, create, 4", "moon, create, 5", "moon, create, 6", "sun, create, 7"
    })
    void doesUpToSevenKeyExchangesForEachPurpose(String initiator, String what, int count) {
        String[] all = SEVEN.split("-");
        TwoDaemons two = both(String.join("-", Arrays.copyOf(all, 1 + count)));
        Host we = two.host(initiator);
        IkeSa before = we.sa();
        final int spi = we.child().spiIn();
        AtomicReference<Outcome> outcome = begin(we, what);
        two.run();
        assertTrue(outcome.get().success(), outcome.get().reason());
        assertEquals(count, followUps(we));
        assertEquals(count, followUps(other(two, we)));
        two.pass(Duration.ofSeconds(10));
        assertEquals(what.equals("ike"), before != we.sa());
        List<ChildSa> children = we.children();
        ChildSa last = children.get(children.size() - 1);
        assertEquals(what.equals("ike"), spi == last.spiIn());
        Proposal agreed =
                what.equals("ike") ? we.sa().proposal() : last.proposal().orElseThrow();
        for (int i = 1; i <= 7; i++) {
            assertEquals(i <= count, agreed.has(TransformType.additionalKe(i)));
        }
        settled(two, what.equals("create") ? 2 : 1);
    }

    @Test
    void rekeysWhatWasRekeyed() {
        TwoDaemons two = both(ONE);
        for (String what : List.of("ike", "child", "ike", "child")) {
            for (Host we : List.of(two.moon, two.sun)) {
                AtomicReference<Outcome> outcome = begin(we, what);
                two.pass(Duration.ofSeconds(10));
                assertTrue(outcome.get().success(), outcome.get().reason());
                agree(two);
            }
        }
        settled(two, 1);
    }

    @Test
    void namesALinkInAllAnswersButTheLast() {
        TwoDaemons two = both("-ke1_mlkem512-ke2_ecp256");
        rekeyChild(two.moon);
        two.run();
        List<IkeMessage> answers = two.sun.events.sent.stream()
                .filter(m -> m.response()
                        && (m.exchangeType().equals(ExchangeType.CREATE_CHILD_SA)
                                || m.exchangeType().equals(ExchangeType.IKE_FOLLOWUP_KE)))
                .toList();
        List<IkeMessage> requests = two.moon.events.sent.stream()
                .filter(m -> m.exchangeType().equals(ExchangeType.IKE_FOLLOWUP_KE))
                .toList();
        assertEquals(3, answers.size());
        for (int i = 0; i < 2; i++) {
            Chunk link = answers.get(i)
                    .notify(NotifyType.ADDITIONAL_KEY_EXCHANGE)
                    .orElseThrow()
                    .data();
            assertEquals(
                    link,
                    requests.get(i)
                            .notify(NotifyType.ADDITIONAL_KEY_EXCHANGE)
                            .orElseThrow()
                            .data());
        }
        assertTrue(answers.get(2).notify(NotifyType.ADDITIONAL_KEY_EXCHANGE).isEmpty());
    }

    /** Inbound works before the last answer leaves, nothing of the new one before that. */
    @Test
    void installsWithTheLastKeyExchange() {
        TwoDaemons two = whole("-ke1_mlkem512-ke2_ecp256");
        rekeyChild(two.moon);
        two.step();
        two.step();
        two.step();
        two.step();
        assertEquals(1, two.sun.children().size());
        assertEquals(2, two.sun.kernel.sas().size());
        two.step();
        assertEquals(2, two.sun.children().size());
        assertEquals(3, two.sun.kernel.sas().size());
        two.run();
        settled(two, 1);
    }

    // ---- keys, against a derivation of their own
    // ---------------------------------------------------------------------------

    private static byte[] nonce(List<IkeMessage> messages, ExchangeType exchange) {
        return messages.stream()
                .filter(m -> m.exchangeType().equals(exchange))
                .flatMap(m -> m.all(NoncePayload.class).stream())
                .findFirst()
                .orElseThrow()
                .data()
                .toArray();
    }

    private static byte[] spis(IkeSa sa) {
        return ByteBuffer.allocate(16)
                .putLong(sa.id().initiatorSpi())
                .putLong(sa.id().responderSpi())
                .array();
    }

    /** SK_d, then CHILD_SA keys and the successor's SK_d, with one, two and seven further exchanges. */
    @ParameterizedTest
    @CsvSource({ONE + ", child", "-ke1_mlkem512-ke2_ecp256, child", SEVEN + ", child", ONE + ", ike", SEVEN + ", ike"})
    void derivesKeysAsTheRfcSays(String additional, String what) throws GeneralSecurityException {
        RecordingCrypto recording = new RecordingCrypto();
        TwoDaemons two = with(new TwoDaemons(TwoDaemons.DEFAULTS, recording.over(TwoDaemons.crypto())), additional)
                .established();
        byte[] ni = nonce(two.moon.events.sent, ExchangeType.IKE_SA_INIT);
        byte[] nr = nonce(two.sun.events.sent, ExchangeType.IKE_SA_INIT);
        List<byte[]> secrets = recording.secrets();
        PlainKeys keys = PlainKeys.initial(ni, nr, spis(two.moon.sa()), secrets.get(0));
        for (byte[] shared : secrets.subList(1, secrets.size())) {
            keys = keys.next(ni, nr, spis(two.moon.sa()), shared);
        }
        begin(two.sun, what);
        two.pass(Duration.ofSeconds(10));
        List<byte[]> fresh = recording.secrets().subList(secrets.size(), 2 * secrets.size());
        byte[] ours = nonce(two.sun.events.sent, ExchangeType.CREATE_CHILD_SA);
        byte[] theirs = nonce(two.moon.events.sent, ExchangeType.CREATE_CHILD_SA);
        if (what.equals("child")) {
            byte[] keymat = keys.child(ours, theirs, fresh);
            assertArrayEquals(
                    Arrays.copyOf(keymat, 20), key(two.sun, two.sun.child().spiOut(), false));
            assertArrayEquals(
                    Arrays.copyOfRange(keymat, 20, 40),
                    key(two.moon, two.moon.child().spiOut(), false));
        } else {
            PlainKeys next = keys.rekeyed(ours, theirs, spis(two.sun.sa()), fresh);
            assertArrayEquals(next.skD, two.sun.sa().keys().skD().reveal());
            assertArrayEquals(next.skEr, two.moon.sa().keys().skEr().reveal());
        }
        two.leaksAfterClosing();
        assertEquals(List.of(), recording.leaks());
    }

    // ---- what is refused
    // ----------------------------------------------------------------------------------------------------

    private static Payload withoutLink(Payload payload) {
        return payload instanceof NotifyPayload n && n.notifyType().equals(NotifyType.ADDITIONAL_KEY_EXCHANGE)
                ? null
                : payload;
    }

    private static Payload withoutAdditional(Payload payload) {
        if (!(payload instanceof SaPayload sa)) {
            return payload;
        }
        Proposal p = sa.proposals().get(0);
        return new SaPayload(List.of(new Proposal(
                p.number(),
                p.protocol(),
                p.spi(),
                p.transforms().stream().filter(t -> !t.type().isAdditionalKe()).toList())));
    }

    private static Payload otherLink(Payload payload) {
        return payload instanceof NotifyPayload n && n.notifyType().equals(NotifyType.ADDITIONAL_KEY_EXCHANGE)
                ? new NotifyPayload(NotifyType.ADDITIONAL_KEY_EXCHANGE, Chunk.of(new byte[16]))
                : payload;
    }

    /** The peer is left with what it had, and so are we; a rekeying is tried again later. */
    private static void failsThenSucceeds(TwoDaemons two, AtomicReference<Outcome> outcome, String what) {
        two.run();
        assertFalse(outcome.get().success());
        two.onArrival(packet -> packet);
        settled(two, 1);
        if (!what.equals("create")) {
            long rekeyed = two.moon.events.lines.stream()
                    .filter(line -> line.equals("child rekey net") || line.equals("ike rekey sun"))
                    .count();
            assertEquals(1, rekeyed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"child", "create"})
    void refusesAPeerThatDropsARequiredKeyExchange(String what) {
        TwoDaemons two = whole(ONE);
        two.alter(two.sun, ExchangeType.CREATE_CHILD_SA, m -> TwoDaemons.payloads(m, FollowUpTest::withoutAdditional));
        failsThenSucceeds(two, begin(two.moon, what), what);
    }

    @ParameterizedTest
    @ValueSource(strings = {"child", "create"})
    void refusesAnAnswerWithoutALink(String what) {
        TwoDaemons two = whole(ONE);
        two.alter(two.sun, ExchangeType.CREATE_CHILD_SA, m -> TwoDaemons.payloads(m, FollowUpTest::withoutLink));
        failsThenSucceeds(two, begin(two.moon, what), what);
    }

    /** RFC 7296 section 2.7: the IKE_SA whose rekeying went so wrong is given up. */
    @Test
    void givesTheIkeSaUpIfThePeerDropsARequiredKeyExchangeOfItsRekeying() {
        for (boolean link : List.of(true, false)) {
            TwoDaemons two = whole(ONE);
            two.alter(
                    two.sun,
                    ExchangeType.CREATE_CHILD_SA,
                    m -> TwoDaemons.payloads(m, link ? FollowUpTest::withoutLink : FollowUpTest::withoutAdditional));
            AtomicReference<Outcome> outcome = rekeyIke(two.moon);
            two.pass(Duration.ofSeconds(200));
            assertFalse(outcome.get().success());
            assertEquals(List.of(), two.leaks());
        }
    }

    /** RFC 7296 section 2.25: what the peer refuses for the time being is asked for again, in whichever exchange it was refused. */
    @ParameterizedTest
    @ValueSource(strings = {"child", "create", "ike"})
    void retriesWhatIsRefusedForTheTimeBeing(String what) {
        TwoDaemons two = whole(ONE);
        boolean[] refused = {false};
        // sun makes nothing of a link that it does not know, and what it answers to that is changed
        two.onArrival(packet -> {
            IkeHeader header = IkeHeader.of(packet.data());
            if (refused[0] || header.exchangeType() != ExchangeType.IKE_FOLLOWUP_KE.value()) {
                return packet;
            }
            IkeMessage message = two.read(packet);
            refused[0] = message.response();
            return two.write(
                    packet,
                    message.response()
                            ? message.toBuilder()
                                    .add(new NotifyPayload(NotifyType.TEMPORARY_FAILURE, Chunk.EMPTY))
                                    .build()
                            : TwoDaemons.payloads(message, FollowUpTest::otherLink));
        });
        AtomicReference<Outcome> outcome = begin(two.moon, what);
        two.run();
        assertTrue(refused[0]);
        settled(two, what.equals("create") ? 2 : 1);
        if (what.equals("create")) {
            assertTrue(outcome.get().success());
        }
    }

    /** Nobody knows the link: STATE_NOT_FOUND, and everything stays as it was. */
    @ParameterizedTest
    @ValueSource(strings = {"child", "create", "ike"})
    void answersAnUnknownLinkWithStateNotFound(String what) {
        for (boolean none : List.of(true, false)) {
            TwoDaemons two = whole(ONE);
            two.alter(
                    two.moon,
                    ExchangeType.IKE_FOLLOWUP_KE,
                    m -> TwoDaemons.payloads(m, none ? FollowUpTest::withoutLink : FollowUpTest::otherLink));
            AtomicReference<Outcome> outcome = begin(two.moon, what);
            two.run();
            IkeMessage answer = two.sun.events.sent.get(two.sun.events.sent.size() - 1);
            assertEquals(ExchangeType.IKE_FOLLOWUP_KE, answer.exchangeType());
            assertTrue(answer.notify(NotifyType.STATE_NOT_FOUND).isPresent());
            failsThenSucceeds(two, outcome, what);
        }
    }

    @Test
    void answersAFollowUpOutOfNowhereWithStateNotFound() {
        TwoDaemons two = whole(ONE);
        rekeyChild(two.moon);
        two.pass(Duration.ofSeconds(10));
        Packet old = two.trace.stream()
                .filter(p -> IkeHeader.of(p.data()).exchangeType() == ExchangeType.IKE_FOLLOWUP_KE.value())
                .findFirst()
                .orElseThrow();
        IkeMessage late = two.read(old);
        IkeMessage again = IkeMessage.builder(late.spii(), late.spir(), ExchangeType.IKE_FOLLOWUP_KE)
                .initiatorFlag(true)
                .messageId(
                        IkeHeader.of(two.trace.get(two.trace.size() - 2).data()).messageId() + 1)
                .addAll(late.payloads())
                .build();
        two.link.send(two.write(old, again));
        two.step();
        IkeMessage answer = two.sun.events.sent.get(two.sun.events.sent.size() - 1);
        assertTrue(answer.notify(NotifyType.STATE_NOT_FOUND).isPresent());
        two.run();
        agree(two);
    }

    private static Payload ke(Payload payload, String what) {
        if (!(payload instanceof KePayload ke)) {
            return payload;
        }
        return switch (what) {
            case "none" -> null;
            case "method" -> new KePayload(35, ke.data());
            default -> new KePayload(ke.method(), ke.data().slice(0, ke.data().length() - 1));
        };
    }

    @ParameterizedTest
    @CsvSource({
        "moon, none, child",
        "moon, method, child",
        "moon, short, child",
        "sun, none, child",
        "sun, method, child",
        "sun, short, child",
        "moon, method, create",
        "sun, method, create",
        "moon, method, ike",
        "moon, short, ike"
    })
    void refusesABadKeyExchange(String sender, String bad, String what) {
        TwoDaemons two = whole(ONE);
        boolean[] once = {false};
        two.alter(two.host(sender), ExchangeType.IKE_FOLLOWUP_KE, m -> {
            once[0] = true;
            return TwoDaemons.payloads(m, p -> FollowUpTest.ke(p, bad));
        });
        AtomicReference<Outcome> outcome = begin(two.moon, what);
        while (!two.link.underway().isEmpty() && outcome.get() == null) {
            two.step();
        }
        two.onArrival(packet -> packet);
        two.run();
        assertTrue(once[0]);
        assertFalse(outcome.get().success());
        two.pass(Duration.ofSeconds(200));
        if (!two.moon.sas().isEmpty()) {
            agree(two);
        }
        two.leaksAfterClosing();
        two.pass(Duration.ofSeconds(200));
        assertEquals(List.of(), two.leaks());
    }

    @Test
    void refusesTheSameMethodTwice() {
        TwoDaemons two = both(ONE);
        configure(two, two.moon, "-ke1_x25519");
        configure(two, two.sun, "-ke1_x25519");
        // an IKE_SA keeps its configuration: the next one has the new one
        two.leaksAfterClosing();
        assertFalse(two.up().success());
        two.pass(Duration.ofSeconds(200));
        assertEquals(List.of(), two.leaks());
    }

    // ---- what comes between
    // --------------------------------------------------------------------------------------------------

    /** Steps until the next packet is an IKE_FOLLOWUP_KE request, which is kept back. */
    private static void untilFollowUp(TwoDaemons two) {
        while (IkeHeader.of(two.link.underway().get(0).data()).exchangeType() != ExchangeType.IKE_FOLLOWUP_KE.value()) {
            two.step();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"child", "create", "ike"})
    void forgetsWhatThePeerDoesNotContinue(String what) {
        TwoDaemons two = whole(ONE);
        int kernel = two.sun.kernel.sas().size();
        begin(two.moon, what);
        untilFollowUp(two);
        two.onArrival(packet -> packet.source().address().equals(two.moon.address) ? null : packet);
        two.pass(Duration.ofSeconds(91));
        assertEquals(kernel, two.sun.kernel.sas().size());
        assertEquals(1, two.sun.children().size());
        assertEquals(ChildSaState.INSTALLED, two.sun.child().state());
        assertEquals(IkeSaState.ESTABLISHED, two.sun.sa().state());
        two.sun.with(sa -> sa.delete("test ends"));
        two.onArrival(packet -> packet);
        two.pass(Duration.ofSeconds(400));
        assertEquals(List.of(), two.leaks());
    }

    @ParameterizedTest
    @CsvSource({"child, moon", "child, sun", "create, moon", "create, sun", "ike, moon", "ike, sun"})
    void givesEverythingBackWhenTheIkeSaIsDeletedMeanwhile(String what, String deleter) {
        TwoDaemons two = whole(ONE);
        begin(two.moon, what);
        untilFollowUp(two);
        two.host(deleter).with(sa -> sa.delete("test deletes"));
        two.pass(Duration.ofSeconds(400));
        two.leaksAfterClosing();
        two.pass(Duration.ofSeconds(400));
        assertEquals(List.of(), two.leaks());
    }

    @ParameterizedTest
    @CsvSource({"child, moon", "child, sun", "ike, moon", "ike, sun"})
    void givesEverythingBackWhenTheIkeSaIsDestroyedMeanwhile(String what, String destroyer) {
        RecordingCrypto recording = new RecordingCrypto();
        TwoDaemons two = with(new TwoDaemons(WHOLE, recording.over(TwoDaemons.crypto())), SEVEN)
                .established();
        begin(two.moon, what);
        untilFollowUp(two);
        two.host(destroyer).with(sa -> sa.destroy("test destroys"));
        two.pass(Duration.ofSeconds(400));
        for (Host left : List.of(two.moon, two.sun)) {
            left.sas().forEach(sa -> left.with(sa.uniqueId(), found -> found.delete("test ends")));
        }
        two.pass(Duration.ofSeconds(400));
        assertEquals(List.of(), two.leaks());
        assertEquals(List.of(), recording.leaks());
    }

    /** Moon's address changes between CREATE_CHILD_SA and the last key exchange: what is made then is at the new one. */
    @ParameterizedTest
    @ValueSource(strings = {"child", "create", "ike"})
    void movesMeanwhile(String what) {
        for (boolean moonBegins : List.of(true, false)) {
            TwoDaemons two = whole("-ke1_mlkem512-ke2_ecp256");
            AtomicReference<Outcome> outcome = begin(moonBegins ? two.moon : two.sun, what);
            untilFollowUp(two);
            InetAddress fresh = Addresses.literal("198.51.100.1").orElseThrow();
            two.link.attach(two.moon.address, packet -> {});
            two.moon.kernelNet.addresses(fresh);
            two.link.attach(fresh, two.moon::receive);
            two.moon.reactions.roam(true);
            two.pass(Duration.ofSeconds(60));
            assertTrue(outcome.get().success(), outcome.get().reason());
            agree(two);
            assertEquals(fresh, two.moon.sa().local().address());
            for (Host host : List.of(two.moon, two.sun)) {
                for (KernelSa sa : host.kernel.sas()) {
                    InetAddress end =
                            sa.inbound() == (host == two.moon) ? sa.id().destination() : sa.source();
                    assertEquals(fresh, end);
                }
            }
            settled(two, what.equals("create") ? 2 : 1);
        }
    }

    /** A peer that begins again and again and continues nothing. */
    @Test
    void keepsOnlyFewThatThePeerDoesNotContinue() {
        TwoDaemons two = whole(ONE);
        int kernel = two.sun.kernel.sas().size();
        two.alter(two.moon, ExchangeType.IKE_FOLLOWUP_KE, m -> TwoDaemons.payloads(m, FollowUpTest::otherLink));
        for (int i = 0; i < 4; i++) {
            create(two.moon);
            two.run();
        }
        assertTrue(two.sun.events.sent.stream()
                .noneMatch(m -> m.notify(NotifyType.TEMPORARY_FAILURE).isPresent()));
        create(two.moon);
        two.run();
        IkeMessage answer = two.sun.events.sent.get(two.sun.events.sent.size() - 1);
        assertTrue(answer.notify(NotifyType.TEMPORARY_FAILURE).isPresent());
        two.pass(Duration.ofSeconds(91));
        assertEquals(kernel, two.sun.kernel.sas().size());
        two.onArrival(packet -> packet);
        two.leaksAfterClosing();
        assertEquals(List.of(), two.leaks());
    }

    /** The rekeyed CHILD_SA is closed by either side while key exchanges are to follow: none is left, or one on both sides. */
    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void agreesWhenTheChildIsDeletedMeanwhile(String deleter) {
        TwoDaemons two = whole(ONE);
        rekeyChild(two.moon);
        untilFollowUp(two);
        Host we = two.host(deleter);
        ChildSa old = we.child();
        we.with(sa -> sa.tasks().queueDelete(old));
        two.pass(Duration.ofSeconds(200));
        agree(two);
        assertEquals(0, two.moon.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** The peer wants the same while key exchanges are to follow. */
    @ParameterizedTest
    @CsvSource({
        "child, child",
        "child, ike",
        "child, create",
        "ike, child",
        "ike, ike",
        "ike, create",
        "create, child",
        "create, ike",
        "create, create"
    })
    void agreesWhateverThePeerBeginsMeanwhile(String ours, String theirs) {
        TwoDaemons two = whole("-ke1_mlkem512-ke2_ecp256");
        begin(two.moon, ours);
        untilFollowUp(two);
        begin(two.sun, theirs);
        int created = (ours.equals("create") ? 1 : 0) + (theirs.equals("create") ? 1 : 0);
        settled(two, 1 + created);
    }

    /** Both begin before either has heard of the other. */
    @ParameterizedTest
    @CsvSource({
        "child, child",
        "child, ike",
        "child, create",
        "ike, child",
        "ike, ike",
        "ike, create",
        "create, child",
        "create, ike",
        "create, create"
    })
    void agreesWhateverBothBeginAtOnce(String ours, String theirs) {
        TwoDaemons two = both(ONE);
        begin(two.moon, ours);
        begin(two.sun, theirs);
        int created = (ours.equals("create") ? 1 : 0) + (theirs.equals("create") ? 1 : 0);
        settled(two, 1 + created);
    }

    /**
     * Both rekey the same at once, and a different one of the four nonces is the lowest: whoever began that exchange does not continue
     * with IKE_FOLLOWUP_KE, the other side's new SA stays (RFC 7296 section 2.8.1).
     */
    @ParameterizedTest
    @CsvSource({"child, 0", "child, 1", "child, 2", "child, 3", "ike, 0", "ike, 1", "ike, 2", "ike, 3"})
    void leavesItToTheExchangeWithoutTheLowestNonce(String what, int lowest) {
        RecordingCrypto recording = new RecordingCrypto();
        TwoDaemons two = with(new TwoDaemons(WHOLE, recording.over(TwoDaemons.crypto())), "-ke1_mlkem512-ke2_ecp256")
                .established();
        for (int i = 0; i < 4; i++) {
            recording.nonceStarts.add(i == lowest ? 0 : 0xff);
        }
        begin(two.moon, what); // nonce 0
        begin(two.sun, what); // nonce 1
        two.step(); // nonce 2, of sun
        two.step(); // nonce 3, of moon
        assertTrue(recording.nonceStarts.isEmpty());
        two.run();
        boolean moonLoses = lowest == 0 || lowest == 2;
        Host winner = moonLoses ? two.sun : two.moon;
        for (Host host : List.of(two.moon, two.sun)) {
            assertEquals(
                    host == winner ? 2 : 0,
                    host.events.sent.stream()
                            .filter(m -> !m.response() && m.exchangeType().equals(ExchangeType.IKE_FOLLOWUP_KE))
                            .count());
            assertEquals(
                    1,
                    host.events.lines.stream()
                            .filter(line -> line.contains(" rekey "))
                            .count());
        }
        if (what.equals("ike")) {
            assertEquals(
                    winner == two.moon,
                    two.moon.sas().stream()
                            .filter(sa -> sa.state() == IkeSaState.ESTABLISHED)
                            .allMatch(sa -> sa.id().initiator()));
        }
        settled(two, 1);
        assertEquals(List.of(), recording.leaks());
    }

    @ParameterizedTest
    @ValueSource(strings = {"child", "ike"})
    void agreesInEveryOrderOfArrival(String what) {
        for (long seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            TwoDaemons two = with(new TwoDaemons(WHOLE), "-ke1_ecp256-ke2_x448").established();
            int[] left = {5}; // fewer than what makes a peer count as gone
            two.onArrival(packet -> random.nextInt(3) == 0 && left[0]-- > 0 ? null : packet);
            begin(two.moon, what);
            begin(two.sun, what);
            two.pass(Duration.ofSeconds(300));
            two.onArrival(packet -> packet);
            settled(two, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"child", "create", "ike"})
    void survivesLossOfEachDatagram(String what) {
        TwoDaemons plain = both(ONE);
        int before = plain.trace.size();
        begin(plain.moon, what);
        plain.run();
        int datagrams = plain.trace.size() - before;
        for (int lost = 0; lost < datagrams; lost++) {
            TwoDaemons two = both(ONE);
            int[] count = {0};
            int which = lost;
            two.onArrival(packet -> count[0]++ == which ? null : packet);
            AtomicReference<Outcome> outcome = begin(two.moon, what);
            two.pass(Duration.ofSeconds(20));
            assertTrue(outcome.get().success(), outcome.get().reason());
            settled(two, what.equals("create") ? 2 : 1);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void agreesInTheEndWhateverIsLostOrRepeated(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TwoDaemons two = both("-ke1_mlkem512");
        List<Packet> recorded = new ArrayList<>();
        two.onArrival(packet -> {
            recorded.add(packet);
            if (random.nextInt(8) == 0) {
                two.link.send(recorded.get(random.nextInt(recorded.size())));
            }
            return random.nextInt(5) == 0 ? null : packet;
        });
        String[] kinds = {"child", "ike", "create"};
        for (int i = 0; i < 10; i++) {
            Host we = random.nextBoolean() ? two.moon : two.sun;
            String kind = kinds[random.nextInt(3)];
            we.sas()
                    .forEach(sa -> we.with(sa.uniqueId(), found -> {
                        switch (kind) {
                            case "child" ->
                                found.children()
                                        .all()
                                        .forEach(child -> found.tasks().queueRekey(child));
                            case "ike" -> found.tasks().queueIkeRekey();
                            default -> found.tasks().queueChild(TwoDaemons.another(found), List.of(), outcome -> {});
                        }
                    }));
            two.pass(Duration.ofSeconds(random.nextInt(6)));
        }
        two.onArrival(packet -> packet);
        two.pass(Duration.ofSeconds(600));
        assertEquals(two.moon.sas().size(), two.sun.sas().size());
        assertTrue(two.moon.sas().size() <= 1);
        if (!two.moon.sas().isEmpty()) {
            agree(two);
        }
        two.moon.sas().forEach(sa -> two.moon.with(sa.uniqueId(), found -> found.delete("test ends")));
        two.pass(Duration.ofSeconds(200));
        assertEquals(List.of(), two.leaks());
    }

    @Test
    void keepsThePpkFlag() {
        TwoDaemons two = new TwoDaemons();
        with(two, ONE);
        for (Host host : List.of(two.moon, two.sun)) {
            host.connections.set(
                    0,
                    host.connections.get(0).toBuilder()
                            .ppkId("shared.ppk")
                            .ppkRequired(true)
                            .build());
            host.ppk("one", "shared.ppk");
        }
        two.established();
        assertTrue(two.sun.sa().snapshot().ppk());
        long before = two.moon.sa().uniqueId();
        rekeyIke(two.sun);
        two.pass(Duration.ofSeconds(10));
        assertNotEquals(before, two.moon.sa().uniqueId());
        assertTrue(two.moon.sa().snapshot().ppk());
        settled(two, 1);
    }
}
