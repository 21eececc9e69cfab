// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.ConfigBackend;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.IkeCounters;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.control.RedirectProvider;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialDecoder;
import org.jcharon.api.credential.CredentialSet;
import org.jcharon.api.credential.DecodedCredential;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.PrivateKey;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.credential.SoftwarePrivateKey;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.kernel.KernelRegistry;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.attribute.Leases;
import org.jcharon.core.child.ChildNumbers;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.config.BackendManagerService;
import org.jcharon.core.control.Attempts;
import org.jcharon.core.control.ControllerService;
import org.jcharon.core.control.InitiatorEnds;
import org.jcharon.core.control.Reconnections;
import org.jcharon.core.control.Redirects;
import org.jcharon.core.control.Traces;
import org.jcharon.core.credential.CredentialManagerService;
import org.jcharon.core.crypto.DefaultProposals;
import org.jcharon.core.daemon.TestAdapters;
import org.jcharon.core.kernel.KernelEventHandler;
import org.jcharon.core.manager.DropCounters;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.manager.IkeSaManager;
import org.jcharon.core.manager.Lease;
import org.jcharon.core.manager.ReceivedMessage;
import org.jcharon.core.manager.SaJob;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.plugin.Whiteboard;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeServices;
import org.jcharon.core.sa.IkeSettings;
import org.jcharon.core.trap.TrapManager;
import org.jcharon.lib.testkit.FakeKernel;
import org.jcharon.lib.testkit.FakeKernelNet;
import org.jcharon.lib.testkit.SeededRandom;
import org.jcharon.pem.PemDecoder;
import org.jcharon.x509.X509Decoder;

/** One daemon of {@link TwoDaemons}: all of core but sockets, over a kernel that only remembers. */
final class Host implements CredentialSet, ConfigBackend, KernelRegistry {

    final String name;
    final InetAddress address;
    final FakeKernel kernel = new FakeKernel();
    final FakeKernelNet kernelNet;
    final FakePools pools = new FakePools();
    final RecordedEvents events = new RecordedEvents();
    final DropCounters drops = new DropCounters();
    final List<PeerConfig> connections = new ArrayList<>();
    final List<Certificate> certificates = new ArrayList<>();
    final List<Certificate> anchors = new ArrayList<>();
    final List<PrivateKey> keys = new ArrayList<>();
    final List<SharedKey> secrets = new ArrayList<>();
    final List<Packet> keepalives = new ArrayList<>();
    final Whiteboard<RedirectProvider> redirects = new Whiteboard<>("redirect provider");
    final IkeSaManager manager;
    final HeldCredentials credentials;
    final IkeServices services;
    final ControllerService controller;
    /** Told what the system and the data plane report. */
    final KernelEventHandler reactions;

    int openStreams;
    private final CryptoRegistry crypto;
    private final CredentialManagerService credentialManager;
    private final TwoDaemons net;

    Host(TwoDaemons net, String name, String address, long seed, CryptoRegistry crypto, IkeSettings settings) {
        this.net = net;
        this.name = name;
        this.crypto = crypto;
        this.address = Addresses.literal(address).orElseThrow();
        kernelNet = new FakeKernelNet(this.address);
        manager = IkeSaManager.limited(net.processor, net.scheduler, net.time, new SeededRandom(seed), drops, 0);
        credentialManager = new CredentialManagerService(crypto);
        credentialManager.addDecoder(new PemDecoder(), Map.of());
        credentialManager.addDecoder(new X509Decoder(crypto), Map.of());
        credentialManager.addSet(this, Map.of());
        credentials = new HeldCredentials(TestAdapters.credentials(credentialManager, net.time));
        BackendManagerService backends = new BackendManagerService(net.processor, net.time);
        backends.addBackend(this, Map.of());
        DefaultProposals defaults = new DefaultProposals(crypto);
        InitiatorEnds ends = new InitiatorEnds(net.processor, this, () -> 500);
        ChildNumbers numbers = new ChildNumbers(1);
        TrapManager traps = new TrapManager(this, numbers, ends);
        Reconnections reconnections = new Reconnections(manager, ends, traps);
        services = new IkeServices(
                crypto,
                credentials,
                TestAdapters.configs(backends),
                new Leases(pools),
                this,
                manager,
                net.scheduler,
                net.time,
                () -> settings,
                events,
                net.link::send,
                keepalives::add,
                defaults::ike,
                defaults::esp,
                () -> 4500,
                numbers,
                reconnections,
                new Redirects(redirects));
        reconnections.services(services);
        manager.factory((id, first) -> new IkeSa(id, services, first.destination(), first.source()));
        Attempts attempts = new Attempts(net.time);
        events.attempts(attempts);
        Traces traces = new Traces();
        events.traces(traces);
        controller = new ControllerService(
                services,
                backends,
                ends,
                (listener, wanted) -> {
                    openStreams++;
                    return () -> openStreams--;
                },
                traps,
                attempts,
                traces,
                () -> false,
                new NoFacts(net.time.now()));
        reactions = TestAdapters.reactions(services, traps, controller, drops);
        net.link.attach(this.address, this::receive);
    }

    /** What a socket and the receiver do with a datagram. */
    void receive(Packet arrived) {
        Packet packet = net.arriving(arrived);
        if (packet != null && packet.data().length() >= IkeHeader.OCTETS) {
            manager.submitMessage(new ReceivedMessage(packet, IkeHeader.of(packet.data())));
        }
        net.processor.runAll();
    }

    /** Has jobs run that wait; nothing is delivered. */
    void settle() {
        net.processor.runAll();
    }

    /** Begins to bring a child up, {@code child} null: the IKE_SA alone; nothing is delivered. */
    CompletableFuture<Outcome> begin(String connection, String child) {
        CompletableFuture<Outcome> result =
                controller.initiate(connection, child, Duration.ZERO, null).toCompletableFuture();
        net.processor.runAll();
        return result;
    }

    /** Has work done under the lease of the only IKE_SA; nothing is delivered. */
    void with(Consumer<IkeSa> work) {
        with(manager.uniqueIds().findFirst().orElseThrow(), work);
    }

    /** Has work done under the lease of an IKE_SA. */
    void with(long uniqueId, Consumer<IkeSa> work) {
        manager.submitUnique(uniqueId, new SaJob() {
            @Override
            public void run(Lease lease) {
                work.accept((IkeSa) lease.sa());
            }

            @Override
            public String name() {
                return "test";
            }
        });
        net.processor.runAll();
    }

    /** All IKE_SAs that others see, to look at: one thread does everything here. */
    List<IkeSa> sas() {
        List<IkeSa> found = new ArrayList<>();
        manager.uniqueIds().toList().forEach(id -> with(id, found::add));
        return found;
    }

    /** The only IKE_SA. */
    IkeSa sa() {
        List<IkeSa> all = sas();
        if (all.size() != 1) {
            throw new AssertionError(name + " has " + all.size() + " IKE_SAs");
        }
        return all.get(0);
    }

    /** CHILD_SAs of all IKE_SAs. */
    List<ChildSa> children() {
        return sas().stream().flatMap(sa -> sa.children().all().stream()).toList();
    }

    /** The message that it sent last. */
    IkeMessage lastSent() {
        return events.sent.get(events.sent.size() - 1);
    }

    /** The only CHILD_SA. */
    ChildSa child() {
        List<ChildSa> all = children();
        if (all.size() != 1) {
            throw new AssertionError(name + " has " + all.size() + " CHILD_SAs");
        }
        return all.get(0);
    }

    /** Everything that would stay after the last IKE_SA; empty when all is well. */
    List<String> leaks() {
        List<String> leaks = new ArrayList<>(kernel.leaks());
        leaks.addAll(kernelNet.leaks());
        pools.leases.forEach(lease -> leaks.add("lease " + lease));
        manager.snapshots().forEach(sa -> leaks.add("IKE_SA " + sa.name() + " " + sa.state()));
        if (manager.size() > 0) {
            leaks.add(manager.size() + " entries");
        }
        if (services.childNumbers().size() > 0) {
            leaks.add(services.childNumbers().size() + " reqids");
        }
        return leaks.stream().map(leak -> name + ": " + leak).toList();
    }

    void secret(String value, String... owners) {
        shared(SharedKey.Type.IKE, value, owners);
    }

    void ppk(String value, String... owners) {
        shared(SharedKey.Type.PPK, value, owners);
    }

    private void shared(SharedKey.Type type, String value, String... owners) {
        secrets.add(new SharedKey(
                type,
                Secret.copyOf(value.getBytes(StandardCharsets.UTF_8)),
                List.of(owners).stream().map(Identification::parse).toList()));
    }

    /** A certificate of the credential manager's tests. */
    Certificate certificate(String resource) {
        return decode(CredentialDecoder.Kind.CERTIFICATE, resource + ".pem").certificate();
    }

    /** Our certificate with its key. */
    void identity(String resource) {
        certificates.add(certificate(resource));
        try {
            keys.add(new SoftwarePrivateKey(
                    decode(CredentialDecoder.Kind.PRIVATE_KEY, resource + ".key.pem")
                            .privateKey(),
                    crypto));
        } catch (KeyMismatchException e) {
            throw new AssertionError(e);
        }
    }

    private DecodedCredential decode(CredentialDecoder.Kind kind, String resource) {
        try (InputStream in = CredentialManagerService.class.getResourceAsStream(resource)) {
            return credentialManager.decode(kind, in.readAllBytes(), null).get(0);
        } catch (IOException | DecodingException e) {
            throw new AssertionError(resource, e);
        }
    }

    @Override
    public CompletionStage<List<PeerConfig>> peerConfigs() {
        return CompletableFuture.completedFuture(List.copyOf(connections));
    }

    @Override
    public Optional<KernelIpsec> ipsec() {
        return Optional.of(kernel);
    }

    @Override
    public Optional<KernelNet> net() {
        return Optional.of(kernelNet);
    }

    @Override
    public CompletionStage<List<Certificate>> certificates(Identification subject) {
        return CompletableFuture.completedFuture(List.copyOf(certificates));
    }

    @Override
    public CompletionStage<List<Certificate>> trustAnchors() {
        return CompletableFuture.completedFuture(List.copyOf(anchors));
    }

    @Override
    public CompletionStage<List<PrivateKey>> privateKeys() {
        return CompletableFuture.completedFuture(List.copyOf(keys));
    }

    @Override
    public CompletionStage<List<SharedKey>> sharedKeys(SharedKey.Type type) {
        return CompletableFuture.completedFuture(List.copyOf(secrets));
    }

    /** A daemon of which there is nothing to tell. */
    private record NoFacts(Instant startedAt) implements ControllerService.Daemon {
        @Override
        public Map<String, Long> statistics() {
            return Map.of();
        }

        @Override
        public Optional<IkeCounters> counters() {
            return Optional.empty();
        }

        @Override
        public List<String> plugins() {
            return List.of();
        }
    }
}
