// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.sa.IkeSaId;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireWriter;
import org.jcharon.core.kernel.KernelRegistryService;
import org.jcharon.core.manager.DropCounters;
import org.jcharon.core.manager.DropReason;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.manager.IkeSaManager;
import org.jcharon.core.manager.ManagedSa;
import org.jcharon.core.manager.ReceivedMessage;
import org.jcharon.lib.testkit.FakeIkeSaInfo;
import org.jcharon.lib.testkit.FakeKernelNet;
import org.jcharon.lib.testkit.FakeScheduler;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.jcharon.lib.testkit.SeededRandom;
import org.junit.jupiter.api.Test;

class ReceiverTest {

    private static final Endpoint US =
            new Endpoint(Addresses.literal("192.0.2.1").orElseThrow(), 500);
    private static final Endpoint PEER =
            new Endpoint(Addresses.literal("192.0.2.2").orElseThrow(), 500);
    private static final Chunk NONCE = Chunk.ofHex("28".repeat(32));

    private final FakeTime time = new FakeTime();
    private final ImmediateProcessor processor = new ImmediateProcessor();
    private final FakeScheduler scheduler = new FakeScheduler(time, processor);
    private final DropCounters drops = new DropCounters();
    private final IkeSaManager manager =
            IkeSaManager.limited(processor, scheduler, time, new SeededRandom(1), drops, 0);
    private final KernelRegistryService kernel = new KernelRegistryService();
    private final InterfaceFilter interfaces = new InterfaceFilter(kernel);
    private final FakeSocket socket = new FakeSocket();
    private final List<ReceivedMessage> processed = new ArrayList<>();
    private final List<String> alerts = new ArrayList<>();
    private Receiver receiver;

    ReceiverTest() {
        Sender sender = new Sender(drops);
        sender.attach(socket);
        manager.factory((id, first) -> new HalfOpen(id));
        receiver = new Receiver(
                manager,
                sender,
                drops,
                interfaces,
                processor,
                time,
                new SeededRandom(2),
                InitLimits.DEFAULT,
                (kind, text) -> alerts.add(kind));
    }

    private final class HalfOpen implements ManagedSa {
        private final IkeSaId id;
        private final long uniqueId = manager.nextUniqueId();

        HalfOpen(IkeSaId id) {
            this.id = id;
        }

        @Override
        public IkeSaId id() {
            return id;
        }

        @Override
        public long uniqueId() {
            return uniqueId;
        }

        @Override
        public String name() {
            return "";
        }

        @Override
        public void process(ReceivedMessage message) {
            processed.add(message);
        }

        @Override
        public boolean isHalfOpen() {
            return true;
        }

        @Override
        public boolean wasInitiatedByUs() {
            return false;
        }

        @Override
        public Endpoint remote() {
            return PEER;
        }

        @Override
        public IkeSaInfo snapshot() {
            return FakeIkeSaInfo.established("", uniqueId);
        }

        @Override
        public void destroyed() {}
    }

    private static Packet packet(long spii, long spir, int next, int version, int exchange, int flags, Chunk body) {
        WireWriter out = new WireWriter();
        out.u64(spii).u64(spir).u8(next).u8(version).u8(exchange).u8(flags).u32(0);
        out.u32(28 + body.length()).chunk(body);
        return new Packet(PEER, US, out.toChunk());
    }

    private static Packet init(long spii, Chunk cookie) {
        WireWriter body = new WireWriter();
        if (!cookie.isEmpty()) {
            body.u8(40).u8(0).u16(8 + cookie.length()).u8(0).u8(0).u16(16390).chunk(cookie);
        }
        body.u8(0).u8(0).u16(4 + NONCE.length()).chunk(NONCE);
        return packet(spii, 0, cookie.isEmpty() ? 40 : 41, 0x20, 34, 0x08, body.toChunk());
    }

    private void receive(Packet packet) {
        receiver.ike(packet);
        processor.runAll();
    }

    private Chunk lastCookie() {
        Chunk reply = socket.sent.get(socket.sent.size() - 1).data();
        assertEquals(16390, reply.at(34) << 8 | reply.at(35));
        return reply.slice(36, reply.length());
    }

    @Test
    void passesAnInitialRequestOn() {
        receive(init(1, Chunk.EMPTY));
        assertEquals(1, processed.size());
        assertTrue(drops.nonZero().isEmpty());
    }

    @Test
    void dropsShortPacketsAndWrongLengths() {
        receive(new Packet(PEER, US, Chunk.of(new byte[27])));
        Chunk good = init(1, Chunk.EMPTY).data();
        receive(new Packet(PEER, US, good.slice(0, good.length() - 1)));
        assertEquals(2, drops.of(DropReason.BAD_HEADER));
        assertEquals(List.of("parse-error-header", "parse-error-header"), alerts);
        assertTrue(socket.sent.isEmpty());
    }

    /** RFC 7296 section 2.5. */
    @Test
    void answersHigherVersionsWithTheSameExchange() {
        receive(packet(1, 0, 40, 0x30, 34, 0x08, NONCE));
        IkeHeader reply = IkeHeader.of(socket.sent.get(0).data());
        assertEquals(34, reply.exchangeType());
        assertEquals(IkeHeader.FLAG_RESPONSE, reply.flags());
        assertEquals(0x20, reply.version());
        assertEquals(PEER, socket.sent.get(0).destination());
        receive(packet(1, 2, 40, 0x30, 34, 0x28, NONCE));
        assertEquals(1, socket.sent.size());
    }

    @Test
    void answersMainModeOfIkev1WithInformational() {
        receive(packet(1, 0, 1, 0x10, 2, 0, NONCE));
        receive(packet(1, 0, 1, 0x10, 32, 0, NONCE));
        assertEquals(1, socket.sent.size());
        Chunk reply = socket.sent.get(0).data();
        assertEquals(37, IkeHeader.of(reply).exchangeType());
        assertEquals(5, reply.at(35));
    }

    @Test
    void answersRequestsForUnknownIkeSasUpToARate() {
        for (int i = 0; i < 100; i++) {
            receive(packet(1, 2 + i, 46, 0x20, 37, 0x08, NONCE));
        }
        assertEquals(100, drops.of(DropReason.UNKNOWN_SPI));
        assertEquals(java.util.Collections.nCopies(100, "invalid-ike-spi"), alerts);
        assertEquals(10, socket.sent.size());
        receive(packet(1, 2, 46, 0x20, 37, 0x28, NONCE));
        time.advance(Duration.ofSeconds(1));
        receive(packet(1, 2, 46, 0x20, 37, 0x08, NONCE));
        assertEquals(11, socket.sent.size());
    }

    /** RFC 7296 section 2.6. */
    @Test
    void asksForACookieFromTheThirdHalfOpenIkeSaOfAnAddress() {
        for (int i = 1; i <= 3; i++) {
            receive(init(i, Chunk.EMPTY));
        }
        receive(init(4, Chunk.EMPTY));
        assertEquals(3, manager.halfOpen());
        Chunk cookie = lastCookie();
        receive(init(5, cookie));
        assertEquals(3, manager.halfOpen(), "a cookie is for its SPI alone");
        receive(init(4, cookie));
        assertEquals(4, manager.halfOpen());
        assertEquals(2, drops.of(DropReason.COOKIE_REQUIRED));
    }

    @Test
    void acceptsCookiesOfTheSecretBeforeButNoOlderOnes() {
        for (int i = 1; i <= 3; i++) {
            receive(init(i, Chunk.EMPTY));
        }
        receive(init(4, Chunk.EMPTY));
        Chunk cookie = lastCookie();
        time.advance(Duration.ofSeconds(121));
        receive(init(4, cookie));
        assertEquals(4, manager.halfOpen());
        time.advance(Duration.ofSeconds(121));
        receive(init(5, Chunk.EMPTY));
        Chunk old = lastCookie();
        time.advance(Duration.ofMinutes(5));
        receive(init(5, old));
        assertEquals(4, manager.halfOpen());
    }

    @Test
    void blocksAnAddressAtItsFifthHalfOpenIkeSa() {
        for (int i = 1; i <= 6; i++) {
            receive(init(i, Chunk.EMPTY));
            if (i > 3) {
                receive(init(i, lastCookie()));
            }
        }
        assertEquals(5, manager.halfOpen());
        assertEquals(1, drops.of(DropReason.BLOCKED_ADDRESS));
    }

    @Test
    void handsEspToWhoeverTakesIt() {
        receiver.esp(PEER, US, new byte[16], 0, 16);
        assertEquals(1, drops.of(DropReason.NO_ESP_RECEIVER));
        List<Integer> lengths = new ArrayList<>();
        receiver.attach((source, destination, octets, offset, length) -> lengths.add(length));
        receiver.esp(PEER, US, new byte[16], 0, 16);
        assertEquals(List.of(16), lengths);
    }

    @Test
    void dropsWhatComesToAnExcludedInterface() {
        FakeKernelNet net = new FakeKernelNet(US.address());
        net.exclude(US.address());
        kernel.attachNet(net);
        List<Integer> lengths = new ArrayList<>();
        receiver.attach((source, destination, octets, offset, length) -> lengths.add(length));
        receive(init(1, Chunk.EMPTY));
        receiver.esp(PEER, US, new byte[16], 0, 16);
        assertEquals(2, drops.of(DropReason.EXCLUDED_INTERFACE));
        assertEquals(0, processed.size() + lengths.size() + socket.sent.size());
        net.exclude();
        receive(init(1, Chunk.EMPTY));
        receiver.esp(PEER, US, new byte[16], 0, 16);
        assertEquals(2, drops.of(DropReason.EXCLUDED_INTERFACE));
        assertEquals(1, processed.size());
        assertEquals(List.of(16), lengths);
    }

    @Test
    void refusesNothingWithoutAKernelInterface() {
        FakeKernelNet net = new FakeKernelNet();
        net.exclude(US.address());
        kernel.attachNet(net);
        kernel.detachNet(net);
        receive(init(1, Chunk.EMPTY));
        assertEquals(1, processed.size());
    }

    @Property(tries = 500)
    void neverThrowsWhateverArrives(@ForAll byte[] octets, @ForAll boolean plausible) {
        byte[] message = octets.clone();
        if (plausible && message.length >= 28) {
            message[17] = 0x20;
            message[18] = 34;
            message[19] = 8;
            new WireWriter().u32(message.length).toChunk().copyTo(message, 24);
            InitScan.of(IkeHeader.of(Chunk.of(message)), Chunk.of(message));
        }
        receive(new Packet(PEER, US, Chunk.of(message)));
        assertEquals(0, drops.of(DropReason.INTERNAL));
    }
}
