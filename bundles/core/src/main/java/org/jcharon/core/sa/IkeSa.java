// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.control.TraceInfo;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.sa.IkeSaId;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.keymat.IkeKeys;
import org.jcharon.core.manager.Lease;
import org.jcharon.core.manager.ManagedSa;
import org.jcharon.core.manager.ReceivedMessage;
import org.jcharon.core.manager.SaJob;
import org.jcharon.core.manager.Submission;
import org.jcharon.core.message.MessageCrypter;
import org.jcharon.core.task.TaskManager;

/**
 * An IKE_SA: its ends, identities, keys, CHILD_SAs and state. Not thread-safe: only the holder of its lease may call it, and the manager
 * enforces that.
 */
public final class IkeSa implements ManagedSa {

    private static final Log LOG = Log.of("ike");

    private final IkeServices services;
    private final long uniqueId;
    private final SaTimers timers;
    private final TaskManager tasks;
    private final ChildSas children;
    private final CompletableFuture<Outcome> established = new CompletableFuture<>();
    private final CompletableFuture<Outcome> ended = new CompletableFuture<>();

    private IkeSaId id;
    private IkeSaState state = IkeSaState.CREATED;
    private IkeConfig ikeConfig;
    private PeerConfig peerConfig;
    private Endpoint local;
    private Endpoint remote;
    private final Mobility mobility = new Mobility();
    private Identification localId = Identification.ANY;
    private Identification remoteId = Identification.ANY;
    private Proposal proposal;
    private IkeKeys keys;
    private MessageCrypter crypter;
    private boolean ppk;
    private NatSituation nat = NatSituation.NONE;
    private final Set<Extension> extensions = EnumSet.noneOf(Extension.class);
    private final List<InetAddress> localVirtualIps = new ArrayList<>();
    private final List<InetAddress> remoteVirtualIps = new ArrayList<>();
    private Handshake handshake = new Handshake();
    private Nonces authNonces = new Nonces(Chunk.EMPTY, Chunk.EMPTY);
    private Optional<Instant> establishedAt = Optional.empty();
    private Optional<Instant> rekeyAt = Optional.empty();
    private Optional<Instant> reauthAt = Optional.empty();
    private long lastInboundNanos;
    private long lastOutboundNanos;
    private String endReason = "";
    private boolean upReported;
    private final Recovery recovery = new Recovery(this);
    private final Redirection redirection = new Redirection(this);
    private final History history;
    private boolean originalInitiator;

    /** A new IKE_SA between two ends. */
    public IkeSa(IkeSaId id, IkeServices services, Endpoint local, Endpoint remote) {
        this.id = id;
        this.originalInitiator = id.initiator();
        this.services = services.fixed();
        this.uniqueId = services.manager().nextUniqueId();
        this.local = local;
        this.remote = remote;
        this.timers = new SaTimers(services.scheduler(), services.manager());
        this.tasks = new TaskManager(this);
        this.children = new ChildSas(this);
        this.history = new History(services.time());
        this.lastInboundNanos = services.time().nanos();
        this.lastOutboundNanos = lastInboundNanos;
    }

    // ---- what it is
    // -------------------------------------------------------------------------------------------------------

    @Override
    public IkeSaId id() {
        return id;
    }

    /** The responder's SPI became known. */
    public void responderSpi(long spi) {
        id = id.withResponderSpi(spi);
    }

    @Override
    public long uniqueId() {
        return uniqueId;
    }

    @Override
    public String name() {
        return peerConfig == null ? "" : peerConfig.name();
    }

    /** Name and number as strongSwan prints them. */
    public String label() {
        return (peerConfig == null ? "(unnamed)" : peerConfig.name()) + "[" + uniqueId + "]";
    }

    /** What it uses of the daemon. */
    public IkeServices services() {
        return services;
    }

    /** Its exchanges. */
    public TaskManager tasks() {
        return tasks;
    }

    /** Its CHILD_SAs. */
    public ChildSas children() {
        return children;
    }

    /** Where its gateway sends it. */
    public Redirection redirection() {
        return redirection;
    }

    /** Whether we initiated the first of the IKE_SAs that it was rekeyed from. */
    public boolean isOriginalInitiator() {
        return originalInitiator;
    }

    /** What it went through. */
    public History history() {
        return history;
    }

    /** What becomes of its purpose when the peer is silent or closes it. */
    public Recovery recovery() {
        return recovery;
    }

    /** Its timers. */
    public SaTimers timers() {
        return timers;
    }

    /** What it keeps until it is authenticated. */
    public Handshake handshake() {
        return handshake;
    }

    /** State. */
    public IkeSaState state() {
        return state;
    }

    /** Moves to a state; throws {@link IllegalStateException} if the move is not allowed. */
    public void moveTo(IkeSaState next) {
        if (next == state) {
            return;
        }
        IkeSaStates.check(state, next);
        LOG.more("IKE_SA {} state change: {} => {}", label(), state, next);
        state = next;
        if (next != IkeSaState.DESTROYING) {
            history.add(TraceInfo.Kind.STATE, next.name());
        }
        services.events().ikeState(snapshot());
    }

    // ---- configuration and identities
    // ---------------------------------------------------------------------------------------

    /** IKE configuration in use; null for a responder before the first message was understood. */
    public IkeConfig ikeConfig() {
        return ikeConfig;
    }

    /** IKE configuration in use. */
    public void ikeConfig(IkeConfig config) {
        ikeConfig = config;
    }

    /** Connection; null while unknown. */
    public PeerConfig peerConfig() {
        return peerConfig;
    }

    /** Connection, with its IKE configuration. */
    public void peerConfig(PeerConfig config) {
        peerConfig = config;
        ikeConfig = config.ike();
    }

    /** The first authentication round of ours. */
    public AuthConfig localAuth() {
        return peerConfig.local().isEmpty()
                ? AuthConfig.builder().build()
                : peerConfig.local().get(0);
    }

    /** Our identity. */
    public Identification localId() {
        return localId;
    }

    /** Our identity. */
    public void localId(Identification identity) {
        localId = identity;
    }

    /** Peer's identity; {@code %any} until it is authenticated. */
    public Identification remoteId() {
        return remoteId;
    }

    /** Peer's identity. */
    public void remoteId(Identification identity) {
        remoteId = identity;
    }

    // ---- ends
    // -----------------------------------------------------------------------------------------------------------------

    /** Our end. */
    public Endpoint local() {
        return local;
    }

    /** Our end. */
    public void local(Endpoint endpoint) {
        local = endpoint;
    }

    @Override
    public Endpoint remote() {
        return remote;
    }

    /** Peer's end. */
    public void remote(Endpoint endpoint) {
        remote = endpoint;
    }

    /** Both ends. */
    public IkePath path() {
        return new IkePath(local, remote);
    }

    /** An attempt to come up is to go between these ends. */
    void path(IkePath path) {
        local = path.local();
        remote = path.remote();
    }

    /** What it knows about the ways to the peer. */
    public Mobility mobility() {
        return mobility;
    }

    /** From now on messages go between these ends; the CHILD_SAs stay where they are until {@link ChildSas#follow}. */
    public void move(IkePath path) {
        if (path.equals(path())) {
            return;
        }
        IkeSaInfo before = snapshot();
        path().logChangeTo(path);
        path(path);
        services.events().ikeUpdate(before, snapshot());
    }

    /** What NAT detection found. */
    public NatSituation nat() {
        return nat;
    }

    /** What NAT detection found. */
    public void nat(NatSituation found) {
        boolean before = nat.local();
        nat = found;
        if (before != nat.local() && establishedAt.isPresent()) {
            new IkeLifetimes(this).keepAliveBehindNat();
        }
    }

    /** Moves both ends to the port for encapsulation (RFC 7296 section 2.23), unless they are there. */
    public void floatPorts() {
        int natPort = services.natPort().get();
        if (local.port() == services.settings().portIke()) {
            local = local.withPort(natPort);
        }
        if (remote.port() == Ports.IKE) {
            remote = remote.withPort(Ports.NAT);
        }
    }

    /** Virtual IPs that we got. */
    public List<InetAddress> localVirtualIps() {
        return localVirtualIps;
    }

    /** Virtual IPs that we gave. */
    public List<InetAddress> remoteVirtualIps() {
        return remoteVirtualIps;
    }

    // ---- extensions and keys
    // --------------------------------------------------------------------------------------------------

    /** The peer announced an extension. */
    public void enable(Extension extension) {
        extensions.add(extension);
    }

    /** Whether the peer announced an extension. */
    public boolean supports(Extension extension) {
        return extensions.contains(extension);
    }

    /** Extensions that the peer announced. */
    public Set<Extension> extensions() {
        return extensions;
    }

    /** What was agreed; null before. */
    public Proposal proposal() {
        return proposal;
    }

    /** Keys; null before IKE_SA_INIT is through. */
    public IkeKeys keys() {
        return keys;
    }

    /** Encrypts and decrypts messages; null before IKE_SA_INIT is through. */
    public MessageCrypter crypter() {
        return crypter;
    }

    /** Nonces of the exchange that made it, in the order of that exchange's roles. */
    public record Nonces(Chunk initiator, Chunk responder) {}

    /** Nonces of IKE_SA_INIT: the first CHILD_SA's keys depend on them. */
    public Nonces authNonces() {
        return authNonces;
    }

    /** Nonces of the exchange that made it. */
    public void authNonces(Chunk initiator, Chunk responder) {
        authNonces = new Nonces(initiator, responder);
    }

    /** Takes over what a key exchange gave; older keys are wiped. */
    public void keys(Proposal agreed, IkeKeys fresh, MessageCrypter freshCrypter) {
        wipeKeys();
        proposal = agreed;
        history.agreed("proposal of the IKE_SA: " + agreed);
        keys = fresh;
        crypter = freshCrypter;
    }

    /**
     * A postquantum preshared key was mixed into the keys (RFC 8784 section 3); the older ones are wiped, messages are protected as
     * before.
     */
    public void mixedKeys(IkeKeys mixed) {
        keys.close();
        keys = mixed;
        ppk = true;
    }

    private void wipeKeys() {
        if (crypter != null) {
            crypter.close();
            crypter = null;
        }
        if (keys != null) {
            keys.close();
            keys = null;
        }
    }

    // ---- packets
    // ----------------------------------------------------------------------------------------------------------------

    @Override
    public void process(ReceivedMessage message) {
        if (state == IkeSaState.DESTROYING) {
            return;
        }
        tasks.receive(message);
    }

    /** Sends a packet from our end to the peer's. */
    public void send(Chunk octets) {
        send(octets, path());
    }

    /** Sends a packet between other ends. */
    public void send(Chunk octets, IkePath path) {
        lastOutboundNanos = services.time().nanos();
        int dscp = ikeConfig == null ? 0 : ikeConfig.dscp();
        services.sender().accept(new Packet(path.local(), path.remote(), octets, dscp));
    }

    /** An authentic message arrived. */
    public void heardFromPeer() {
        lastInboundNanos = services.time().nanos();
    }

    /** Time since the last authentic message of the peer. */
    public Duration silence() {
        return Duration.ofNanos(services.time().nanos() - lastInboundNanos);
    }

    /** Time since we sent the last message. */
    public Duration quiet() {
        return Duration.ofNanos(services.time().nanos() - lastOutboundNanos);
    }

    // ---- life
    // -------------------------------------------------------------------------------------------------------------------

    /** Completes when it is established, or fails to be. */
    public CompletionStage<Outcome> established() {
        return established;
    }

    /** Completes when it has ended. */
    public CompletionStage<Outcome> ended() {
        return ended;
    }

    /** Authentication succeeded on both sides. */
    public void establish() {
        moveTo(IkeSaState.ESTABLISHED);
        establishedAt = Optional.of(services.time().now());
        LOG.audit(
                "IKE_SA {} established between {}[{}]...{}[{}]",
                label(),
                Addresses.text(local.address()),
                localId,
                Addresses.text(remote.address()),
                remoteId);
        timers.stop(HALF_OPEN);
        history.agreed("identities: we are '" + localId + "', the peer is '" + remoteId + "'");
        handshake = new Handshake();
        new IkeLifetimes(this).start();
        upReported = true;
        services.events().ikeUpDown(snapshot(), true);
        afterCheckin(() -> established.complete(Outcome.done("established")));
    }

    /**
     * Tells {@code action} once others see the state that the IKE_SA has now: who acts on it must not find the state before. Without a
     * lease, on any thread; once, at once if the IKE_SA is gone.
     */
    public void afterCheckin(Runnable action) {
        Submission submission = services.manager().submitInternal(id.localSpi(), new SaJob() {
            @Override
            public void run(Lease lease) {
                lease.afterCheckin(action);
            }

            @Override
            public void gone() {
                action.run();
            }

            @Override
            public String name() {
                return "completion";
            }
        });
        if (submission == Submission.GONE) {
            action.run();
        }
    }

    /**
     * Goes on with {@code work} once {@code stage} is through, lease held; not at all if the IKE_SA, or the attempt to come up that it
     * is in now, has ended by then.
     */
    public <T> void after(CompletionStage<T> stage, String name, BiConsumer<T, Throwable> work) {
        long spi = id.localSpi();
        stage.whenComplete((value, failure) ->
                services.manager().submitInternal(spi, SaJob.of(name, lease -> work.accept(value, failure))));
    }

    /** It takes the place of {@code old} after a rekeying: everything but keys, SPIs and exchanges passes over. */
    public void inherit(IkeSa old) {
        resemble(old);
        localVirtualIps.addAll(old.localVirtualIps);
        remoteVirtualIps.addAll(old.remoteVirtualIps);
        old.localVirtualIps.clear();
        old.remoteVirtualIps.clear();
        children.adopt(old.children);
        reauthAt = old.reauthAt;
        recovery.inherit(old.recovery);
        history.agreed("it takes the place of IKE_SA #" + old.uniqueId + ", which was rekeyed");
        old.history.agreed("IKE_SA #" + uniqueId + " takes its place, with its CHILD_SAs");
        state = IkeSaState.ESTABLISHED;
        establishedAt = Optional.of(services.time().now());
        upReported = true;
        old.upReported = false;
        established.complete(Outcome.done("rekeyed"));
        new IkeLifetimes(this).start();
    }

    /** It was made beside another one that replaces {@code old}, and gets nothing of it: it is only to be deleted. */
    public void redundantBeside(IkeSa old) {
        resemble(old);
        state = IkeSaState.REKEYED;
    }

    private void resemble(IkeSa old) {
        peerConfig(old.peerConfig);
        localId = old.localId;
        remoteId = old.remoteId;
        local = old.local;
        remote = old.remote;
        nat = old.nat;
        originalInitiator = old.originalInitiator;
        mobility.inherit(old.mobility);
        ppk = old.ppk;
        extensions.addAll(old.extensions);
    }

    /** When it is rekeyed, for snapshots; empty: never. */
    void rekeyAt(Optional<Instant> moment) {
        rekeyAt = moment;
    }

    /** When it is reauthenticated; empty: never. */
    public Optional<Instant> reauthAt() {
        return reauthAt;
    }

    /** When it is reauthenticated. */
    void reauthAt(Instant moment) {
        reauthAt = Optional.of(moment);
    }

    /** Forgets the attempt to come up that the peer did not answer; the next one begins with another SPI. */
    void restart() {
        tasks.restart();
        wipeKeys();
        proposal = null;
        handshake = new Handshake();
        authNonces = new Nonces(Chunk.EMPTY, Chunk.EMPTY);
        extensions.clear();
        localId = Identification.ANY;
        remoteId = Identification.ANY;
        nat(NatSituation.NONE);
        id = services.manager().renewSpi(id.localSpi());
        moveTo(IkeSaState.CREATED);
    }

    /** Starts the limit on the time to come up. */
    public void limitHalfOpen() {
        timers.start(id.localSpi(), HALF_OPEN, services.settings().halfOpenTimeout(), () -> {
            LOG.control("deleting half open IKE_SA with {} after timeout", Addresses.text(remote.address()));
            destroy("half-open time-out");
        });
    }

    private static final String HALF_OPEN = "half-open";

    /** It leaves memory after what is under way; {@code reason} goes to whoever waits for it. */
    public void destroy(String reason) {
        if (state == IkeSaState.DESTROYING) {
            return;
        }
        endReason = reason;
        tellDown();
        moveTo(IkeSaState.DESTROYING);
        tasks.abandon(reason);
        services.manager().submitInternal(id.localSpi(), SaJob.of("destroy", Lease::driveOut));
    }

    /** The IKE_SA first, then its CHILD_SAs, all in the state that ends them, as charon tells it. */
    private void tellDown() {
        if (upReported) {
            upReported = false;
            services.events().ikeUpDown(snapshot(), false);
            children.tellDown();
        }
    }

    /** Initiates deletion of an established IKE_SA, or ends it at once if it is not. */
    public void delete(String reason) {
        delete(reason, true);
    }

    /** Its time is over: as {@link #delete}, but one that takes its place before that stays. */
    void expire(String reason) {
        delete(reason, false);
    }

    private void delete(String reason, boolean withSuccessor) {
        switch (state) {
            case ESTABLISHED, REKEYING, REKEYED -> {
                endReason = reason;
                tasks.queueDelete(reason, withSuccessor);
            }
            case CREATED, CONNECTING -> destroy(reason);
            case DELETING, DESTROYING -> {}
        }
    }

    @Override
    public void destroyed() {
        if (state != IkeSaState.DESTROYING) {
            tellDown();
            moveTo(IkeSaState.DESTROYING);
            tasks.abandon("closed");
        }
        timers.end();
        children.uninstallAll();
        for (InetAddress address : remoteVirtualIps) {
            services.attributes().release(peerConfig.pools(), remoteId, address);
        }
        VirtualIps.uninstall(this);
        wipeKeys();
        String reason = endReason.isEmpty() ? "closed" : endReason;
        history.add(TraceInfo.Kind.ENDED, reason);
        services.events().ended(snapshot());
        recovery.ended(reason);
        established.complete(Outcome.failed(reason));
        ended.complete(Outcome.done(reason));
    }

    @Override
    public long waitingRequest() {
        return tasks.waitingRequest();
    }

    @Override
    public void shutdown(Lease lease) {
        delete("daemon shuts down");
    }

    @Override
    public boolean isHalfOpen() {
        return state == IkeSaState.CREATED || state == IkeSaState.CONNECTING;
    }

    @Override
    public boolean wasInitiatedByUs() {
        return id.initiator();
    }

    @Override
    public IkeSaInfo snapshot() {
        return new IkeSaSnapshot(
                name(),
                uniqueId,
                id,
                state,
                local,
                remote,
                localId,
                remoteId,
                Optional.ofNullable(proposal),
                nat,
                ppk,
                Optional.empty(),
                extensions.stream().map(Extension::toString).toList(),
                establishedAt,
                rekeyAt,
                reauthAt,
                List.copyOf(localVirtualIps),
                List.copyOf(remoteVirtualIps),
                tasks.queuedNames(),
                tasks.activeNames(),
                tasks.passiveNames(),
                children.snapshots(),
                peerConfig,
                history);
    }
}
