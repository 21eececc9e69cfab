// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jcharon.api.bus.Log;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.sa.IkeSaId;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.wire.Chunk;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * All IKE_SAs, by our own SPI. An IKE_SA is touched by one thread at a time, and nobody ever waits for one: work is submitted and
 * runs at once or after what the IKE_SA is busy with. Any thread.
 */
@Component(service = IkeSaManager.class, immediate = true)
public final class IkeSaManager {

    private static final Log MGR = Log.of("mgr");
    private static final Log NET = Log.of("net");
    private static final int ITEMS_PER_LEASE = 8;
    private static final long NANOS_PER_LEASE = 2_000_000;
    private static final Duration LAST_RESPITE = Duration.ofMillis(500);

    private final Processor processor;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final RandomSource random;
    private final DropCounters drops;
    private volatile int limit; // publishes the setting
    private final Map<Long, Entry> table = new ConcurrentHashMap<>();
    private final Map<Long, Entry> byUniqueId = new ConcurrentHashMap<>();
    /** By the name of the connection at the last checkin. */
    private final Map<String, Set<Entry>> byName = new ConcurrentHashMap<>();

    private final Map<Chunk, Entry> byInitHash = new ConcurrentHashMap<>();
    private final Map<InetAddress, Integer> halfOpenByRemote = new ConcurrentHashMap<>();
    private final AtomicInteger halfOpen = new AtomicInteger();
    private final AtomicLong uniqueIds = new AtomicLong();
    private final UniquenessIndex uniqueness = new UniquenessIndex();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile IkeSaFactory factory; // publishes the factory, which needs this manager and so comes later
    private volatile boolean stopping; // publishes that no new IKE_SA may begin

    /** With {@code charon.ikesa_limit}. */
    @Activate
    public IkeSaManager(
            @Reference(name = "processor") Processor processor,
            @Reference(name = "scheduler") Scheduler scheduler,
            @Reference(name = "time") TimeSource time,
            @Reference(name = "crypto") CryptoRegistry crypto,
            @Reference(name = "drops") DropCounters drops,
            @Reference(name = "settings") Settings settings) {
        this(processor, scheduler, time, crypto.random(), drops, (int) settings.number("charon.ikesa_limit", 0));
    }

    // Not public: SCR tells constructors apart by their number of parameters only, and takes whichever the JVM lists
    // first.
    private IkeSaManager(
            Processor processor,
            Scheduler scheduler,
            TimeSource time,
            RandomSource random,
            DropCounters drops,
            int limit) {
        this.processor = processor;
        this.scheduler = scheduler;
        this.time = time;
        this.random = random;
        this.drops = drops;
        this.limit = limit;
    }

    /** One with at most {@code limit} IKE_SAs, 0: no limit. */
    public static IkeSaManager limited(
            Processor processor,
            Scheduler scheduler,
            TimeSource time,
            RandomSource random,
            DropCounters drops,
            int limit) {
        return new IkeSaManager(processor, scheduler, time, random, drops, limit);
    }

    /** From now on at most {@code value} IKE_SAs, 0: no limit; those that there are stay. */
    public void limit(int value) {
        limit = value;
    }

    /** Sets what answers IKE_SA_INIT requests; null: they are dropped. */
    public void factory(IkeSaFactory value) {
        factory = value;
    }

    /** A unique number for a new IKE_SA, from 1. */
    public long nextUniqueId() {
        return uniqueIds.incrementAndGet();
    }

    /** Completions: never refused, first in turn. */
    public Submission submitInternal(long localSpi, SaJob job) {
        Entry entry = table.get(localSpi);
        return entry == null
                ? Submission.GONE
                : post(entry, entry.addInternal(new Entry.Item(job, Priority.CRITICAL, null)), Priority.CRITICAL);
    }

    /** A timer of a kind: one that waits already is replaced, and not told. */
    public Submission submitTimer(long localSpi, String kind, SaJob job) {
        Entry entry = table.get(localSpi);
        return entry == null
                ? Submission.GONE
                : post(entry, entry.addTimer(kind, new Entry.Item(job, Priority.MEDIUM, null)), Priority.MEDIUM);
    }

    /** A command of a person or another IKE_SA: refused if {@value Entry#COMMANDS} wait. */
    public Submission submitCommand(long localSpi, SaJob job) {
        Entry entry = table.get(localSpi);
        return entry == null ? Submission.GONE : command(entry, job);
    }

    /** A command to the IKE_SA of a unique number; one that is not published is not found. */
    public Submission submitUnique(long uniqueId, SaJob job) {
        Entry entry = byUniqueId.get(uniqueId);
        return entry == null ? Submission.GONE : command(entry, job);
    }

    /**
     * A message. A new IKE_SA_INIT request makes an IKE_SA; a repeat of one goes to the same by the hash of its octets. What is
     * refused is counted here, what is GONE is the caller's to count.
     */
    public Submission submitMessage(ReceivedMessage message) {
        Entry entry = message.header().isInitialRequest() ? responder(message) : find(message.header());
        if (entry == null) {
            return message.header().isInitialRequest() ? Submission.REFUSED : Submission.GONE;
        }
        Priority priority = message.priority();
        Entry.Result result = entry.addPacket(new Entry.Item(new MessageJob(message), priority, message));
        if (result.dropped() != null) {
            drops.count(result.dropped());
            if (result.dropped() == DropReason.DUPLICATE) {
                MGR.control(
                        "ignoring {} with ID {}, already processing",
                        message.header().isResponse() ? "response" : "request",
                        message.header().messageId());
            }
        }
        return post(entry, result, priority);
    }

    /**
     * A new IKE_SA that we initiate, leased to the calling thread and found by others at once.
     *
     * @param make gets SPIs and role; what it throws is passed on and leaves nothing behind
     * @throws IllegalStateException if the daemon is ending or the limit of IKE_SAs is reached
     */
    public Lease createInitiator(Function<IkeSaId, ManagedSa> make) {
        if (stopping || isFull()) {
            throw new IllegalStateException(stopping ? "the daemon is ending" : "limit of IKE_SAs reached");
        }
        Entry entry = reserve(spi -> Entry.initiator(new IkeSaId(spi, 0, true)));
        try {
            entry.adopt(make.apply(entry.id()));
        } catch (RuntimeException e) {
            remove(entry).forEach(item -> item.job().gone());
            completeIfEmpty();
            throw e;
        }
        byUniqueId.put(entry.sa().uniqueId(), entry);
        return new SaLease(this, entry);
    }

    /** Reserves an SPI for a rekeyed IKE_SA; {@code initiator}: whether we initiated the rekeying. */
    public Newborn newborn(boolean initiator, long peerSpi) {
        return new NewbornEntry(reserve(
                spi -> Entry.newborn(initiator ? new IkeSaId(spi, peerSpi, true) : new IkeSaId(peerSpi, spi, false))));
    }

    /**
     * Gives an IKE_SA that we initiate another SPI of ours, for another attempt to come up; what arrives for the one before finds
     * nobody. Lease held.
     *
     * @return its SPIs from now on; the responder's is unknown
     */
    public IkeSaId renewSpi(long localSpi) {
        Entry entry = Objects.requireNonNull(table.get(localSpi), "no IKE_SA of that SPI");
        IkeSaId fresh;
        do {
            fresh = new IkeSaId(drawSpi(), 0, true);
        } while (table.putIfAbsent(fresh.localSpi(), entry) != null);
        entry.publishId(fresh);
        table.remove(localSpi, entry);
        return fresh;
    }

    private long drawSpi() {
        while (true) {
            long spi = ByteBuffer.wrap(random.octets(Long.BYTES)).getLong();
            if (spi != 0) {
                return spi;
            }
        }
    }

    /** Has messages be found by the SPIs that the IKE_SA has now, before the checkin. */
    public void responderSpiKnown(Lease lease) {
        IkeSaId id = lease.sa().id();
        Entry entry = table.get(id.localSpi());
        if (entry != null) {
            entry.publishId(id);
        }
    }

    /** Which IKE_SAs connect the same identities. */
    public UniquenessIndex uniqueness() {
        return uniqueness;
    }

    /** Unique numbers of all published IKE_SAs. */
    public Stream<Long> uniqueIds() {
        return List.copyOf(byUniqueId.keySet()).stream().sorted();
    }

    /** How each IKE_SA was at its last checkin, by unique number; waits for none. */
    public Stream<IkeSaInfo> snapshots() {
        return uniqueIds()
                .map(byUniqueId::get)
                .filter(Objects::nonNull)
                .map(Entry::snapshot)
                .filter(Objects::nonNull);
    }

    /** How the IKE_SAs of one connection were at their last checkin, by unique number; waits for none. */
    public Stream<IkeSaInfo> snapshots(String name) {
        return List.copyOf(byName.getOrDefault(name, Set.of())).stream()
                .map(Entry::snapshot)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparingLong(IkeSaInfo::uniqueId));
    }

    /** How one IKE_SA was at its last checkin, null if there is none. */
    public IkeSaInfo snapshot(long uniqueId) {
        Entry entry = byUniqueId.get(uniqueId);
        return entry == null ? null : entry.snapshot();
    }

    /** Number of IKE_SAs, newborn ones included. */
    public int size() {
        return table.size();
    }

    /** Whether there is no IKE_SA. */
    public boolean isEmpty() {
        return table.isEmpty();
    }

    /** IKE_SAs not yet authenticated in which we respond. */
    public int halfOpen() {
        return halfOpen.get();
    }

    /** The same with one peer's address. */
    public int halfOpen(InetAddress remote) {
        return halfOpenByRemote.getOrDefault(remote, 0);
    }

    /**
     * Ends everything: no new IKE_SA begins, each gets {@link ManagedSa#shutdown}, and what is left after {@code patience} is driven
     * out. The stage completes at most half a second after that.
     */
    public CompletionStage<Void> shutdown(Duration patience) {
        if (!stopping) {
            stopping = true;
            table.values().stream().filter(Entry::isPublished).forEach(entry -> internal(entry, new ShutdownJob()));
            completeIfEmpty();
            scheduler.schedule(Job.of("end of shutdown", Priority.CRITICAL, this::driveAllOut), patience);
        }
        return ended;
    }

    private void driveAllOut() {
        if (ended.isDone()) {
            return;
        }
        MGR.control("{} IKE_SAs left after shutdown's time, destroying them", table.size());
        table.values().forEach(entry -> internal(entry, Lease::driveOut));
        scheduler.schedule(Job.of("last end of shutdown", Priority.CRITICAL, () -> ended.complete(null)), LAST_RESPITE);
    }

    /** Called after an IKE_SA is destroyed: whoever waits for the end must find its traces gone. */
    void completeIfEmpty() {
        if (stopping && table.isEmpty()) {
            ended.complete(null);
        }
    }

    private void internal(Entry entry, SaJob job) {
        post(entry, entry.addInternal(new Entry.Item(job, Priority.CRITICAL, null)), Priority.CRITICAL);
    }

    private Submission command(Entry entry, SaJob job) {
        return post(entry, entry.addCommand(new Entry.Item(job, Priority.MEDIUM, null)), Priority.MEDIUM);
    }

    private Submission post(Entry entry, Entry.Result result, Priority priority) {
        if (result.submission() == Submission.STARTED) {
            processor.execute(new DrainJob(entry, priority));
        }
        return result.submission();
    }

    private boolean isFull() {
        return limit > 0 && table.size() >= limit;
    }

    private Entry reserve(Function<Long, Entry> make) {
        while (true) {
            long spi = drawSpi();
            Entry entry = make.apply(spi);
            if (table.putIfAbsent(spi, entry) == null) {
                return entry;
            }
        }
    }

    /** The entry that a message is for: our SPI, our role and, once known, the peer's SPI fit. */
    private Entry find(IkeHeader header) {
        Entry entry = table.get(header.receiverSpi());
        if (entry == null) {
            return null;
        }
        IkeSaId id = entry.id();
        if (id.initiator() == header.fromInitiator()) {
            return null;
        }
        long known = id.initiator() ? id.responderSpi() : id.initiatorSpi();
        long claimed = id.initiator() ? header.spir() : header.spii();
        return known == 0 || known == claimed ? entry : null;
    }

    /** The entry for an IKE_SA_INIT request, a new one if it is no repeat; null if it was refused, which is counted. */
    private Entry responder(ReceivedMessage message) {
        Chunk hash = hash(message.packet().data());
        Entry known = byInitHash.get(hash);
        if (known != null) {
            return known;
        }
        if (stopping || factory == null || isFull()) {
            drops.count(DropReason.SA_LIMIT);
            return null;
        }
        return byInitHash.computeIfAbsent(hash, key -> {
            Entry entry = reserve(
                    spi -> Entry.responder(new IkeSaId(message.header().spii(), spi, false), message.packet(), key));
            // Counted before its first job runs, so that a flood in the queues is seen by the thresholds.
            countHalfOpen(entry, message.packet().source().address());
            return entry;
        });
    }

    /** Keeps the counts of half-open IKE_SAs; {@code remote} null: not half-open. Called by who has the entry for itself. */
    void countHalfOpen(Entry entry, InetAddress remote) {
        InetAddress before = entry.halfOpenRemote();
        if (Objects.equals(before, remote)) {
            return;
        }
        entry.halfOpenRemote(remote);
        if (before != null) {
            halfOpen.decrementAndGet();
            halfOpenByRemote.computeIfPresent(before, (key, count) -> count == 1 ? null : count - 1);
        }
        if (remote != null) {
            halfOpen.incrementAndGet();
            halfOpenByRemote.merge(remote, 1, Integer::sum);
        }
    }

    /** Keeps the index by name; null takes the entry out. Called by who has the entry for itself. */
    void index(Entry entry, String name) {
        String before = entry.indexedName();
        if (Objects.equals(before, name)) {
            return;
        }
        entry.indexedName(name);
        if (before != null) {
            byName.computeIfPresent(before, (key, entries) -> {
                entries.remove(entry);
                return entries.isEmpty() ? null : entries;
            });
        }
        if (name != null) {
            byName.compute(name, (key, entries) -> {
                Set<Entry> set = entries == null ? ConcurrentHashMap.newKeySet() : entries;
                set.add(entry);
                return set;
            });
        }
    }

    /** Ends the lease of an entry that stays. */
    void checkin(Entry entry) {
        Priority priority = entry.checkin();
        if (priority != null) {
            processor.execute(new DrainJob(entry, priority));
        }
    }

    /** Takes an entry out of all tables; what waited for it. Called by who has leased it. */
    List<Entry.Item> remove(Entry entry) {
        final List<Entry.Item> left = entry.driveOut();
        ManagedSa sa = entry.sa();
        if (sa != null) {
            byUniqueId.remove(sa.uniqueId(), entry);
            uniqueness.remove(sa.uniqueId());
        }
        if (entry.initHash() != null) {
            byInitHash.remove(entry.initHash(), entry);
        }
        countHalfOpen(entry, null);
        index(entry, null);
        table.remove(entry.localSpi(), entry);
        return left;
    }

    private static Chunk hash(Chunk octets) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(octets.buffer());
            return Chunk.wrap(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private void drain(Entry entry) {
        if (!entry.lease()) {
            return;
        }
        try (SaLease lease = new SaLease(this, entry)) {
            if (entry.sa() == null && !make(entry, lease)) {
                return;
            }
            long begin = time.nanos();
            for (int done = 0; done < ITEMS_PER_LEASE && time.nanos() - begin < NANOS_PER_LEASE; done++) {
                Entry.Item item = entry.next();
                if (item == null || !run(entry, lease, item)) {
                    return;
                }
            }
        } finally {
            entry.running("");
        }
    }

    private boolean make(Entry entry, SaLease lease) {
        try {
            entry.running("creation");
            IkeSaFactory make = Objects.requireNonNull(factory, "nobody answers IKE_SA_INIT requests");
            entry.adopt(make.createResponder(entry.id(), entry.first()));
            byUniqueId.put(entry.sa().uniqueId(), entry);
            lease.retag();
            return true;
        } catch (Throwable e) {
            lease.failed("creation", e);
            return false;
        }
    }

    /** Whether the IKE_SA lives on. */
    private static boolean run(Entry entry, SaLease lease, Entry.Item item) {
        entry.running(item.job().name());
        try {
            item.job().run(lease);
            if (item.message() != null) {
                entry.processed(entry.sa().waitingRequest());
            }
        } catch (Throwable e) {
            // A bug in a task is the end of this IKE_SA and of nothing else.
            lease.failed(item.job().name(), e);
        }
        return !lease.isDrivenOut();
    }

    private final class DrainJob implements Job {
        private final Entry entry;
        private final Priority priority;

        DrainJob(Entry entry, Priority priority) {
            this.entry = entry;
            this.priority = priority;
        }

        @Override
        public void run() {
            drain(entry);
        }

        @Override
        public Priority priority() {
            return priority;
        }

        @Override
        public String name() {
            return entry.description();
        }
    }

    private record MessageJob(ReceivedMessage message) implements SaJob {
        @Override
        public void run(Lease lease) {
            NET.control(
                    "received packet: from {} to {} ({} bytes)",
                    message.packet().source(),
                    message.packet().destination(),
                    message.packet().data().length());
            NET.dump("received packet", message.packet().data());
            lease.sa().process(message);
        }

        @Override
        public String name() {
            return "message " + message.header().messageId() + " of exchange "
                    + message.header().exchangeType();
        }
    }

    private record ShutdownJob() implements SaJob {
        @Override
        public void run(Lease lease) {
            lease.sa().shutdown(lease);
        }

        @Override
        public String name() {
            return "shutdown";
        }
    }

    private final class NewbornEntry implements Newborn {
        private final Entry entry;
        private SaLease current;

        NewbornEntry(Entry entry) {
            this.entry = entry;
        }

        @Override
        public long localSpi() {
            return entry.localSpi();
        }

        @Override
        public Lease adopt(ManagedSa sa) {
            if (entry.sa() != null) {
                throw new IllegalStateException("newborn was adopted before");
            }
            entry.leaseNewborn();
            entry.adopt(sa);
            current = new SaLease(IkeSaManager.this, entry);
            return current;
        }

        @Override
        public Lease lease() {
            Objects.requireNonNull(entry.sa(), "nothing adopted");
            entry.leaseNewborn();
            current = new SaLease(IkeSaManager.this, entry);
            return current;
        }

        @Override
        public void publish() {
            if (entry.isDrivenOut()) {
                return;
            }
            byUniqueId.put(Objects.requireNonNull(entry.sa(), "nothing adopted").uniqueId(), entry);
            index(entry, entry.sa().name());
            Priority priority = entry.publish();
            if (priority != null) {
                processor.execute(new DrainJob(entry, priority));
            }
            if (stopping) {
                internal(entry, new ShutdownJob());
            }
        }

        @Override
        public void discard() {
            if (entry.isPublished() || entry.isDrivenOut()) {
                return;
            }
            if (!entry.isReserved()) {
                current.driveOut();
                return;
            }
            entry.leaseNewborn();
            try (Lease lease = new SaLease(IkeSaManager.this, entry)) {
                lease.driveOut();
            }
        }
    }
}
