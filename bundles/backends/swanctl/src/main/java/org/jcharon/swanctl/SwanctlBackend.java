// SPDX-License-Identifier: Apache-2.0
package org.jcharon.swanctl;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jcharon.api.attribute.AttributeProvider;
import org.jcharon.api.attribute.ConfigurationAttribute;
import org.jcharon.api.attribute.PoolInfo;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.ConfigBackend;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Authority;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.CredentialSet;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.PrivateKey;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.processing.Timer;
import org.jcharon.api.settings.Settings;
import org.jcharon.lib.connections.Pool;
import org.jcharon.lib.connections.PoolConfig;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Serves what {@code swanctl.conf} and the folders beside it hold. A loading happens in a job and is switched at once when it
 * succeeded as a whole; one that fails changes nothing and leaves one line in the log. Changed files are loaded once they have come to
 * rest, and on {@code SIGHUP}. Any thread.
 */
@Component(
        service = {ConfigBackend.class, CredentialSet.class, AttributeProvider.class, Runnable.class},
        property = "jcharon.reload:Boolean=true",
        immediate = true)
public final class SwanctlBackend implements ConfigBackend, CredentialSet, AttributeProvider, Runnable {

    private static final Log LOG = Log.of("cfg");
    private static final Duration RETRY_EVERY = Duration.ofMillis(50);
    private static final Duration RETRY_FOR = Duration.ofSeconds(5);
    /** After the problem was reported: the missing decoder may be installed while the daemon runs. */
    private static final Duration RETRY_LATER = Duration.ofSeconds(5);

    private static final Duration WATCH_EVERY = Duration.ofSeconds(1);
    private static final Duration DISK_LIMIT = Duration.ofSeconds(30);
    private static final String NAME = "swanctl";
    /** Who borrowed a key before it was replaced has finished its one operation by then. */
    private static final Duration WIPE_AFTER = Duration.ofSeconds(30);

    private final Loader loader;
    private final FileWatch watch; // guarded by itself
    private final BackendManager backends;
    private final Processor processor;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final AtomicInteger wanted = new AtomicInteger();
    private final List<Generation> retired = new ArrayList<>(); // guarded by this
    private final long activatedAt;
    private Map<String, Pool> pools = Map.of(); // guarded by this
    private Timer retry; // guarded by this
    private Timer nextLook; // guarded by this
    private boolean closed; // guarded by this
    private volatile Generation current = Generation.EMPTY; // publishes a switch to all readers
    private volatile String problem = "loading"; // publishes the end of a loading

    /** Starts the first loading, unless no folder is configured. */
    @Activate
    public SwanctlBackend(
            @Reference(name = "settings") Settings settings,
            @Reference(name = "credentials") CredentialManager credentials,
            @Reference(name = "crypto") CryptoRegistry crypto,
            @Reference(name = "backends") BackendManager backends,
            @Reference(name = "processor") Processor processor,
            @Reference(name = "scheduler") Scheduler scheduler,
            @Reference(name = "time") TimeSource time) {
        this.backends = backends;
        this.processor = processor;
        this.scheduler = scheduler;
        this.time = time;
        this.activatedAt = time.nanos();
        Optional<String> folder = settings.get("jcharon.swanctl.dir");
        this.loader = folder.map(text -> new Loader(Path.of(text), credentials, crypto))
                .orElse(null);
        this.watch = folder.map(text -> new FileWatch(Path.of(text))).orElse(null);
        reload();
    }

    /** The signal to reload. */
    @Override
    public void run() {
        reload();
    }

    /** Reads everything anew in a job. Requests that come while one runs lead to one more run. */
    public void reload() {
        if (loader == null) {
            problem = null;
            LOG.control("jcharon.swanctl.dir is not set, no swanctl.conf is read");
        } else if (wanted.getAndIncrement() == 0) {
            processor.execute(Job.of("load swanctl.conf", Priority.LOW, this::work));
        }
    }

    /** Wipes all secrets. */
    @Deactivate
    synchronized void deactivate() {
        closed = true;
        if (retry != null) {
            retry.cancel();
        }
        if (nextLook != null) {
            nextLook.cancel();
        }
        retired.add(current);
        current = Generation.EMPTY;
        retired.forEach(Generation::close);
        retired.clear();
    }

    private void work() {
        int served;
        do {
            served = wanted.get();
            synchronized (watch) {
                watch.apply();
            }
            Loader.Result result = loader.load();
            if (!result.files().isEmpty()) {
                synchronized (watch) {
                    watch.others(result.files());
                    watch.apply();
                }
            }
            try {
                finish(result);
            } catch (RuntimeException e) { // of whoever hears of it: files are loaded again all the same
                LOG.error("what was loaded is not carried out whole", e);
            }
        } while (wanted.addAndGet(-served) > 0);
        lookLater();
    }

    private synchronized void lookLater() {
        if (nextLook != null) {
            nextLook.cancel();
        }
        if (!closed) {
            nextLook = scheduler.schedule(Job.of("look at swanctl.conf", Priority.LOW, this::look), WATCH_EVERY);
        }
    }

    private void look() {
        processor
                .blocking("swanctl.conf", 1, DISK_LIMIT, () -> {
                    synchronized (watch) {
                        return watch.look();
                    }
                })
                .whenComplete((changed, failure) -> {
                    if (failure == null && changed) {
                        LOG.control("configuration files changed, loading them");
                        reload();
                    } else {
                        lookLater();
                    }
                });
    }

    private void finish(Loader.Result result) {
        if (result.generation() != null) {
            if (publish(result.generation())) {
                result.warnings().forEach(warning -> LOG.control("warning: {}", warning));
                LOG.control("loaded {}", result.generation());
                backends.changed(NAME, result.generation().peers());
            }
            return;
        }
        boolean starting = result.retry() && time.nanos() - activatedAt < RETRY_FOR.toNanos();
        if (!starting && !(result.retry() && result.problem().equals(problem))) {
            problem = result.problem();
            LOG.error("{}", result.problem());
        }
        if (result.retry()) {
            again(starting ? RETRY_EVERY : RETRY_LATER);
        }
    }

    private synchronized void again(Duration delay) {
        if (retry != null) {
            retry.cancel();
        }
        if (!closed) {
            retry = scheduler.schedule(Job.of("load swanctl.conf again", Priority.LOW, this::reload), delay);
        }
    }

    private synchronized boolean publish(Generation generation) {
        if (closed) {
            generation.close();
            return false;
        }
        Generation before = current;
        Map<String, Pool> renewed = new LinkedHashMap<>();
        for (PoolConfig config : generation.pools()) {
            Pool known = pools.get(config.name());
            renewed.put(config.name(), known != null && known.isOf(config) ? known : new Pool(config));
        }
        pools = renewed;
        current = generation;
        problem = null;
        if (before != Generation.EMPTY) {
            retired.add(before);
            scheduler.schedule(Job.of("wipe replaced secrets", Priority.LOW, () -> wipe(before)), WIPE_AFTER);
        }
        return true;
    }

    private synchronized void wipe(Generation generation) {
        if (retired.remove(generation)) {
            generation.close();
        }
    }

    @Override
    public CompletionStage<List<PeerConfig>> peerConfigs() {
        return done(current.peers());
    }

    @Override
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    @Override
    public CompletionStage<List<Certificate>> certificates(Identification subject) {
        List<Certificate> all = current.certificates();
        return done(
                subject.isAny()
                        ? all
                        : all.stream()
                                .filter(certificate -> certificate.carries(subject))
                                .toList());
    }

    @Override
    public CompletionStage<List<Certificate>> trustAnchors() {
        return done(current.anchors());
    }

    @Override
    public List<Authority> authorities() {
        return current.authorities();
    }

    @Override
    public CompletionStage<List<PrivateKey>> privateKeys() {
        return done(List.copyOf(current.privateKeys()));
    }

    @Override
    public CompletionStage<List<SharedKey>> sharedKeys(SharedKey.Type type) {
        return done(
                current.sharedKeys().stream().filter(key -> key.type() == type).toList());
    }

    @Override
    public CompletionStage<Optional<InetAddress>> acquire(
            List<String> names, Identification peer, InetAddress requested) {
        for (Pool pool : known(names)) {
            Optional<InetAddress> address =
                    pool.isFamilyOf(requested) ? pool.acquire(peer, requested) : Optional.empty();
            if (address.isPresent()) {
                return done(address);
            }
        }
        return done(Optional.empty());
    }

    @Override
    public void release(List<String> names, Identification peer, InetAddress address) {
        known(names).forEach(pool -> pool.release(peer, address));
    }

    @Override
    public CompletionStage<List<ConfigurationAttribute>> attributes(List<String> names, Identification peer) {
        List<ConfigurationAttribute> all = new ArrayList<>();
        for (PoolConfig pool : current.pools()) {
            if (names.contains(pool.name())) {
                all.addAll(pool.attributes());
            }
        }
        return done(all);
    }

    @Override
    public List<PoolInfo> pools() {
        return known(current.pools().stream().map(PoolConfig::name).toList()).stream()
                .map(Pool::info)
                .toList();
    }

    private synchronized List<Pool> known(List<String> names) {
        return names.stream().map(pools::get).filter(java.util.Objects::nonNull).toList();
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }
}
