// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.AuthMethod;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.config.SelectorTemplate;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProposalException;
import org.jcharon.api.crypto.ProposalParser;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.crypto.TestCrypto;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.message.DecodeResult;
import org.jcharon.core.message.EncryptedMessage;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeMessageCodec;
import org.jcharon.core.message.MessageCrypter;
import org.jcharon.core.message.Payload;
import org.jcharon.core.message.RawMessage;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeSettings;
import org.jcharon.lib.testkit.FakeScheduler;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.jcharon.lib.testkit.LossyLink;
import org.jcharon.lib.testkit.MapSettings;
import org.jcharon.lib.testkit.SeededRandom;

/**
 * Two daemons, moon (192.0.2.1) and sun (192.0.2.2), over a network that the test steps through. Moon initiates unless a test
 * says otherwise. Everything runs in the test's thread.
 */
final class TwoDaemons {

    /** strongSwan's defaults. */
    static final IkeSettings DEFAULTS = settings();

    /** strongSwan's defaults but for some settings, given as {@code charon.key=value}. */
    static IkeSettings settings(String... given) {
        MapSettings values = new MapSettings();
        for (String one : given) {
            values.with(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1));
        }
        return IkeSettings.read(values);
    }

    /** Known answers are computed once for all tests. */
    private static final CryptoRegistry CRYPTO = TestCrypto.registry(new SeededRandom(1));

    final FakeTime time = new FakeTime();
    final ImmediateProcessor processor = new ImmediateProcessor();
    final FakeScheduler scheduler = new FakeScheduler(time, processor);
    final LossyLink link;
    /** Every packet in the order of sending, as it was sent. */
    final List<Packet> trace = new ArrayList<>();

    private UnaryOperator<Packet> arrival = packet -> packet;
    final Host moon;
    final Host sun;

    TwoDaemons() {
        this(DEFAULTS);
    }

    TwoDaemons(IkeSettings settings) {
        this(settings, CRYPTO);
    }

    TwoDaemons(IkeSettings settings, CryptoRegistry crypto) {
        this(settings, crypto, LossyLink.reliable());
    }

    TwoDaemons(IkeSettings settings, CryptoRegistry crypto, LossyLink link) {
        this.link = link;
        filter(packet -> packet);
        scheduler.advance(Duration.ofDays(2)); // certificates are valid from the second day of the clock on
        moon = new Host(this, "moon", "192.0.2.1", 11, crypto, settings);
        sun = new Host(this, "sun", "192.0.2.2", 22, crypto, settings);
    }

    static CryptoRegistry crypto() {
        return CRYPTO;
    }

    /** Moon or sun by name. */
    Host host(String name) {
        return name.equals("moon") ? moon : sun;
    }

    /** Both with one connection and one child, {@code net}: 10.1.0.0/16 === 10.2.0.0/16, authenticated by a pre-shared key. */
    static TwoDaemons withPsk() {
        return withPsk(DEFAULTS);
    }

    static TwoDaemons withPsk(IkeSettings settings) {
        return withPsk(settings, LossyLink.reliable());
    }

    static TwoDaemons withPsk(IkeSettings settings, LossyLink link) {
        TwoDaemons two = new TwoDaemons(settings, CRYPTO, link);
        two.moon.connections.add(two.moonsConnection().build());
        two.sun.connections.add(two.sunsConnection().build());
        two.moon.secret("one and the same", "moon", "sun");
        two.sun.secret("one and the same", "moon", "sun");
        return two;
    }

    PeerConfig.Builder moonsConnection() {
        return connection(moon, sun, child("10.1.0.0/16", "10.2.0.0/16").build());
    }

    PeerConfig.Builder sunsConnection() {
        return connection(sun, moon, child("10.2.0.0/16", "10.1.0.0/16").build());
    }

    private static PeerConfig.Builder connection(Host local, Host remote, ChildConfig child) {
        return PeerConfig.builder()
                .name(remote.name)
                .ike(ike(local, remote).build())
                .local(List.of(psk(local.name)))
                .remote(List.of(psk(remote.name)))
                .rekeyTime(Duration.ZERO)
                .children(List.of(child));
    }

    static IkeConfig.Builder ike(Host local, Host remote) {
        return IkeConfig.builder()
                .localAddresses(List.of(local.address.getHostAddress()))
                .remoteAddresses(List.of(remote.address.getHostAddress()))
                .proposals(List.of(proposal(ProtocolId.IKE, "aes128gcm16-prfsha256-x25519")));
    }

    static AuthConfig psk(String id) {
        return AuthConfig.builder()
                .method(AuthMethod.PSK)
                .id(Identification.parse(id))
                .build();
    }

    static AuthConfig pubkey(String id) {
        return AuthConfig.builder()
                .method(AuthMethod.PUBKEY)
                .id(Identification.parse(id))
                .build();
    }

    static ChildConfig.Builder child(String local, String remote) {
        return ChildConfig.builder()
                .name("net")
                .proposals(List.of(proposal(ProtocolId.ESP, "aes128gcm16-x25519")))
                .localSelectors(List.of(selector(local)))
                .remoteSelectors(List.of(selector(remote)));
    }

    /** A child like the first one of the connection, which is up, with another name: itself would not be brought up twice. */
    static ChildConfig another(IkeSa sa) {
        ChildConfig first = sa.peerConfig().children().get(0);
        int number = sa.children().all().size() + sa.tasks().queuedNames().size();
        return first.toBuilder().name(first.name() + "-" + number).build();
    }

    static SelectorTemplate selector(String text) {
        return text.equals("dynamic") ? SelectorTemplate.DYNAMIC : SelectorTemplate.of(prefix(text));
    }

    static TrafficSelector prefix(String text) {
        String[] parts = text.split("/", 2);
        return TrafficSelector.ofPrefix(Addresses.literal(parts[0]).orElseThrow(), Integer.parseInt(parts[1]));
    }

    static Proposal proposal(ProtocolId protocol, String text) {
        try {
            return ProposalParser.parse(protocol, text);
        } catch (ProposalException e) {
            throw new AssertionError(e);
        }
    }

    /** Changes each packet on its way; null drops it. Replaces the filter before. */
    void filter(UnaryOperator<Packet> middlebox) {
        link.filter(packet -> {
            trace.add(packet);
            return middlebox.apply(packet);
        });
    }

    /** Looks at each packet where it arrives, before its daemon does, and may change it; null drops it. Replaces the one before. */
    void onArrival(UnaryOperator<Packet> change) {
        arrival = change;
    }

    /** Changes the messages of one exchange that {@code sender} sent, where they arrive; null drops the message. */
    void alter(Host sender, ExchangeType exchange, UnaryOperator<IkeMessage> change) {
        onArrival(packet -> {
            boolean meant = packet.source().address().equals(sender.address)
                    && IkeHeader.of(packet.data()).exchangeType() == exchange.value();
            if (!meant) {
                return packet;
            }
            IkeMessage changed = change.apply(read(packet));
            return changed == null ? null : write(packet, changed);
        });
    }

    /** The message with each payload changed; null takes one out. */
    static IkeMessage payloads(IkeMessage message, UnaryOperator<Payload> change) {
        List<Payload> changed = new ArrayList<>();
        message.payloads().forEach(payload -> {
            Payload other = change.apply(payload);
            if (other != null) {
                changed.add(other);
            }
        });
        return message.toBuilder().addAll(changed).build();
    }

    Packet arriving(Packet packet) {
        return arrival.apply(packet);
    }

    /** Delivers until nothing is under way. */
    void run() {
        processor.runAll();
        link.deliverAll();
    }

    /** Delivers one packet. */
    void step() {
        if (!link.deliverNext()) {
            throw new AssertionError("nothing under way");
        }
    }

    /** Lets time pass, delivering at once whatever is sent meanwhile. */
    void pass(Duration duration) {
        long end = time.nanos() + duration.toNanos();
        run();
        while (scheduler
                .next()
                .filter(due -> time.nanos() + due.toNanos() <= end)
                .isPresent()) {
            scheduler.advanceToNext();
            run();
        }
        scheduler.advance(Duration.ofNanos(end - time.nanos()));
        run();
    }

    /** Moon brings {@code net} up, which must succeed. */
    TwoDaemons established() {
        Outcome outcome = up();
        if (!outcome.success()) {
            throw new AssertionError(outcome.reason());
        }
        return this;
    }

    /** Moon brings {@code net} up. */
    Outcome up() {
        CompletableFuture<Outcome> result = moon.begin("sun", "net");
        run();
        if (!result.isDone()) {
            pass(DEFAULTS.retransmitTimeout()); // an answer that nobody vouches for might be followed by another
        }
        return result.getNow(Outcome.failed("pending"));
    }

    /** Everything that must be gone once all IKE_SAs are. */
    List<String> leaks() {
        List<String> leaks = new ArrayList<>(moon.leaks());
        leaks.addAll(sun.leaks());
        scheduler.names().forEach(timer -> leaks.add("timer " + timer));
        link.underway().forEach(packet -> leaks.add("packet " + packet));
        return leaks;
    }

    /** Lets moon close everything and says what stays. */
    List<String> leaksAfterClosing() {
        moon.sas().forEach(sa -> moon.with(sa.uniqueId(), found -> found.delete("test ends")));
        run();
        return leaks();
    }

    // ---- the middle, with the keys of an end
    // ------------------------------------------------------------------------------

    /** The message in a packet of {@code sender}; null if it is none that stands alone. */
    IkeMessage read(Packet packet) {
        IkeHeader header = IkeHeader.of(packet.data());
        DecodeResult result = header.exchangeType() == IkeHeader.IKE_SA_INIT
                ? IkeMessageCodec.decode(packet.data())
                : with(header, !header.fromInitiator(), crypter -> EncryptedMessage.unprotect(packet.data(), crypter));
        return result instanceof DecodeResult.Whole whole ? whole.message() : null;
    }

    /** A packet with another message in place of its own, protected with the sender's keys. */
    Packet write(Packet packet, IkeMessage message) {
        IkeHeader header = IkeHeader.of(packet.data());
        return new Packet(
                packet.source(),
                packet.destination(),
                header.exchangeType() == IkeHeader.IKE_SA_INIT
                        ? IkeMessageCodec.encode(message)
                        : with(header, header.fromInitiator(), crypter -> EncryptedMessage.protect(message, crypter)));
    }

    /** The same in fragments, each a datagram of at most so many octets. */
    List<Packet> writeFragments(Packet packet, IkeMessage message, int octets) {
        IkeHeader header = IkeHeader.of(packet.data());
        return with(
                        header,
                        header.fromInitiator(),
                        crypter -> EncryptedMessage.protectFragments(message, crypter, octets))
                .stream()
                .map(datagram -> new Packet(packet.source(), packet.destination(), datagram))
                .toList();
    }

    /** An authentic request of moon that carries {@code payloads}, the first of which is of type {@code first}. */
    Packet raw(ExchangeType exchange, long messageId, int first, Chunk payloads) {
        IkeSa sa = moon.sa();
        try (MessageCrypter crypter = MessageCrypter.create(crypto(), sa.proposal(), sa.keys(), true)) {
            Chunk request = RawMessage.request(
                    sa.id().initiatorSpi(), sa.id().responderSpi(), exchange, messageId, first, payloads, crypter);
            return new Packet(sa.local(), sa.remote(), request);
        }
    }

    /** What somebody who made nothing of a request answers, with its keys. */
    Packet answer(Packet request, Payload... payloads) {
        IkeHeader header = IkeHeader.of(request.data());
        IkeMessage message = IkeMessage.builder(header.spii(), header.spir(), new ExchangeType(header.exchangeType()))
                .initiatorFlag(!header.fromInitiator())
                .response(true)
                .messageId(header.messageId())
                .addAll(List.of(payloads))
                .build();
        return new Packet(
                request.destination(),
                request.source(),
                with(header, !header.fromInitiator(), crypter -> EncryptedMessage.protect(message, crypter)));
    }

    /** From now on a host's requests for new SAs are lost on the way, and answered for the other side with these payloads. */
    void answerNewSas(Host asking, Supplier<List<Payload>> payloads) {
        onArrival(packet -> {
            IkeHeader header = IkeHeader.of(packet.data());
            boolean meant = packet.source().address().equals(asking.address)
                    && !header.isResponse()
                    && header.exchangeType() == ExchangeType.CREATE_CHILD_SA.value();
            if (!meant) {
                return packet;
            }
            link.send(answer(packet, payloads.get().toArray(new Payload[0])));
            return null;
        });
    }

    private interface Use<T> {
        T of(MessageCrypter crypter);
    }

    private <T> T with(IkeHeader header, boolean initiator, Use<T> use) {
        for (Host host : List.of(moon, sun)) {
            for (IkeSa sa : host.sas()) {
                boolean same =
                        sa.id().initiatorSpi() == header.spii() && sa.id().responderSpi() == header.spir();
                if (same && sa.keys() != null) {
                    try (MessageCrypter crypter =
                            MessageCrypter.create(sa.services().crypto(), sa.proposal(), sa.keys(), initiator)) {
                        return use.of(crypter);
                    }
                }
            }
        }
        throw new AssertionError("nobody has keys for " + header);
    }
}
