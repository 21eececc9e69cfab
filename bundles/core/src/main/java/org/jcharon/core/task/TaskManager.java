// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.manager.ReceivedMessage;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.GatewayIdentity;
import org.jcharon.core.sa.Extension;
import org.jcharon.core.sa.IkePath;
import org.jcharon.core.sa.IkeSa;

/**
 * The exchanges of one IKE_SA: which tasks run, message IDs, retransmission, stored responses. The window is one request each way
 * (RFC 7296 section 2.3). Lease held.
 */
public final class TaskManager {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final MessageTransport transport;
    private final OwnExchanges own;
    private final PeerExchanges peers;
    private final Moves moves;
    private final TemporaryFailures temporaryFailures;
    private final FollowUps followUps;
    private final MessageIdSyncResponder sync;
    private boolean ended;
    private Chunk lastReceived = Chunk.EMPTY;

    /** The exchanges of {@code ike}. */
    public TaskManager(IkeSa ike) {
        this.ike = ike;
        this.transport = new MessageTransport(ike);
        PathProber prober = new PathProber(ike);
        this.peers = new PeerExchanges(ike, transport, this::initiate);
        this.own = new OwnExchanges(ike, transport, prober, peers::isWaiting);
        this.temporaryFailures = new TemporaryFailures(ike);
        this.followUps = new FollowUps(ike);
        this.sync = new MessageIdSyncResponder(ike, transport, own, peers);
        this.moves = new Moves(ike, this, own.queued(), prober, own.retransmitter());
    }

    // ---- what to do
    // -------------------------------------------------------------------------------------------------------

    /**
     * Queues tasks for the initial exchanges; {@code child} null: none.
     *
     * @param packet source and destination of the packet that asks for the child; empty: none
     */
    public void queueInitial(ChildConfig child, List<TrafficSelector> packet, ChildCreateInitiator.Listener listener) {
        queueInitialTasks();
        if (child != null) {
            own.queued().add(new ChildCreateInitiator(ike, child, packet, listener));
        }
        initiate();
    }

    private void queueInitialTasks() {
        own.queued().add(new IkeInitInitiator(ike));
        own.queued().add(new NatDetection(ike, true));
        own.queued().add(new IkeAuthInitiator(ike));
        own.queued().add(new IkeConfigInitiator(ike)); // what is told of a new IKE_SA names its addresses
        own.queued().add(new IkeEstablish(ike));
        own.queued().add(new IkeAuthLifetime(ike));
        own.queued().add(new MobikeAuth(ike, true));
    }

    /** Forgets the initial exchanges so far and queues them anew, and what was to follow; {@link #initiate} begins. */
    public void restart() {
        List<Task> before = own.takeAllBack();
        queueInitialTasks();
        for (Task task : before) {
            Optional<Task> again = task.again();
            again.ifPresent(own.queued()::add);
            if (again.isEmpty()) {
                task.abandon("another attempt");
            }
        }
    }

    /** Queues deletion of the IKE_SA for its reauthentication, break before make. */
    public void queueReauthentication() {
        if (!has(task -> task.type() == TaskType.IKE_DELETE)) {
            queue(new IkeReauthInitiator(ike));
        }
    }

    /** Queues sending a client to another gateway, an address or a DNS name; whether it can be. */
    public boolean queueRedirect(Identification gateway) {
        boolean can = ike.supports(Extension.REDIRECT)
                && !ike.isOriginalInitiator()
                && ike.state() == IkeSaState.ESTABLISHED
                && GatewayIdentity.isNameable(gateway);
        if (can) {
            queue(new IkeRedirectInitiator(ike, gateway));
        }
        return can;
    }

    /** Queues a CHILD_SA; {@code packet} as for {@link #queueInitial}. */
    public void queueChild(ChildConfig child, List<TrafficSelector> packet, ChildCreateInitiator.Listener listener) {
        queue(new ChildCreateInitiator(ike, child, packet, listener));
    }

    /** Queues rekeying of a CHILD_SA, once. */
    public void queueRekey(ChildSa child) {
        queueRekey(child, outcome -> {});
    }

    /** Queues rekeying of a CHILD_SA and reports how it ended. */
    public void queueRekey(ChildSa child, java.util.function.Consumer<Outcome> listener) {
        if (child.state() != ChildSaState.INSTALLED) {
            listener.accept(Outcome.failed("CHILD_SA " + child.config().name() + " is " + child.state()));
            return;
        }
        if (own.queued().stream().anyMatch(task -> task.isRekeyingOf(child))) {
            listener.accept(Outcome.failed("CHILD_SA " + child.config().name() + " is about to be rekeyed"));
            return;
        }
        own.delayed().drop(task -> task.isRekeyingOf(child));
        queue(new ChildRekeyInitiator(ike, child, listener));
    }

    /** Queues rekeying of the IKE_SA, once. */
    public void queueIkeRekey() {
        queueIkeRekey(outcome -> {});
    }

    /** Queues rekeying of the IKE_SA and reports how it ended. */
    public void queueIkeRekey(java.util.function.Consumer<Outcome> listener) {
        if (ike.state() != IkeSaState.ESTABLISHED) {
            listener.accept(Outcome.failed("IKE_SA " + ike.label() + " is " + ike.state()));
            return;
        }
        if (own.queued().stream().anyMatch(task -> task.type() == TaskType.IKE_REKEY)) {
            listener.accept(Outcome.failed("IKE_SA " + ike.label() + " is about to be rekeyed"));
            return;
        }
        own.delayed().drop(task -> task.type() == TaskType.IKE_REKEY);
        queue(new IkeRekeyInitiator(ike, listener));
    }

    /** Queues a liveness check, with MOBIKE one that detects NATs before us, unless a request is under way, which is one. */
    public void queueDpd() {
        if (!own.isAwaitingResponse() && own.queued().isEmpty()) {
            boolean detecting = ike.supports(Extension.MOBIKE)
                    && ike.mobility().hasNatTraversal()
                    && (ike.isOriginalInitiator() || ike.nat().isOurs());
            queue(detecting ? new MobikeInitiator(ike, MobikeInitiator.Step.DPD, false) : new LivenessCheck());
        }
    }

    /** What there is to do about addresses. */
    public Moves moves() {
        return moves;
    }

    /** Queues deletion of a CHILD_SA, once; what takes its place before that is deleted too. */
    public void queueDelete(ChildSa child) {
        queueDelete(child, true);
    }

    /** Queues deletion of a CHILD_SA, once; what takes its place before that stays. */
    public void queueDeleteAlone(ChildSa child) {
        queueDelete(child, false);
    }

    private void queueDelete(ChildSa child, boolean closing) {
        if (child.state() == ChildSaState.DELETING
                || child.state() == ChildSaState.DELETED
                || has(task -> task.isDeletionOf(child))) {
            return;
        }
        queue(new ChildDeleteInitiator(ike, child, closing));
    }

    /** Queues deletion of the IKE_SA, before everything else. */
    void queueDelete(String reason) {
        queueDelete(reason, true);
    }

    /** @param withSuccessor whether an IKE_SA that takes its place before that is to be deleted instead */
    public void queueDelete(String reason, boolean withSuccessor) {
        if (has(task -> task.type() == TaskType.IKE_DELETE)) {
            return;
        }
        own.queued().add(0, new IkeDeleteInitiator(ike, Optional.empty(), reason, withSuccessor));
        initiate();
    }

    /** Queues a DELETE for an ESP SPI of ours that has no CHILD_SA. */
    void queueSpiDelete(Chunk spi) {
        queue(new SpiDelete(spi));
    }

    /**
     * This daemon takes the IKE_SA over from another member of its cluster, and asks the peer where the counters stand before it asks
     * anything else (RFC 6311 section 5.1). What is queued goes on after the answer.
     *
     * @param nextSent ID of our next request, as far as the other member has told; 0 to 2^32 - 1. The peer does not
     *     answer, and is taken for gone, if more than one request has followed that one
     * @param nextReceived ID that is expected of the peer's next request, as far as the other member has told; 0 to 2^32 - 1
     * @return false, and nothing is done, if the IKE_SA is not established, the peer does not know how, or a request of either side is under way
     */
    public boolean takeOver(long nextSent, long nextReceived) {
        boolean can = ike.supports(Extension.MESSAGE_ID_SYNC)
                && ike.state() == IkeSaState.ESTABLISHED
                && !own.isAwaitingResponse()
                && !own.isBusy()
                && !peers.isBusy();
        if (can) {
            own.renumber(nextSent);
            peers.renumber(nextReceived);
            queue(new MessageIdSyncInitiator(ike));
        }
        return can;
    }

    /** Where our counters stand, to be told to a peer; {@code ahead} requests of ours may be unknown to us. */
    MessageIdSync counters(Chunk nonce, int ahead) {
        return new MessageIdSync(nonce, Math.min(own.messageId() + ahead, MessageIdSync.LAST_ID), peers.messageId());
    }

    /** Goes on with what a peer said; never back. */
    void counters(MessageIdSync answer) {
        own.renumber(Math.max(own.messageId(), answer.nextReceived()));
        peers.renumber(Math.max(peers.messageId(), answer.nextSent()));
    }

    /** Queues telling the peer that it sends ESP for an SPI that we do not know, unless something like it waits. */
    public void queueInvalidSpi(int spi) {
        if (!has(task -> task.type() == TaskType.INFORMATIONAL)) {
            queue(new InvalidSpiInitiator(ike, spi));
        }
    }

    /** The CHILD_SA that is being made, or made for one that is rekeyed, in an exchange of ours. */
    Optional<ChildCreateInitiator> creating() {
        return own.active().stream()
                .map(task -> task instanceof ChildRekeyInitiator rekeying ? rekeying.creation() : task)
                .filter(ChildCreateInitiator.class::isInstance)
                .map(ChildCreateInitiator.class::cast)
                .findFirst();
    }

    /** Our exchange that rekeys {@code child}. */
    Optional<ChildRekeyInitiator> rekeying(ChildSa child) {
        return own.active().stream()
                .filter(task -> task.isRekeyingOf(child))
                .map(ChildRekeyInitiator.class::cast)
                .findFirst();
    }

    /** Whether the peer made {@code child} to replace one that we are rekeying too. */
    boolean isRedundant(ChildSa child) {
        return own.active().stream()
                .anyMatch(task -> task instanceof ChildRekeyInitiator rekeying && rekeying.hasCollidedWith(child));
    }

    /** Whether the IKE_SA is to be deleted by an exchange of ours, which may wait behind others. */
    public boolean isEnding() {
        return has(task -> task.type() == TaskType.IKE_DELETE);
    }

    /** Whether {@code child} is to be closed by an exchange of ours. */
    public boolean isClosing(ChildSa child) {
        return has(task -> task.isClosingOf(child));
    }

    /** Our exchange that rekeys the IKE_SA. */
    Optional<IkeRekeyInitiator> rekeyingIke() {
        return own.active().stream()
                .filter(IkeRekeyInitiator.class::isInstance)
                .map(IkeRekeyInitiator.class::cast)
                .findFirst();
    }

    /** What the peer has begun with CREATE_CHILD_SA and not ended yet. */
    FollowUps followUps() {
        return followUps;
    }

    /** Has a task begin after a wait of strongSwan's length: 15 s less a random part of 10 s. */
    void queueLater(Task task) {
        own.delayed().add(task);
    }

    /** Whether a request that the peer refused with TEMPORARY_FAILURE may be repeated; else the IKE_SA is closed. */
    boolean bearsTemporaryFailure() {
        return temporaryFailures.bear();
    }

    /** The peer agreed to a new SA: it is not out of step. */
    void agreed() {
        temporaryFailures.forget();
    }

    /** The datagram being processed, as on the wire without non-ESP marker. */
    Chunk lastReceived() {
        return lastReceived;
    }

    /** The way that the request being answered came. */
    IkePath requestPath() {
        return peers.path();
    }

    /** Whether one that waits or runs is such. */
    boolean has(Predicate<Task> condition) {
        return own.has(condition);
    }

    private void queue(Task task) {
        own.queue(task);
    }

    /** Queues a task of the initial exchanges before all others. */
    void queueNext(Task task) {
        own.queued().add(0, task);
    }

    /** Queued tasks, none of which has begun; they are taken away. */
    public List<Task> takeQueued() {
        return own.takeQueued();
    }

    /** Queues what another IKE_SA left, before the IKE_SA is visible to others; {@link #initiate} begins it. */
    public void adopt(List<Task> tasks) {
        own.queued().addAll(tasks);
    }

    // ---- our exchanges
    // ----------------------------------------------------------------------------------------------------

    /** Begins the next exchange if there is something to do and nothing under way. */
    public void initiate() {
        own.initiate();
    }

    // ---- the peer's exchanges
    // ---------------------------------------------------------------------------------------------

    /** Takes a datagram whose header was checked. */
    public void receive(ReceivedMessage received) {
        if (ended) {
            return;
        }
        boolean request = !received.header().isResponse();
        IkePath path =
                new IkePath(received.packet().destination(), received.packet().source());
        if (request ? !isNextRequest(received, path) : !isAwaitedResponse(received)) {
            return;
        }
        lastReceived = received.packet().data();
        MessageTransport.Inbound inbound = transport.decode(received, request);
        if (inbound instanceof MessageTransport.Inbound.Message whole) {
            if (request) {
                moves.requestCame(path);
                peers.answer(whole.message(), path);
            } else if (own.expects(whole.message())) {
                moves.responseCame(path);
                own.process(whole.message());
            }
        } else if (inbound instanceof MessageTransport.Inbound.Malformed malformed) {
            if (request) {
                peers.malformed(malformed.exchange(), malformed.cause(), path);
            } else {
                own.malformed(malformed.exchange(), malformed.cause());
            }
        }
    }

    /** Whether it is the request to be processed next; one that is repeated is answered again. */
    private boolean isNextRequest(ReceivedMessage received, IkePath path) {
        long id = received.header().messageId();
        if (transport.isRepeated(received, peers.messageId())) {
            LOG.control("received retransmit of request with ID {}, retransmitting response", id);
            transport.repeatResponse(path);
            return false;
        }
        if (id == 0 && ike.supports(Extension.MESSAGE_ID_SYNC) && sync.take(received, path)) {
            return false;
        }
        if (id != peers.messageId() || peers.isBusy()) {
            LOG.control("received message ID {}, expected {}, ignored", id, peers.messageId());
            return false;
        }
        ExchangeType exchange = new ExchangeType(received.header().exchangeType());
        boolean admitted = peers.isAdmitted(exchange);
        if (!admitted) {
            LOG.control("ignoring {} request in state {}", exchange, ike.state());
        }
        return admitted;
    }

    /** Others are not even decrypted: a recorded answer is authentic, and would pass for a sign of life. */
    private boolean isAwaitedResponse(ReceivedMessage received) {
        long id = received.header().messageId();
        boolean awaited = own.isAwaitingResponse() && id == own.activeId() && !own.isBusy();
        if (!awaited) {
            LOG.control(
                    "received message ID {}, expected {}, ignored",
                    id,
                    own.isAwaitingResponse() ? own.activeId() : "none");
            return false;
        }
        Optional<MessageIdSyncInitiator> asking = own.synchronising();
        boolean answers = asking.isEmpty()
                || transport.open(received).filter(asking.get()::isAnsweredBy).isPresent();
        if (!answers) {
            LOG.control("received message ID 0 that does not answer our synchronisation of message IDs, ignored");
        }
        return answers;
    }

    // ---- the end
    // ------------------------------------------------------------------------------------------------------------

    /** Nothing goes on: every task is told why. */
    public void abandon(String reason) {
        if (ended) {
            return;
        }
        ended = true;
        List<Task> all = new ArrayList<>(own.close());
        all.addAll(peers.close());
        all.addAll(takeQueued());
        all.forEach(task -> task.abandon(reason));
        followUps.close();
        transport.close();
    }

    /** Message ID of a request whose answer waits for somebody else, -1 if none does. */
    public long waitingRequest() {
        return peers.isWaiting() ? peers.messageId() : -1;
    }

    /** Names of queued tasks. */
    public List<String> queuedNames() {
        return names(own.queued());
    }

    /** Names of tasks that we run. */
    public List<String> activeNames() {
        return names(own.unfinished());
    }

    /** Names of tasks that the peer runs. */
    public List<String> passiveNames() {
        return names(peers.unfinished());
    }

    private static List<String> names(List<Task> tasks) {
        return tasks.stream().map(task -> task.type().name()).toList();
    }
}
