// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jcharon.api.bus.Log;
import org.jcharon.api.wire.WireException;
import org.jcharon.vici.message.Packet;
import org.jcharon.vici.message.Section;

/**
 * One client. Reading, writing and closing happen in the server's thread; events and answers may come from any, and only queue what
 * is then written there.
 */
final class Connection implements Client {

    private static final Log LOG = Log.of("cfg");

    /** What a connection asks of the server; any thread. */
    interface Owner {
        /** Something waits to be written, or the connection is to be closed. */
        void attend(Connection connection);

        /** A client registered an event or stopped doing so. */
        void registered(String event, int change);
    }

    private final long number;
    private final SocketChannel channel;
    private final Owner owner;
    private final Limits limits;
    private final Output output;
    private final Requests requests;
    private final Assembler assembler = new Assembler(); // the server's thread only, as the next two
    private long partialSince;
    private long progressAt;
    private final Set<String> events = ConcurrentHashMap.newKeySet();
    private final Set<Runnable> cancellations = ConcurrentHashMap.newKeySet();
    private volatile boolean gone; // publishes that nobody waits for work any more
    private volatile String doomed; // publishes why it is to be closed

    private final AtomicBoolean attended = new AtomicBoolean();

    Connection(
            long number,
            SocketChannel channel,
            Owner owner,
            Limits limits,
            Commands commands,
            Requests.Runner runner,
            long now) {
        this.partialSince = now;
        this.progressAt = now;
        this.number = number;
        this.channel = channel;
        this.owner = owner;
        this.limits = limits;
        this.output = new Output(limits);
        this.requests = new Requests(this, commands, runner);
    }

    /** Takes what arrived; throws what ends the connection. */
    void read(ByteBuffer scratch, long now) throws IOException, WireException {
        scratch.clear();
        int count = channel.read(scratch);
        if (count < 0) {
            throw new IOException("closed by the client");
        }
        scratch.flip();
        boolean began = assembler.isPartial();
        for (byte[] segment = assembler.next(scratch); segment != null; segment = assembler.next(scratch)) {
            began = false;
            requests.add(segment);
        }
        if (!began) {
            partialSince = now;
        }
    }

    /** Writes what can be written. */
    void write(long now) throws IOException {
        if (output.writeTo(channel) > 0 || output.isEmpty()) {
            progressAt = now;
        }
    }

    /** What the server is to wait for. */
    int interest() {
        return (requests.isFull() ? 0 : SelectionKey.OP_READ) | (output.isEmpty() ? 0 : SelectionKey.OP_WRITE);
    }

    /** Why it is to be closed, or null. */
    String verdict(long now) {
        if (doomed != null) {
            return doomed;
        }
        if (assembler.isPartial() && now - partialSince > limits.segmentTime().toNanos()) {
            return "sent a segment in part only for " + limits.segmentTime().toSeconds() + " s";
        }
        if (!output.isBehind()) {
            progressAt = now;
        } else if (now - progressAt > limits.stallTime().toNanos()) {
            return "read nothing for " + limits.stallTime().toSeconds() + " s";
        }
        return null;
    }

    /** Octets of a segment that did not end. */
    int held() {
        return assembler.held();
    }

    /** In the server's thread, once. */
    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.more("closing vici client {}: {}", number, e.getMessage());
        }
        gone = true;
        cancellations.forEach(Runnable::run);
        assembler.wipe();
        requests.close();
        output.close();
        for (String event : Set.copyOf(events)) {
            unregister(event);
        }
        if (output.lost() > 0) {
            LOG.control("vici client {} missed {} log events", number, output.lost());
        }
    }

    long number() {
        return number;
    }

    SocketChannel channel() {
        return channel;
    }

    /** Whether this is the first wish for attention since {@link #attended()}. */
    boolean wantsAttention() {
        return attended.compareAndSet(false, true);
    }

    /** The server is about to look at it. */
    void attended() {
        attended.set(false);
    }

    void register(String event) {
        if (events.add(event)) {
            owner.registered(event, 1);
        }
        if (gone) {
            unregister(event); // closed meanwhile
        }
    }

    boolean unregister(String event) {
        boolean was = events.remove(event);
        if (was) {
            owner.registered(event, -1);
        }
        return was;
    }

    boolean isRegistered(String event) {
        return events.contains(event);
    }

    /** Has the connection closed for a reason. */
    void doom(String why) {
        doomed = why;
        owner.attend(this);
    }

    void send(ByteBuffer segment) {
        if (output.add(segment)) {
            owner.attend(this);
        } else {
            doom("does not read what is sent to it");
        }
    }

    /** A log event: lost rather than waiting for long. */
    void sendOrLose(ByteBuffer segment) {
        output.addOrLose(segment);
        owner.attend(this);
    }

    /** Requests have room again. */
    void resume() {
        owner.attend(this);
    }

    @Override
    public void event(String name, Section message) {
        if (isRegistered(name)) {
            try {
                send(Packet.event(name, message));
            } catch (WireException e) {
                LOG.error("event {} is not sent: {}", name, e.getMessage());
            }
        }
    }

    @Override
    public CompletionStage<Void> room() {
        return output.room();
    }

    @Override
    public void cancelWhenGone(CompletableFuture<?> work) {
        Runnable cancellation = () -> work.cancel(false);
        cancellations.add(cancellation);
        work.whenComplete((result, failure) -> cancellations.remove(cancellation));
        if (gone) {
            cancellation.run();
        }
    }

    /** Whether nobody hears any answer. */
    boolean isGone() {
        return gone;
    }
}
