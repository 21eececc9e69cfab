// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jcharon.api.attribute.AttributeProvider;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.AuthMethod;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.ConfigBackend;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.config.Lifetime;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.config.SelectorTemplate;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.CredentialSet;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.PrivateKey;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.wire.Secret;

/**
 * The connections and credentials of a load test: one connection that answers all initiators, and those of the initiators that are under
 * way. Connections of initiators that are done are not listed, or each look-up would walk thousands; their IKE_SAs keep them. Any thread.
 */
final class LoadBackend implements ConfigBackend, CredentialSet, AttributeProvider, AutoCloseable {

    /** What names of initiators' connections begin with. */
    static final String PREFIX = "load-";

    static final String RESPONDER = "load-test";
    static final String CHILD = "child-";

    private static final String POOL = "load-test";
    private static final int UDP = 17;
    /** Ports of the selectors by which CHILD_SAs beyond the first differ. */
    private static final int FIRST_PORT = 10_000;

    private final LoadSettings settings;
    private final CryptoRegistry crypto;
    private final CredentialManager credentials;
    private final TimeSource time;
    private final SharedKey shared;
    private final Map<String, PeerConfig> initiating = new ConcurrentHashMap<>();
    private final Deque<InetAddress> free = new ArrayDeque<>(); // guarded by itself
    private long nextFresh; // guarded by free
    private volatile Authority authority; // publishes the CA once it is there
    private volatile Certificate certificate; // publishes the responder's certificate
    private volatile PeerConfig responder; // publishes the connection that needs the certificate

    LoadBackend(LoadSettings settings, CryptoRegistry crypto, CredentialManager credentials, TimeSource time) {
        this.settings = settings;
        this.crypto = crypto;
        this.credentials = credentials;
        this.time = time;
        byte[] secret = settings.presharedKey().getBytes(StandardCharsets.UTF_8);
        this.shared = new SharedKey(SharedKey.Type.IKE, Secret.own(secret), List.of());
    }

    /** Makes the credentials if they are not there; why they could not be, as long as a decoder or a provider is missing. */
    @Override
    public synchronized Optional<String> problem() {
        if (responder != null) {
            return Optional.empty();
        }
        try {
            if (settings.usesCertificates()) {
                Authority made =
                        Authority.open(settings.issuerCert(), settings.issuerKey(), crypto, credentials, time.now());
                certificate = made.issue(settings.responderId());
                authority = made;
            }
            responder = responderConfig();
            return Optional.empty();
        } catch (IOException | IllegalStateException e) {
            return Optional.of("load-tester: " + e.getMessage());
        }
    }

    @Override
    public CompletionStage<List<PeerConfig>> peerConfigs() {
        List<PeerConfig> all = new ArrayList<>();
        PeerConfig answering = responder;
        if (answering != null) {
            all.add(answering);
        }
        all.addAll(initiating.values());
        return CompletableFuture.completedFuture(List.copyOf(all));
    }

    /** Lists the connection of an initiator, from 0, until {@link #withdraw}; its name. */
    String offer(int initiator, int children) {
        String name = PREFIX + initiator;
        initiating.put(name, initiatorConfig(initiator, name, children));
        return name;
    }

    void withdraw(String name) {
        initiating.remove(name);
    }

    private PeerConfig responderConfig() {
        ChildConfig child = child("load").build();
        return peer(RESPONDER)
                .ike(ike().sendCertificateRequests(settings.initiatorAuth() == AuthMethod.PUBKEY)
                        .build())
                .local(List.of(auth(
                        settings.responderAuth(),
                        settings.responderId(),
                        certificate == null ? List.of() : List.of(certificate))))
                .remote(List.of(auth(settings.initiatorAuth(), settings.initiatorMatch(), List.of())))
                .pools(settings.pool().isPresent() ? List.of(POOL) : List.of())
                .children(List.of(child))
                .build();
    }

    private PeerConfig initiatorConfig(int initiator, String name, int children) {
        String id = settings.initiatorId().replace("%d", Integer.toString(initiator));
        boolean pubkey = settings.initiatorAuth() == AuthMethod.PUBKEY;
        List<ChildConfig> all = new ArrayList<>();
        for (int i = 1; i <= children; i++) {
            ChildConfig.Builder child = child(CHILD + i);
            if (i > 1) {
                int port = FIRST_PORT + i;
                child.remoteSelectors(List.of(
                        new SelectorTemplate(true, TrafficSelector.all(false).with(UDP, port, port))));
            }
            all.add(child.build());
        }
        return peer(name)
                .ike(ike().localAddresses(settings.source(initiator)
                                .map(address -> List.of(address.getHostAddress()))
                                .orElse(List.of("%any")))
                        .remoteAddresses(List.of(settings.responder().getHostAddress()))
                        .remotePort(settings.responderPort())
                        .sendCertificateRequests(settings.responderAuth() == AuthMethod.PUBKEY)
                        .build())
                .local(List.of(auth(
                        settings.initiatorAuth(),
                        id,
                        pubkey && authority != null ? List.of(authority.issue(id)) : List.of())))
                .remote(List.of(auth(settings.responderAuth(), settings.responderId(), List.of())))
                .virtualIps(settings.requestVirtualIp() ? List.of(Addresses.ofOctets(new byte[4])) : List.of())
                .children(all)
                .build();
    }

    private PeerConfig.Builder peer(String name) {
        return PeerConfig.builder()
                .name(name)
                .mobike(false)
                .dpdDelay(settings.dpdDelay())
                .rekeyTime(settings.ikeRekey())
                .overTime(settings.ikeRekey().dividedBy(10))
                .randTime(settings.ikeRekey().dividedBy(10));
    }

    private IkeConfig.Builder ike() {
        return IkeConfig.builder().proposals(List.of(settings.proposal()));
    }

    private ChildConfig.Builder child(String name) {
        Duration rekey = settings.childRekey();
        return ChildConfig.builder()
                .name(name)
                .proposals(List.of(settings.esp()))
                .lifetime(Lifetime.builder()
                        .rekeyTime(rekey)
                        .lifeTime(rekey.multipliedBy(2))
                        .randTime(rekey.dividedBy(10))
                        .build());
    }

    private static AuthConfig auth(AuthMethod method, String id, List<Certificate> certificates) {
        return AuthConfig.builder()
                .method(method)
                .id(Identification.parse(id))
                .certificates(certificates)
                .build();
    }

    @Override
    public CompletionStage<List<Certificate>> certificates(Identification subject) {
        List<Certificate> found = new ArrayList<>();
        if (authority != null) {
            for (Certificate one : List.of(authority.ca(), certificate)) {
                if (subject.isAny() || one.carries(subject)) {
                    found.add(one);
                }
            }
        }
        return CompletableFuture.completedFuture(found);
    }

    @Override
    public CompletionStage<List<Certificate>> trustAnchors() {
        return CompletableFuture.completedFuture(authority == null ? List.of() : List.of(authority.ca()));
    }

    @Override
    public CompletionStage<List<PrivateKey>> privateKeys() {
        return CompletableFuture.completedFuture(authority == null ? List.of() : List.of(authority.key()));
    }

    @Override
    public CompletionStage<List<SharedKey>> sharedKeys(SharedKey.Type type) {
        return CompletableFuture.completedFuture(type == SharedKey.Type.IKE ? List.of(shared) : List.of());
    }

    @Override
    public CompletionStage<Optional<InetAddress>> acquire(
            List<String> pools, Identification peer, InetAddress requested) {
        if (!pools.contains(POOL) || settings.pool().isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        AddressRange pool = settings.pool().get();
        InetAddress address = null;
        synchronized (free) {
            if (nextFresh < pool.size()) {
                address = pool.address(nextFresh++);
            } else {
                address = free.poll();
            }
        }
        return CompletableFuture.completedFuture(Optional.ofNullable(address));
    }

    @Override
    public void release(List<String> pools, Identification peer, InetAddress address) {
        if (pools.contains(POOL)) {
            synchronized (free) {
                free.add(address);
            }
        }
    }

    /** Wipes the keys. */
    @Override
    public void close() {
        shared.secret().close();
        if (authority != null) {
            authority.close();
        }
    }
}
