// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jcharon.api.bus.Log;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.wire.WireException;
import org.jcharon.vici.message.Packet;
import org.jcharon.vici.message.Section;

/**
 * Serves clients: one dispatcher reads and writes all sockets, commands run as jobs. Any thread.
 */
public final class Server implements AutoCloseable, Connection.Owner {

    private static final Log LOG = Log.of("cfg");
    private static final int SCRATCH = 64 << 10;
    private static final long LOOK_MILLIS = 1_000;

    private final List<Door> doors;
    private final Commands commands;
    private final Processor processor;
    private final TimeSource time;
    private final Limits limits;
    private final Selector selector;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Queue<Connection> attention = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> registrations = new ConcurrentHashMap<>();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH); // the dispatcher only, as the rest
    private Dispatcher dispatcher;
    private long incomplete;
    private long accepted;
    private long refused;
    private long lookedAt;

    /** Takes over {@code doors}, which are open. */
    public Server(List<Door> doors, Commands commands, Processor processor, TimeSource time, Limits limits)
            throws IOException {
        this.doors = List.copyOf(doors);
        this.commands = commands;
        this.processor = processor;
        this.time = time;
        this.limits = limits;
        this.selector = Selector.open();
        for (Door door : doors) {
            door.channel().configureBlocking(false);
            door.channel().register(selector, SelectionKey.OP_ACCEPT);
        }
    }

    /** Begins to serve. */
    public synchronized void start() {
        dispatcher = processor.dispatcher("vici", this::loop, selector::wakeup);
    }

    /** Number of clients. */
    public int clients() {
        return connections.size();
    }

    /** Whether any client registered an event. */
    public boolean isWanted(String event) {
        return registrations.getOrDefault(event, 0) > 0;
    }

    /** Sends an event to all clients that registered it; {@code message} is asked for only if there is one. */
    public void broadcast(String event, Supplier<Section> message) {
        give(event, message, false);
    }

    /** The same for events that are lost rather than kept for a slow client. */
    public void broadcastOrLose(String event, Supplier<Section> message) {
        give(event, message, true);
    }

    private void give(String event, Supplier<Section> message, boolean lossy) {
        if (!isWanted(event)) {
            return;
        }
        ByteBuffer segment;
        try {
            segment = Packet.event(event, message.get());
        } catch (WireException e) {
            LOG.error("event {} is not sent: {}", event, e.getMessage());
            return;
        }
        for (Connection connection : connections) {
            if (connection.isRegistered(event)) {
                if (lossy) {
                    connection.sendOrLose(segment.duplicate());
                } else {
                    connection.send(segment.duplicate());
                }
            }
        }
    }

    /** Disconnects all clients and closes the doors. */
    @Override
    public synchronized void close() {
        if (dispatcher != null) {
            dispatcher.close();
        }
        closeAll();
    }

    @Override
    public void attend(Connection connection) {
        if (connection.wantsAttention()) {
            attention.add(connection);
            selector.wakeup();
        }
    }

    @Override
    public void registered(String event, int change) {
        int now = registrations.merge(event, change, Integer::sum);
        try {
            commands.registrations(event, now);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("vici: whoever hears of clients of {} met a fault: {}", event, e.toString());
        }
    }

    private void loop(Dispatcher self) {
        lookedAt = time.nanos();
        while (!self.isClosed()) {
            try {
                selector.select(this::ready, LOOK_MILLIS);
            } catch (IOException e) {
                LOG.error("vici: {}", e.getMessage());
                return;
            }
            for (Connection next = attention.poll(); next != null; next = attention.poll()) {
                next.attended();
                guarded(next, Connection::write);
            }
            long now = time.nanos();
            if (now - lookedAt >= LOOK_MILLIS * 1_000_000) {
                lookedAt = now;
                look();
            }
        }
    }

    private void ready(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept((ServerSocketChannel) key.channel(), key);
                return;
            }
            Connection connection = (Connection) key.attachment();
            if (key.isReadable()) {
                guarded(connection, this::read);
            }
            if (key.isValid() && key.isWritable()) {
                guarded(connection, Connection::write);
            }
        } catch (CancelledKeyException gone) {
            // closed meanwhile, by this thread
        }
    }

    private interface Step {
        void run(Connection connection, long now) throws IOException, WireException;
    }

    /** Whatever goes wrong with a client ends that client alone. */
    private void guarded(Connection connection, Step step) {
        if (!connections.contains(connection)) {
            return;
        }
        try {
            long now = time.nanos();
            step.run(connection, now);
            String verdict = connection.verdict(now);
            if (verdict != null) {
                end(connection, verdict);
                return;
            }
            SelectionKey key = connection.channel().keyFor(selector);
            int interest = connection.interest();
            if (key != null && key.isValid() && key.interestOps() != interest) {
                key.interestOps(interest);
            }
        } catch (IOException e) {
            end(connection, null);
        } catch (WireException e) {
            end(connection, "sent what is no segment: " + e.getMessage());
        } catch (RuntimeException e) {
            end(connection, "met a fault: " + e);
        }
    }

    private void read(Connection connection, long now) throws IOException, WireException {
        long before = connection.held();
        try {
            connection.read(scratch, now);
        } finally {
            incomplete += connection.held() - before; // also if a segment ended and what follows it is none
        }
        if (connection.held() > before && incomplete > limits.incomplete()) {
            connection.doom("sent a segment in part only while clients hold too many of these");
        }
    }

    private void accept(ServerSocketChannel door, SelectionKey key) {
        try {
            SocketChannel channel = door.accept();
            if (channel == null) {
                return;
            }
            if (connections.size() >= limits.connections()) {
                refused++;
                channel.close();
                return;
            }
            channel.configureBlocking(false);
            Connection connection =
                    new Connection(++accepted, channel, this, limits, commands, this::job, time.nanos());
            connections.add(connection);
            channel.register(selector, SelectionKey.OP_READ, connection);
        } catch (IOException e) {
            // no descriptors left: not tried again before the next look
            key.interestOps(0);
            refused++;
        }
    }

    private void job(String name, Runnable work) {
        processor.execute(Job.of(name, Priority.MEDIUM, work));
    }

    private void look() {
        if (refused > 0) {
            LOG.error("refused {} vici clients, {} are connected", refused, connections.size());
            refused = 0;
        }
        doors.forEach(door -> door.channel().keyFor(selector).interestOps(SelectionKey.OP_ACCEPT));
        long now = time.nanos();
        for (Connection connection : connections) {
            String verdict = connection.verdict(now);
            if (verdict != null) {
                end(connection, verdict);
            }
        }
    }

    private void end(Connection connection, String why) {
        if (connections.remove(connection)) {
            incomplete -= connection.held();
            if (why != null) {
                LOG.control("vici client {} {}, disconnected", connection.number(), why);
            }
            connection.close();
        }
    }

    private void closeAll() {
        new ArrayList<>(connections).forEach(connection -> end(connection, null));
        doors.forEach(Door::close);
        try {
            selector.close();
        } catch (IOException e) {
            LOG.more("closing the selector of vici: {}", e.getMessage());
        }
    }
}
