// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.bus.Log;
import org.jcharon.api.wire.WireException;
import org.jcharon.vici.message.Packet;
import org.jcharon.vici.message.Section;

/** What one client asks, one after the other: the next begins when the one before was answered. Any thread. */
final class Requests {

    private static final Log LOG = Log.of("cfg");
    private static final int MAX_WAITING = 16;
    private static final int MAX_OCTETS = Packet.MAX_SEGMENT;

    /** Runs work on a job thread. */
    @FunctionalInterface
    interface Runner {
        void run(String name, Runnable work);
    }

    private final Connection connection;
    private final Commands commands;
    private final Runner runner;
    private final Deque<byte[]> waiting = new ArrayDeque<>(); // guarded by this, as the rest
    private long octets;
    private boolean busy;
    private boolean closed;

    Requests(Connection connection, Commands commands, Runner runner) {
        this.connection = connection;
        this.commands = commands;
        this.runner = runner;
    }

    /** Takes over a segment. */
    void add(byte[] segment) {
        synchronized (this) {
            waiting.add(segment);
            octets += segment.length;
            if (busy) {
                return;
            }
            busy = true;
        }
        runner.run("vici request", this::next);
    }

    /** Whether so much waits that nothing more is to be read. */
    synchronized boolean isFull() {
        return waiting.size() >= MAX_WAITING || octets > MAX_OCTETS;
    }

    synchronized void close() {
        closed = true;
        waiting.forEach(segment -> Arrays.fill(segment, (byte) 0));
        waiting.clear();
        octets = 0;
    }

    private void next() {
        byte[] segment;
        boolean wasFull;
        synchronized (this) {
            wasFull = isFull();
            segment = waiting.poll();
            if (segment == null) {
                busy = false;
                return;
            }
            octets -= segment.length;
        }
        if (wasFull) {
            connection.resume();
        }
        try {
            Packet packet = Packet.read(segment);
            switch (packet.type()) {
                case Packet.EVENT_REGISTER -> register(packet.name());
                case Packet.EVENT_UNREGISTER -> unregister(packet.name());
                default -> {
                    run(packet);
                    return;
                }
            }
            again();
        } catch (WireException e) {
            connection.doom("sent what is no message: " + e.getMessage());
        } finally {
            Arrays.fill(segment, (byte) 0);
        }
    }

    private void again() {
        synchronized (this) {
            if (closed || waiting.isEmpty()) {
                busy = false;
                return;
            }
        }
        runner.run("vici request", this::next);
    }

    private void register(String event) {
        boolean known = commands.isEvent(event);
        if (known) {
            connection.register(event);
        }
        connection.send(Packet.bare(known ? Packet.EVENT_CONFIRM : Packet.EVENT_UNKNOWN));
    }

    private void unregister(String event) {
        boolean was = connection.unregister(event);
        connection.send(Packet.bare(was ? Packet.EVENT_CONFIRM : Packet.EVENT_UNKNOWN));
    }

    private void run(Packet packet) {
        Optional<Commands.Command> command = commands.command(packet.name());
        if (command.isEmpty()) {
            packet.message().wipe();
            connection.send(Packet.bare(Packet.CMD_UNKNOWN));
            again();
            return;
        }
        CompletionStage<Section> answer;
        try {
            answer = command.get().run(packet.message(), connection);
        } catch (CommandFailed e) {
            answer = java.util.concurrent.CompletableFuture.failedFuture(e);
        } catch (RuntimeException | LinkageError e) {
            answer = java.util.concurrent.CompletableFuture.failedFuture(e);
        }
        answer.whenComplete((message, failure) -> {
            packet.message().wipe();
            if (!connection.isGone()) { // else its work was cancelled, which is no failure to tell anybody about
                respond(packet.name(), failure == null ? message : failed(packet.name(), failure));
            }
            again();
        });
    }

    private void respond(String name, Section message) {
        try {
            connection.send(Packet.response(message));
        } catch (WireException e) {
            LOG.error("answer to {} is not sent: {}", name, e.getMessage());
            try {
                connection.send(Packet.response(Replies.failed("answer too long: " + e.getMessage())));
            } catch (WireException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    private static Section failed(String name, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof CommandFailed) {
            return Replies.failed(cause.getMessage());
        }
        LOG.error("command {} failed: {}", name, cause.toString());
        LOG.more("stack of command {}", name, cause);
        return Replies.failed(name + " failed: " + cause);
    }
}
