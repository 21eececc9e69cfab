// SPDX-License-Identifier: Apache-2.0
package org.jcharon.swanctl;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Authority;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialDecoder;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.DecodedCredential;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.processing.Timer;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/** Core as the backend sees it: jobs and timers run when the test says so. */
final class Fakes implements BackendManager, CredentialManager, Processor, Scheduler, TimeSource, Settings {

    final List<List<String>> announced = new ArrayList<>();
    boolean decoderPresent = true;
    long nanos;
    private final Path folder;
    private final Deque<Job> jobs = new ArrayDeque<>();
    private final Deque<Job> timers = new ArrayDeque<>();

    Fakes(Path folder) {
        this.folder = folder;
    }

    SwanctlBackend backend() {
        CryptoRegistry crypto = (CryptoRegistry) Proxy.newProxyInstance(
                Fakes.class.getClassLoader(), new Class<?>[] {CryptoRegistry.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("publicKeyOf")) {
                        return new PublicKey(KeyType.ECDSA, 256, Chunk.EMPTY);
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
        return new SwanctlBackend(this, this, crypto, this, this, this, this);
    }

    void runJobs() {
        while (!jobs.isEmpty()) {
            jobs.remove().run();
        }
    }

    void runTimers() {
        List<Job> due = new ArrayList<>(timers);
        timers.clear();
        due.forEach(Job::run);
    }

    @Override
    public List<DecodedCredential> decode(CredentialDecoder.Kind kind, byte[] octets, Secret password)
            throws DecodingException {
        if (!decoderPresent) {
            throw new DecodingException("no decoder for this format");
        }
        return switch (kind) {
            case PRIVATE_KEY -> List.of(DecodedCredential.ofPrivateKey(Secret.copyOf(octets)));
            case CERTIFICATE -> List.of(DecodedCredential.of(certificate(octets)));
            default -> List.of();
        };
    }

    /** The file's text is the subject; one that begins with CN=ca is an authority. */
    private static Certificate certificate(byte[] octets) {
        String text = new String(octets, StandardCharsets.UTF_8);
        Chunk der = Chunk.of(octets);
        Identification name = Identification.parse(text);
        return Certificate.builder(der)
                .signed(der, null, der)
                .names(name, name)
                .validity(Instant.EPOCH, Instant.EPOCH)
                .publicKey(new PublicKey(KeyType.ED25519, 256, der))
                .basicConstraints(text.startsWith("CN=ca"), -1)
                .build();
    }

    @Override
    public CompletionStage<Optional<SharedKey>> sharedKey(
            SharedKey.Type type, Identification local, Identification remote) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<List<PeerConfig>> peerConfigs() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Optional<PeerConfig>> peerConfig(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void changed(String backend, List<PeerConfig> entries) {
        announced.add(entries.stream().map(PeerConfig::name).toList());
    }

    @Override
    public CompletionStage<List<PublicKey>> privateKeyOwners() {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public List<Authority> authorities() {
        return List.of();
    }

    @Override
    public List<Certificate> cachedCertificates() {
        return List.of();
    }

    @Override
    public void flushCache() {}

    @Override
    public CompletionStage<List<Certificate>> trustAnchors() {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<List<Certificate>> certificates(Identification subject) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void execute(Job job) {
        jobs.add(job);
    }

    @Override
    public <T> CompletionStage<T> blocking(String resource, int limit, Duration deadline, Callable<T> call) {
        try {
            return CompletableFuture.completedFuture(call.call());
        } catch (Exception e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public Dispatcher dispatcher(String name, Consumer<Dispatcher> loop, Runnable wake) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int active(Priority priority) {
        return 0;
    }

    @Override
    public int queued(Priority priority) {
        return 0;
    }

    @Override
    public int threads() {
        return 0;
    }

    @Override
    public int idleThreads() {
        return 0;
    }

    @Override
    public Timer schedule(Job job, Duration delay) {
        timers.add(job);
        return () -> timers.remove(job);
    }

    @Override
    public int size() {
        return timers.size();
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Instant now() {
        return Instant.EPOCH;
    }

    @Override
    public Optional<String> get(String key) {
        return key.equals("jcharon.swanctl.dir") ? Optional.of(folder.toString()) : Optional.empty();
    }

    @Override
    public long number(String key, long fallback) {
        return fallback;
    }

    @Override
    public double fraction(String key, double fallback) {
        return fallback;
    }

    @Override
    public boolean flag(String key, boolean fallback) {
        return fallback;
    }

    @Override
    public Duration duration(String key, Duration fallback) {
        return fallback;
    }

    @Override
    public List<String> sections(String key) {
        return List.of();
    }

    @Override
    public List<String> keys(String section) {
        return List.of();
    }
}
