// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.IkeConfig;
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
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.Payload;
import org.jcharon.core.sa.Extension;
import org.jcharon.core.sa.IkePath;
import org.jcharon.core.sa.IkeSa;

/**
 * The exchanges of one IKE_SA: which tasks run, message IDs, retransmission, stored responses. The window is one request each way
 * (RFC 7296 section 2.3). Lease held.
 */
public final class TaskManager {

    private static final Log LOG = Log.of("ike");

    /** Order in which queued tasks begin on an established IKE_SA. */
    private static final List<TaskType> PRECEDENCE = List.of(
            TaskType.IKE_MID_SYNC,
            TaskType.IKE_MOBIKE,
            TaskType.IKE_DELETE,
            TaskType.IKE_REAUTH,
            TaskType.IKE_REDIRECT,
            TaskType.CHILD_DELETE,
            TaskType.CHILD_CREATE,
            TaskType.CHILD_REKEY,
            TaskType.IKE_REKEY,
            TaskType.INFORMATIONAL,
            TaskType.IKE_DPD);

    private static final String UNPROTECTED = "unprotected-answer";

    private final IkeSa ike;
    private final MessageTransport transport;
    private final Retransmitter retransmitter;
    private final Moves moves;
    private final List<Task> queued = new ArrayList<>();
    private final DelayedTasks delayed;
    private final TemporaryFailures temporaryFailures;
    private final FollowUps followUps;
    private List<Task> active = List.of();
    private List<Task> passive = List.of();
    private ExchangeType activeExchange;
    private List<Payload> outstanding = List.of();
    private boolean awaitingResponse;
    private TaskRun initiating;
    private TaskRun responding;
    private long initiateId;
    private long respondId;
    private boolean ended;
    private Chunk lastReceived = Chunk.EMPTY;
    private IkePath lastPath;
    private IkePath requestPath;

    /** The exchanges of {@code ike}. */
    public TaskManager(IkeSa ike) {
        this.ike = ike;
        this.transport = new MessageTransport(ike);
        PathProber prober = new PathProber(ike);
        this.retransmitter = new Retransmitter(ike, prober, this::peerNotResponding);
        this.delayed = new DelayedTasks(ike, this::queue);
        this.temporaryFailures = new TemporaryFailures(ike);
        this.followUps = new FollowUps(ike);
        this.moves = new Moves(ike, this, queued, prober, retransmitter);
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
            queued.add(new ChildCreateInitiator(ike, child, packet, listener));
        }
        initiate();
    }

    private void queueInitialTasks() {
        queued.add(new IkeInitInitiator(ike));
        queued.add(new NatDetection(ike, true));
        queued.add(new IkeAuthInitiator(ike));
        queued.add(new IkeEstablish(ike));
        queued.add(new IkeAuthLifetime(ike));
        queued.add(new IkeConfigInitiator(ike));
        queued.add(new MobikeAuth(ike, true));
    }

    /** Forgets the initial exchanges so far and queues them anew, and what was to follow; {@link #initiate} begins. */
    public void restart() {
        retransmitter.stop();
        ike.timers().stop(UNPROTECTED);
        if (initiating != null) {
            initiating.abandon();
            initiating = null;
        }
        List<Task> before = new ArrayList<>(active);
        before.addAll(queued);
        active = List.of();
        queued.clear();
        queueInitialTasks();
        for (Task task : before) {
            Optional<Task> again = task.again();
            again.ifPresent(queued::add);
            if (again.isEmpty()) {
                task.abandon("another attempt");
            }
        }
        awaitingResponse = false;
        initiateId = 0;
        transport.restart();
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
        if (queued.stream().anyMatch(task -> task.isRekeyingOf(child))) {
            listener.accept(Outcome.failed("CHILD_SA " + child.config().name() + " is about to be rekeyed"));
            return;
        }
        delayed.drop(task -> task.isRekeyingOf(child));
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
        if (queued.stream().anyMatch(task -> task.type() == TaskType.IKE_REKEY)) {
            listener.accept(Outcome.failed("IKE_SA " + ike.label() + " is about to be rekeyed"));
            return;
        }
        delayed.drop(task -> task.type() == TaskType.IKE_REKEY);
        queue(new IkeRekeyInitiator(ike, listener));
    }

    /** Queues a liveness check, unless a request is under way, which is one. */
    public void queueDpd() {
        if (!awaitingResponse && queued.isEmpty()) {
            boolean mapped = ike.supports(Extension.MOBIKE) && ike.isBehindNat();
            queue(mapped ? new MobikeInitiator(ike, MobikeInitiator.Step.DPD, false) : new LivenessCheck());
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
        queued.add(0, new IkeDeleteInitiator(ike, Optional.empty(), reason, withSuccessor));
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
     * @param nextSent ID of our next request, as far as the other member has told; 0 to 2^32 - 1
     * @param nextReceived ID that is expected of the peer's next request, as far as the other member has told; 0 to 2^32 - 1
     * @return false, and nothing is done, if the IKE_SA is not established, the peer does not know how, or a request of either side is under way
     */
    public boolean takeOver(long nextSent, long nextReceived) {
        boolean can = ike.supports(Extension.MESSAGE_ID_SYNC)
                && ike.state() == IkeSaState.ESTABLISHED
                && !awaitingResponse
                && initiating == null
                && responding == null;
        if (can) {
            initiateId = nextSent;
            respondId = nextReceived;
            queue(new MessageIdSyncInitiator(ike));
        }
        return can;
    }

    /** Where our counters stand, to be told to a peer; {@code ahead} requests of ours may be unknown to us. */
    MessageIdSync counters(Chunk nonce, int ahead) {
        return new MessageIdSync(nonce, Math.min(initiateId + ahead, MessageIdSync.LAST_ID), respondId);
    }

    /** Goes on with what a peer said; never back. */
    void counters(MessageIdSync answer) {
        initiateId = Math.max(initiateId, answer.nextReceived());
        respondId = Math.max(respondId, answer.nextSent());
    }

    private Optional<MessageIdSyncInitiator> synchronising() {
        return active.stream()
                .filter(MessageIdSyncInitiator.class::isInstance)
                .map(MessageIdSyncInitiator.class::cast)
                .findFirst();
    }

    /** Message ID of our exchange under way. */
    private long activeId() {
        return synchronising().isPresent() ? 0 : initiateId;
    }

    /** Queues telling the peer that it sends ESP for an SPI that we do not know, unless something like it waits. */
    public void queueInvalidSpi(int spi) {
        if (!has(task -> task.type() == TaskType.INFORMATIONAL)) {
            queue(new InvalidSpiInitiator(ike, spi));
        }
    }

    /** The CHILD_SA that is being made, or made for one that is rekeyed, in an exchange of ours. */
    Optional<ChildCreateInitiator> creating() {
        return active.stream()
                .map(task -> task instanceof ChildRekeyInitiator rekeying ? rekeying.creation() : task)
                .filter(ChildCreateInitiator.class::isInstance)
                .map(ChildCreateInitiator.class::cast)
                .findFirst();
    }

    /** Our exchange that rekeys {@code child}. */
    Optional<ChildRekeyInitiator> rekeying(ChildSa child) {
        return active.stream()
                .filter(task -> task.isRekeyingOf(child))
                .map(ChildRekeyInitiator.class::cast)
                .findFirst();
    }

    /** Whether the peer made {@code child} to replace one that we are rekeying too. */
    boolean isRedundant(ChildSa child) {
        return active.stream()
                .anyMatch(task -> task instanceof ChildRekeyInitiator rekeying && rekeying.hasCollidedWith(child));
    }

    /** Whether {@code child} is to be closed by an exchange of ours. */
    boolean isClosing(ChildSa child) {
        return has(task -> task.isClosingOf(child));
    }

    /** Our exchange that rekeys the IKE_SA. */
    Optional<IkeRekeyInitiator> rekeyingIke() {
        return active.stream()
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
        delayed.add(task);
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
        return requestPath;
    }

    /** Whether one that waits or runs is such. */
    boolean has(Predicate<Task> condition) {
        return queued.stream().anyMatch(condition) || active.stream().anyMatch(condition);
    }

    private void queue(Task task) {
        queued.add(task);
        initiate();
    }

    /** Queues a task of the initial exchanges before all others. */
    void queueNext(Task task) {
        queued.add(0, task);
    }

    /** Queued tasks, none of which has begun; they are taken away. */
    public List<Task> takeQueued() {
        List<Task> taken = new ArrayList<>(queued);
        taken.addAll(delayed.take());
        queued.clear();
        return taken;
    }

    /** Queues what another IKE_SA left, before the IKE_SA is visible to others; {@link #initiate} begins it. */
    public void adopt(List<Task> tasks) {
        queued.addAll(tasks);
    }

    // ---- our exchanges
    // ----------------------------------------------------------------------------------------------------

    /** Begins the next exchange if there is something to do and nothing under way. */
    public void initiate() {
        if (ended || awaitingResponse || initiating != null || (responding != null && responding.isWaiting())) {
            return;
        }
        if (active.isEmpty()) {
            active = selectTasks();
        }
        if (active.isEmpty()) {
            return;
        }
        activeExchange = active.get(0).exchangeType();
        MessageBuilder out = new MessageBuilder();
        initiating = new TaskRun(ike, "wait-initiate", active, task -> task.build(out), verdict -> built(verdict, out));
        initiating.start();
    }

    private List<Task> selectTasks() {
        if (queued.isEmpty()) {
            return List.of();
        }
        if (ike.state() == IkeSaState.CREATED || ike.state() == IkeSaState.CONNECTING) {
            ExchangeType first = queued.get(0).exchangeType();
            List<Task> group = new ArrayList<>();
            while (!queued.isEmpty() && queued.get(0).exchangeType().equals(first)) {
                boolean child = queued.get(0).type() == TaskType.CHILD_CREATE;
                if (child && isChildless()) {
                    break;
                }
                group.add(queued.remove(0));
                if (child) {
                    break; // RFC 7296 section 1.2: IKE_AUTH makes one CHILD_SA; others follow
                }
            }
            return group;
        }
        boolean leaving = ike.state() == IkeSaState.REKEYED || ike.state() == IkeSaState.DELETING;
        Optional<Task> next = queued.stream()
                .filter(task -> !leaving || task.type() == TaskType.IKE_DELETE)
                .min(Comparator.comparingInt(task -> PRECEDENCE.indexOf(task.type())));
        next.ifPresent(queued::remove);
        return next.map(List::of).orElse(List.of());
    }

    /** RFC 6023 section 3: CHILD_SAs are made later, each with a key exchange of its own. */
    private boolean isChildless() {
        IkeConfig.Childless wanted = ike.ikeConfig().childless();
        return ike.supports(Extension.CHILDLESS)
                && (wanted == IkeConfig.Childless.PREFER || wanted == IkeConfig.Childless.FORCE);
    }

    private void built(TaskRun.Verdict verdict, MessageBuilder out) {
        initiating = null;
        if (!(verdict instanceof TaskRun.Verdict.Proceed proceed)) {
            failInitiated(verdict);
            return;
        }
        active = proceed.remaining();
        if (active.isEmpty()) {
            initiate();
            return;
        }
        awaitingResponse = true;
        outstanding = out.payloads();
        List<Chunk> datagrams = transport.encode(activeExchange, false, activeId(), outstanding);
        if (activeExchange.equals(ExchangeType.IKE_SA_INIT)) {
            ike.handshake().sentInit(datagrams.get(0));
        }
        retransmitter.start(datagrams, activeId());
    }

    private void peerNotResponding() {
        if (ike.isHalfOpen() && ike.id().initiator() && ike.recovery().tryAgain()) {
            return;
        }
        awaitingResponse = false;
        if (ike.isHalfOpen()) {
            LOG.control("establishing IKE_SA failed, peer not responding");
        } else {
            ike.recovery().peerSilent();
        }
        String reason = "peer not responding: "
                + NoAnswer.to(
                        ike.snapshot(), "after " + ike.services().settings().retransmitTries() + " retransmissions");
        ike.services().events().alert(ike.snapshot(), "retransmit-send-timeout", reason);
        ike.destroy(reason);
    }

    private void handleResponse(IkeMessage message) {
        if (!message.exchangeType().equals(activeExchange)) {
            LOG.control("received {} response, expected {}, ignored", message.exchangeType(), activeExchange);
            return;
        }
        initiating = new TaskRun(ike, "wait-initiate", active, task -> task.process(message), verdict -> {
            initiating = null;
            answered(verdict);
        });
        moves.responseCame(lastPath);
        retransmitter.pause();
        initiating.start();
    }

    private void answered(TaskRun.Verdict verdict) {
        if (verdict instanceof TaskRun.Verdict.Redirected redirected) {
            ike.redirection()
                    .follow(redirected.gateway())
                    .ifPresent(why -> unbelieved("peer redirects to " + redirected.gateway() + ", and " + why));
            return;
        }
        if (verdict instanceof TaskRun.Verdict.Ignored ignored) {
            unbelieved(ignored.reason());
            return;
        }
        retransmitter.stop();
        ike.timers().stop(UNPROTECTED);
        awaitingResponse = false;
        outstanding = List.of();
        if (verdict instanceof TaskRun.Verdict.Retry retry) {
            LOG.more("repeating {}: {}", activeExchange, retry.reason());
            if (activeExchange.equals(ExchangeType.IKE_SA_INIT)) {
                transport.restart();
            } else {
                initiateId++;
            }
            initiate();
            return;
        }
        if (synchronising().isEmpty()) {
            initiateId++;
        }
        if (verdict instanceof TaskRun.Verdict.Proceed proceed) {
            active = proceed.remaining();
            initiate();
        } else {
            failInitiated(toldToPeer(verdict));
        }
    }

    /** RFC 7296 section 2.21.1: anybody may have sent it, so for a while a better answer is waited for. */
    private void unbelieved(String reason) {
        LOG.control("{}; nobody vouches for this answer, waiting for another", reason);
        ike.history().problem(reason + "; nobody vouches for this answer, so another is waited for");
        retransmitter.resume();
        if (!ike.timers().isRunning(UNPROTECTED)) {
            Duration patience = ike.services().settings().retransmitTimeout();
            ike.timers().start(ike.id().localSpi(), UNPROTECTED, patience, () -> {
                retransmitter.stop();
                awaitingResponse = false;
                failInitiated(new TaskRun.Verdict.Failed(reason));
            });
        }
    }

    /** RFC 7296 section 2.21.2: whoever answered IKE_AUTH believes that the IKE_SA is up. */
    private TaskRun.Verdict toldToPeer(TaskRun.Verdict verdict) {
        return verdict instanceof TaskRun.Verdict.Failed failed && activeExchange.equals(ExchangeType.IKE_AUTH)
                ? new TaskRun.Verdict.Refused(
                        new IkeProtocolException(NotifyType.AUTHENTICATION_FAILED, Chunk.EMPTY, failed.reason()))
                : verdict;
    }

    private void failInitiated(TaskRun.Verdict verdict) {
        List<Task> failed = active;
        active = List.of();
        String reason = reason(verdict);
        LOG.more("{} failed: {}", activeExchange, reason);
        ike.history().problem(activeExchange + " failed: " + reason);
        if (verdict instanceof TaskRun.Verdict.Refused refused && activeExchange.equals(ExchangeType.IKE_AUTH)) {
            // RFC 7296 section 2.21.2: the responder believes that it is up; it learns of our refusal in an
            // INFORMATIONAL
            failed.forEach(task -> task.abandon(reason));
            takeQueued().forEach(task -> task.abandon(reason));
            IkeProtocolException cause = refused.cause();
            queued.add(new IkeDeleteInitiator(
                    ike, Optional.of(new NotifyPayload(cause.notifyType(), cause.data())), reason));
            initiate();
            return;
        }
        failed.forEach(task -> task.abandon(reason));
        if (ike.isHalfOpen() || verdict instanceof TaskRun.Verdict.Destroy || ike.state() == IkeSaState.DELETING) {
            ike.destroy(reason);
        } else {
            ike.delete(reason);
        }
    }

    private static String reason(TaskRun.Verdict verdict) {
        if (verdict instanceof TaskRun.Verdict.Failed failed) {
            return failed.reason();
        }
        if (verdict instanceof TaskRun.Verdict.Refused refused) {
            return refused.cause().getMessage();
        }
        if (verdict instanceof TaskRun.Verdict.Destroy destroy) {
            return destroy.reason();
        }
        return verdict.toString();
    }

    // ---- the peer's exchanges
    // ---------------------------------------------------------------------------------------------

    /** Takes a datagram whose header was checked. */
    public void receive(ReceivedMessage received) {
        if (ended) {
            return;
        }
        boolean request = !received.header().isResponse();
        long id = received.header().messageId();
        IkePath path =
                new IkePath(received.packet().destination(), received.packet().source());
        if (request && transport.isRepeated(received.packet().data(), id, respondId)) {
            LOG.control("received retransmit of request with ID {}, retransmitting response", id);
            transport.repeatResponse(path);
            return;
        }
        if (request && id == 0 && ike.supports(Extension.MESSAGE_ID_SYNC) && synchronise(received, path)) {
            return;
        }
        if (request && (id != respondId || responding != null)) {
            LOG.control("received message ID {}, expected {}, ignored", id, respondId);
            return;
        }
        ExchangeType exchange = new ExchangeType(received.header().exchangeType());
        if (request && !isAdmitted(exchange)) {
            LOG.control("ignoring {} request in state {}", exchange, ike.state());
            return;
        }
        if (!request && (!awaitingResponse || id != activeId() || initiating != null)) {
            // not even decrypted: a recorded answer is authentic, and would pass for a sign of life
            LOG.control("received message ID {}, expected {}, ignored", id, awaitingResponse ? activeId() : "none");
            return;
        }
        boolean recorded = !request
                && synchronising()
                        .filter(sync -> transport
                                .open(received)
                                .filter(sync::isAnsweredBy)
                                .isEmpty())
                        .isPresent();
        if (recorded) {
            LOG.control("received message ID 0 that does not answer our synchronisation of message IDs, ignored");
            return;
        }
        lastReceived = received.packet().data();
        lastPath = path;
        MessageTransport.Inbound inbound = transport.decode(received, request);
        if (inbound instanceof MessageTransport.Inbound.Message whole) {
            if (request) {
                handleRequest(whole.message());
            } else {
                handleResponse(whole.message());
            }
        } else if (inbound instanceof MessageTransport.Inbound.Malformed malformed) {
            if (request) {
                requestPath = lastPath;
                refuse(malformed.exchange(), malformed.cause());
            } else {
                retransmitter.stop();
                awaitingResponse = false;
                initiateId++;
                failInitiated(new TaskRun.Verdict.Refused(malformed.cause()));
            }
        }
    }

    /**
     * RFC 6311 section 5.1: another member of the peer's cluster took over, and does not know all that was sent before. False if that is
     * not what a request says.
     */
    private boolean synchronise(ReceivedMessage received, IkePath path) {
        Optional<MessageIdSync> said = transport.open(received).flatMap(MessageIdSync::in);
        if (said.isEmpty()) {
            return false;
        }
        if (ike.state() != IkeSaState.ESTABLISHED || responding != null || initiating != null) {
            LOG.control("peer synchronises message IDs while IKE_SA is busy, ignored"); // it asks again
            return true;
        }
        MessageIdSync answer = said.get().answer(initiateId, respondId);
        LOG.control(
                "peer synchronises message IDs: ours go on with {}, its with {}",
                answer.nextSent(),
                answer.nextReceived());
        boolean renumbered = answer.nextSent() != initiateId;
        initiateId = answer.nextSent();
        respondId = answer.nextReceived();
        transport
                .encode(ExchangeType.INFORMATIONAL, true, 0, List.of(answer.payload()))
                .forEach(datagram -> ike.send(datagram, path));
        if (awaitingResponse && renumbered && synchronising().isEmpty()) {
            // the other member answered it, and its answer was lost: for this one it is a new request
            retransmitter.start(transport.encode(activeExchange, false, initiateId, outstanding), initiateId);
        }
        return true;
    }

    private void handleRequest(IkeMessage message) {
        requestPath = lastPath;
        moves.requestCame(requestPath);
        List<Task> tasks = new ArrayList<>(passive);
        RequestDispatcher.tasksFor(ike, message, tasks);
        responding = new TaskRun(
                ike, "wait-respond", tasks, task -> task.process(message), verdict -> processed(message, verdict));
        passive = tasks;
        responding.start();
    }

    /**
     * RFC 7296 section 1.2: until both are authenticated there is nothing but IKE_SA_INIT and IKE_AUTH, in this order, each begun by
     * the initiator. A responder that could begin IKE_AUTH would choose by which connection we judge it.
     */
    private boolean isAdmitted(ExchangeType exchange) {
        if (exchange.equals(ExchangeType.IKE_SA_INIT)) {
            return !ike.id().initiator() && ike.state() == IkeSaState.CREATED;
        }
        if (exchange.equals(ExchangeType.IKE_AUTH)) {
            return !ike.id().initiator() && ike.state() == IkeSaState.CONNECTING;
        }
        if (exchange.equals(ExchangeType.IKE_INTERMEDIATE)) {
            // RFC 9242 section 3.2: if both announced it, before the first IKE_AUTH
            return !ike.id().initiator()
                    && ike.state() == IkeSaState.CONNECTING
                    && ike.supports(Extension.INTERMEDIATE)
                    && passive.isEmpty();
        }
        return !ike.isHalfOpen();
    }

    private void processed(IkeMessage request, TaskRun.Verdict verdict) {
        if (!(verdict instanceof TaskRun.Verdict.Proceed proceed)) {
            respondFailed(request, verdict, new MessageBuilder());
            return;
        }
        MessageBuilder out = new MessageBuilder();
        List<Task> answering = proceed.remaining();
        passive = answering;
        responding = new TaskRun(ike, "wait-respond", passive, task -> task.build(out), done -> {
            if (done instanceof TaskRun.Verdict.Proceed more) {
                responding = null;
                passive = more.remaining();
                respond(request.exchangeType(), out);
                answering.forEach(Task::answered);
                initiate();
            } else {
                respondFailed(request, done, out);
            }
        });
        responding.start();
    }

    private void respondFailed(IkeMessage request, TaskRun.Verdict verdict, MessageBuilder out) {
        responding = null;
        List<Task> failed = passive;
        passive = List.of();
        String reason = reason(verdict);
        if (verdict instanceof TaskRun.Verdict.Refused refused) {
            refuse(request.exchangeType(), refused.cause());
        } else {
            if (verdict instanceof TaskRun.Verdict.Failed) {
                // half an answer says more than the peer may know; before there are keys none at all is said
                out.clear();
                if (request.exchangeType().equals(ExchangeType.IKE_AUTH)) {
                    out.notify(NotifyType.AUTHENTICATION_FAILED);
                }
            }
            if (!request.exchangeType().equals(ExchangeType.IKE_SA_INIT)) {
                respond(request.exchangeType(), out);
            }
            ike.destroy(reason);
        }
        failed.forEach(task -> task.abandon(reason));
    }

    /** Answers with an error alone; before authentication that is the end of the IKE_SA (RFC 7296 section 2.21). */
    private void refuse(ExchangeType exchange, IkeProtocolException cause) {
        String text = cause.getMessage();
        int colon = cause.notifyType().equals(NotifyType.NO_PROPOSAL_CHOSEN) ? text.indexOf(": ") : -1;
        if (colon > 0) {
            // the second line reads as charon's, the first says why
            LOG.control("{}", text.substring(colon + 2));
            text = text.substring(0, colon);
        }
        LOG.control("{}, sending {}", text, cause.notifyType());
        ike.history().problem(cause.getMessage() + ", so we answer " + cause.notifyType());
        respond(exchange, new MessageBuilder().add(new NotifyPayload(cause.notifyType(), cause.data())));
        if (ike.isHalfOpen()) {
            ike.destroy(cause.getMessage());
        } else {
            initiate();
        }
    }

    private void respond(ExchangeType exchange, MessageBuilder out) {
        List<Chunk> datagrams = transport.encode(exchange, true, respondId, out.payloads());
        if (exchange.equals(ExchangeType.IKE_SA_INIT)) {
            ike.handshake().sentInit(datagrams.get(0));
        }
        transport.storeResponse(datagrams);
        respondId++;
        // RFC 7296 section 2.11: back the way that the request came
        datagrams.forEach(datagram -> ike.send(datagram, requestPath));
    }

    // ---- the end
    // ------------------------------------------------------------------------------------------------------------

    /** Nothing goes on: every task is told why. */
    public void abandon(String reason) {
        if (ended) {
            return;
        }
        ended = true;
        retransmitter.stop();
        if (initiating != null) {
            initiating.abandon();
        }
        if (responding != null) {
            responding.abandon();
        }
        List<Task> all = new ArrayList<>(active);
        all.addAll(passive);
        all.addAll(takeQueued());
        active = List.of();
        passive = List.of();
        all.forEach(task -> task.abandon(reason));
        followUps.close();
        transport.close();
    }

    /** Message ID of a request whose answer waits for somebody else, -1 if none does. */
    public long waitingRequest() {
        return responding != null && responding.isWaiting() ? respondId : -1;
    }

    /** Names of queued tasks. */
    public List<String> queuedNames() {
        return names(queued);
    }

    /** Names of tasks that we run. */
    public List<String> activeNames() {
        return names(active);
    }

    /** Names of tasks that the peer runs. */
    public List<String> passiveNames() {
        return names(passive);
    }

    private static List<String> names(List<Task> tasks) {
        return tasks.stream().map(task -> task.type().name()).toList();
    }
}
