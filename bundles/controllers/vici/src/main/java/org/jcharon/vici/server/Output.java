// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What waits to be sent to one client. Any thread; {@link #writeTo} by one at a time. */
final class Output {

    private static final int MOST_AT_ONCE = 64;

    private final Limits limits;
    private final Deque<ByteBuffer> queue = new ArrayDeque<>(); // guarded by this, as the rest
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private long octets;
    private long lost;
    private boolean closed;

    Output(Limits limits) {
        this.limits = limits;
    }

    /** Queues a segment; false: too much waits. A single segment always has a place. Dropped once closed. */
    synchronized boolean add(ByteBuffer segment) {
        if (closed) {
            return true;
        }
        if (octets > 0 && octets + segment.remaining() > limits.waiting()) {
            return false;
        }
        queue.add(segment);
        octets += segment.remaining();
        return true;
    }

    /** Queues a segment, or counts it as lost if more than a little waits. */
    synchronized void addOrLose(ByteBuffer segment) {
        if (closed) {
            return;
        }
        if (octets > limits.room()) {
            lost++;
            return;
        }
        queue.add(segment);
        octets += segment.remaining();
    }

    /** Writes what {@code channel} takes; returns how many octets. */
    long writeTo(GatheringByteChannel channel) throws IOException {
        long all = 0;
        while (true) {
            ByteBuffer[] next;
            synchronized (this) {
                next = queue.stream().limit(MOST_AT_ONCE).toArray(ByteBuffer[]::new);
            }
            if (next.length == 0) {
                return all;
            }
            long written = channel.write(next);
            all += written;
            boolean blocked = next[next.length - 1].hasRemaining();
            List<CompletableFuture<Void>> roomy = List.of();
            synchronized (this) {
                octets -= written;
                while (!queue.isEmpty() && !queue.element().hasRemaining()) {
                    queue.remove();
                }
                if (octets <= limits.room() && !waiting.isEmpty()) {
                    roomy = List.copyOf(waiting);
                    waiting.clear();
                }
            }
            roomy.forEach(stage -> stage.complete(null));
            if (blocked) {
                return all;
            }
        }
    }

    /** Completes when little waits, fails once closed. */
    synchronized CompletionStage<Void> room() {
        if (closed) {
            return CompletableFuture.failedFuture(new IllegalStateException("client is gone"));
        }
        if (octets <= limits.room()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> stage = new CompletableFuture<>();
        waiting.add(stage);
        return stage;
    }

    synchronized boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Whether more than a little waits. */
    synchronized boolean isBehind() {
        return octets > limits.room();
    }

    /** Segments lost so far. */
    synchronized long lost() {
        return lost;
    }

    void close() {
        List<CompletableFuture<Void>> left;
        synchronized (this) {
            closed = true;
            queue.clear();
            octets = 0;
            left = List.copyOf(waiting);
            waiting.clear();
        }
        left.forEach(stage -> stage.completeExceptionally(new IllegalStateException("client is gone")));
    }
}
