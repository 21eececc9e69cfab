// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.sa.IkeSaId;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireWriter;
import org.jcharon.lib.testkit.FakeIkeSaInfo;

/** An IKE_SA that remembers what it got. */
final class FakeSa implements ManagedSa {

    static final Endpoint US = new Endpoint(Addresses.literal("192.0.2.1").orElseThrow(), 500);
    static final Endpoint PEER = new Endpoint(Addresses.literal("192.0.2.2").orElseThrow(), 500);

    final List<ReceivedMessage> messages = new ArrayList<>();
    final long uniqueId;
    IkeSaId id;
    boolean halfOpen = true;
    long waiting = -1;
    int destroyed;
    Runnable onProcess = () -> {};

    FakeSa(IkeSaId id, long uniqueId) {
        this.id = id;
        this.uniqueId = uniqueId;
    }

    static ReceivedMessage message(long spii, long spir, int exchange, int flags, long messageId, String tail) {
        return message(spii, spir, 46, exchange, flags, messageId, tail);
    }

    static ReceivedMessage message(
            long spii, long spir, int nextPayload, int exchange, int flags, long messageId, String tail) {
        Chunk body = Chunk.ofHex(tail);
        WireWriter out = new WireWriter();
        out.u64(spii).u64(spir).u8(nextPayload).u8(0x20).u8(exchange).u8(flags);
        out.u32(messageId).u32(28 + body.length()).chunk(body);
        Packet packet = new Packet(PEER, US, out.toChunk());
        return new ReceivedMessage(packet, IkeHeader.of(packet.data()));
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
        return "net";
    }

    @Override
    public void process(ReceivedMessage message) {
        messages.add(message);
        onProcess.run();
    }

    @Override
    public long waitingRequest() {
        return waiting;
    }

    @Override
    public boolean isHalfOpen() {
        return halfOpen;
    }

    @Override
    public boolean wasInitiatedByUs() {
        return id.initiator();
    }

    @Override
    public Endpoint remote() {
        return PEER;
    }

    @Override
    public IkeSaInfo snapshot() {
        return new FakeIkeSaInfo("net", uniqueId, id, halfOpen ? IkeSaState.CONNECTING : IkeSaState.ESTABLISHED);
    }

    @Override
    public void destroyed() {
        destroyed++;
    }
}
