// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * A device without system behind it, for machines where we may not open one: echo requests that arrive are answered, pings can be
 * sent, everything else is counted. Answers take the same way through policies and SAs as any packet. Any thread.
 */
final class MemoryDevice implements PacketDevice {

    private static final int CAPACITY = 1024;
    private static final int MAX_PINGS = 10_000;
    private static final byte[] WAKE = {};

    private final BlockingQueue<byte[]> packets = new ArrayBlockingQueue<>(CAPACITY);
    private final Map<Integer, Semaphore> pings = new ConcurrentHashMap<>();
    private final AtomicInteger lastIdentifier = new AtomicInteger();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder answered = new LongAdder();
    private volatile boolean closed; // seen by the reader after the wake that follows

    @Override
    public String name() {
        return "";
    }

    @Override
    public int read(byte[] packet, int offset, int length) {
        if (closed) {
            return -1;
        }
        try {
            byte[] next = packets.take();
            int octets = Math.min(next.length, length);
            System.arraycopy(next, 0, packet, offset, octets);
            return closed ? -1 : octets;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    @Override
    public void write(byte[] packet, int offset, int length) {
        delivered.increment();
        switch (Icmp.kind(packet, offset, length)) {
            case REQUEST -> {
                if (packets.offer(Icmp.replyTo(packet, offset, length))) {
                    answered.increment();
                }
            }
            case REPLY -> {
                Semaphore waiting = pings.get(Icmp.identifier(packet, offset));
                if (waiting != null) {
                    waiting.release();
                }
            }
            case OTHER -> {}
        }
    }

    /**
     * Sends echo requests one after the other and waits for each answer.
     *
     * @param count 1 to 10000
     * @param millis how long to wait for each
     * @return how many were answered
     */
    int ping(InetAddress source, InetAddress destination, int count, long millis) throws InterruptedException {
        if (count < 1 || count > MAX_PINGS) {
            throw new IllegalArgumentException(count + " pings: 1 to " + MAX_PINGS + " can be sent");
        }
        if (source.getAddress().length != destination.getAddress().length) {
            throw new IllegalArgumentException("addresses of two families");
        }
        int identifier = lastIdentifier.incrementAndGet() & 0xFFFF;
        Semaphore answers = new Semaphore(0);
        pings.put(identifier, answers);
        try {
            int good = 0;
            for (int i = 1; i <= count; i++) {
                answers.drainPermits();
                if (packets.offer(Icmp.request(source, destination, identifier, i))
                        && answers.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
                    good++;
                }
            }
            return good;
        } finally {
            pings.remove(identifier);
        }
    }

    /** Packets that came out of ESP. */
    long delivered() {
        return delivered.sum();
    }

    /** Echo requests that were answered. */
    long answered() {
        return answered.sum();
    }

    @Override
    public void wake() {
        if (!packets.offer(WAKE)) {
            packets.poll(); // full: the reader is awake, or one packet makes room
            packets.offer(WAKE);
        }
    }

    @Override
    public void close() {
        closed = true;
        wake();
    }
}
