// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.sa.IkeSaId;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;

/**
 * One place in the table: the state of an IKE_SA's use and its three lanes. The lock of this object is a leaf: nothing is called
 * while it is held.
 *
 * <pre>
 * RESERVED ⇄ LEASED (a newborn)      FREE → SCHEDULED → LEASED → FREE | SCHEDULED      LEASED → DRIVEN_OUT
 * </pre>
 */
final class Entry {

    /** How many commands may wait. */
    static final int COMMANDS = 32;
    /** How many packets may wait: more than the fragments of any message that peers really send. */
    static final int PACKETS = 64;
    /** How many octets of packets may wait, but for a single one: half of what a peer may cost that nobody knows yet. */
    static final int PACKET_OCTETS = 32 * 1024;

    private enum State {
        RESERVED,
        FREE,
        SCHEDULED,
        LEASED,
        DRIVEN_OUT
    }

    /** Something that waits. */
    record Item(SaJob job, Priority priority, ReceivedMessage message) {}

    /** What came of putting an item in; {@code dropped} says why a packet was refused, else null. */
    record Result(Submission submission, DropReason dropped) {
        static final Result STARTED = new Result(Submission.STARTED, null);
        static final Result QUEUED = new Result(Submission.QUEUED, null);
        static final Result REFUSED = new Result(Submission.REFUSED, null);
        static final Result GONE = new Result(Submission.GONE, null);
        static final Result DUPLICATE = new Result(Submission.REFUSED, DropReason.DUPLICATE);
        static final Result LANE_FULL = new Result(Submission.REFUSED, DropReason.LANE_FULL);
    }

    private final Packet first;
    private final Chunk initHash;
    private volatile IkeSaId id; // publishes the SPIs of the last checkin to those who look an entry up
    private volatile IkeSaInfo snapshot; // publishes the state of the last checkin to listings
    private volatile boolean published;
    private volatile String running = ""; // publishes what the drain is at to the watchdog

    // Used by the holder of the lease alone; the state handover orders the accesses.
    private ManagedSa sa;
    private InetAddress halfOpenRemote;
    private String indexedName;

    // Guarded by this.
    private State state;
    private final Deque<Item> internal = new ArrayDeque<>();
    private final Map<String, Item> timers = new LinkedHashMap<>();
    private final Deque<Item> commands = new ArrayDeque<>();
    private final Deque<Item> packets = new ArrayDeque<>();
    private boolean packetsNext = true;
    private long processing = -1;

    private Entry(IkeSaId id, Packet first, Chunk initHash, State state, boolean published) {
        this.id = id;
        this.first = first;
        this.initHash = initHash;
        this.state = state;
        this.published = published;
    }

    /** One for an IKE_SA_INIT request; the first drain makes the IKE_SA. */
    static Entry responder(IkeSaId id, Packet first, Chunk initHash) {
        return new Entry(id, first, initHash, State.FREE, true);
    }

    /** One that the calling thread has leased from the beginning. */
    static Entry initiator(IkeSaId id) {
        return new Entry(id, null, null, State.LEASED, true);
    }

    /** One for a newborn. */
    static Entry newborn(IkeSaId id) {
        return new Entry(id, null, null, State.RESERVED, false);
    }

    IkeSaId id() {
        return id;
    }

    long localSpi() {
        return id.localSpi();
    }

    Packet first() {
        return first;
    }

    Chunk initHash() {
        return initHash;
    }

    IkeSaInfo snapshot() {
        return snapshot;
    }

    boolean isPublished() {
        return published;
    }

    ManagedSa sa() {
        return sa;
    }

    void adopt(ManagedSa newSa) {
        sa = newSa;
        id = newSa.id();
    }

    void publishState(IkeSaId newId, IkeSaInfo newSnapshot) {
        id = newId;
        snapshot = newSnapshot;
    }

    void publishId(IkeSaId newId) {
        id = newId;
    }

    InetAddress halfOpenRemote() {
        return halfOpenRemote;
    }

    void halfOpenRemote(InetAddress remote) {
        halfOpenRemote = remote;
    }

    String indexedName() {
        return indexedName;
    }

    void indexedName(String name) {
        indexedName = name;
    }

    /** For a person: which IKE_SA, and what runs. */
    String description() {
        IkeSaInfo last = snapshot;
        String who = last == null ? id.toString() : last.name() + "[" + last.uniqueId() + "]";
        return "IKE_SA " + who + (running.isEmpty() ? "" : ": " + running);
    }

    void running(String name) {
        running = name;
    }

    synchronized Result addInternal(Item item) {
        if (state == State.DRIVEN_OUT) {
            return Result.GONE;
        }
        internal.add(item);
        return schedule();
    }

    synchronized Result addTimer(String kind, Item item) {
        if (state == State.DRIVEN_OUT) {
            return Result.GONE;
        }
        timers.put(kind, item);
        return schedule();
    }

    synchronized Result addCommand(Item item) {
        if (state == State.DRIVEN_OUT) {
            return Result.GONE;
        }
        if (commands.size() >= COMMANDS) {
            return Result.REFUSED;
        }
        commands.add(item);
        return schedule();
    }

    synchronized Result addPacket(Item item) {
        if (state == State.DRIVEN_OUT) {
            return Result.GONE;
        }
        ReceivedMessage message = item.message();
        long key = message.exchangeKey();
        if ((key >= 0 && key == processing) || waits(message)) {
            return Result.DUPLICATE;
        }
        int octets = message.packet().data().length();
        if (packets.size() >= PACKETS || (!packets.isEmpty() && waitingOctets() + octets > PACKET_OCTETS)) {
            return Result.LANE_FULL;
        }
        packets.add(item);
        return schedule();
    }

    /** SCHEDULED becomes LEASED; false if it was driven out meanwhile. */
    synchronized boolean lease() {
        if (state != State.SCHEDULED) {
            return false;
        }
        state = State.LEASED;
        return true;
    }

    /** RESERVED becomes LEASED. */
    synchronized void leaseNewborn() {
        if (state != State.RESERVED) {
            throw new IllegalStateException("newborn is " + state);
        }
        state = State.LEASED;
    }

    /** The next item, null if there is none. A packet becomes the message being processed. */
    synchronized Item next() {
        Item item = peek(true);
        if (item != null && item.message() != null) {
            processing = item.message().exchangeKey();
        }
        return item;
    }

    /** The message being processed is done with; {@code waiting} is the ID of a request that still is not, or -1. */
    synchronized void processed(long waiting) {
        processing = waiting < 0 ? -1 : ReceivedMessage.keyOf(waiting, false);
    }

    /** Ends the lease; the priority of the drain to post, null: none. */
    synchronized Priority checkin() {
        if (!published) {
            state = State.RESERVED;
            return null;
        }
        return idle();
    }

    /** The newborn is one no longer; the priority of the drain to post, null: none. */
    synchronized Priority publish() {
        published = true;
        return state == State.RESERVED ? idle() : null;
    }

    /** Nothing comes in from now on. Returns what waited; empty if it was driven out before. */
    synchronized List<Item> driveOut() {
        state = State.DRIVEN_OUT;
        List<Item> left = new ArrayList<>(internal);
        left.addAll(timers.values());
        left.addAll(commands);
        left.addAll(packets);
        internal.clear();
        timers.clear();
        commands.clear();
        packets.clear();
        return left;
    }

    synchronized boolean isReserved() {
        return state == State.RESERVED;
    }

    synchronized boolean isDrivenOut() {
        return state == State.DRIVEN_OUT;
    }

    private Result schedule() {
        if (state == State.FREE) {
            state = State.SCHEDULED;
            return Result.STARTED;
        }
        return Result.QUEUED;
    }

    private Priority idle() {
        Item next = peek(false);
        state = next == null ? State.FREE : State.SCHEDULED;
        return next == null ? null : next.priority();
    }

    /** Completions first, then timers; commands and packets take turns, so that neither starves the other. */
    private Item peek(boolean remove) {
        if (!internal.isEmpty()) {
            return remove ? internal.remove() : internal.peek();
        }
        if (!timers.isEmpty()) {
            String kind = timers.keySet().iterator().next();
            return remove ? timers.remove(kind) : timers.get(kind);
        }
        boolean fromPackets = !packets.isEmpty() && (packetsNext || commands.isEmpty());
        Deque<Item> lane = fromPackets ? packets : commands;
        if (remove && !lane.isEmpty()) {
            packetsNext = !fromPackets;
            return lane.poll();
        }
        return lane.peek();
    }

    private int waitingOctets() {
        int octets = 0;
        for (Item item : packets) {
            octets += item.message().packet().data().length();
        }
        return octets;
    }

    private boolean waits(ReceivedMessage message) {
        for (Item item : packets) {
            if (item.message().header().equals(message.header())
                    && item.message().packet().data().equals(message.packet().data())) {
                return true;
            }
        }
        return false;
    }
}
