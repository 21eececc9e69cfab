// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.Payload;
import org.jcharon.core.sa.Extension;
import org.jcharon.core.sa.IkeSa;

/** The exchanges that we initiate on an IKE_SA, one at a time: what waits for its turn, the request under way, its answer. Lease held. */
final class OwnExchanges {

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
    private final BooleanSupplier held;
    private final List<Task> queued = new ArrayList<>();
    private final DelayedTasks delayed;
    private List<Task> active = List.of();
    private ExchangeType exchange;
    private List<Payload> outstanding = List.of();
    private boolean awaitingResponse;
    private TaskRun running;
    private long messageId;
    private boolean closed;

    /** @param held whether for now none may begin, because an answer to the peer is being made */
    OwnExchanges(IkeSa ike, MessageTransport transport, PathProber prober, BooleanSupplier held) {
        this.ike = ike;
        this.transport = transport;
        this.retransmitter = new Retransmitter(ike, prober, this::peerNotResponding);
        this.held = held;
        this.delayed = new DelayedTasks(ike, this::queue);
    }

    Retransmitter retransmitter() {
        return retransmitter;
    }

    /** Tasks that wait for their turn; whoever changes the list says {@link #initiate} afterwards. */
    List<Task> queued() {
        return queued;
    }

    /** Tasks of the exchange under way. */
    List<Task> active() {
        return active;
    }

    /** Those of them that have not done their part of the step under way. */
    List<Task> unfinished() {
        return running == null ? active : running.unfinished(active);
    }

    /** Message ID of the next request; of the one under way unless that synchronises message IDs. */
    long messageId() {
        return messageId;
    }

    /** One more than the highest message ID that a request has had; a synchronisation of message IDs does not count. */
    long unusedId() {
        boolean used = awaitingResponse && synchronising().isEmpty();
        return Math.min(used ? messageId + 1 : messageId, MessageIdSync.LAST_ID);
    }

    /** Message ID of the request under way. */
    long activeId() {
        return synchronising().isPresent() ? 0 : messageId;
    }

    /** The exchange under way, if it asks where the message IDs stand (RFC 6311), which has 0 for its own. */
    Optional<MessageIdSyncInitiator> synchronising() {
        return active.stream()
                .filter(MessageIdSyncInitiator.class::isInstance)
                .map(MessageIdSyncInitiator.class::cast)
                .findFirst();
    }

    /** Whether a request has no answer yet. */
    boolean isAwaitingResponse() {
        return awaitingResponse;
    }

    /** Whether a task of ours waits for somebody else, or is being asked. */
    boolean isBusy() {
        return running != null;
    }

    /** Whether one that waits or runs is such. */
    boolean has(Predicate<Task> condition) {
        return queued.stream().anyMatch(condition) || active.stream().anyMatch(condition);
    }

    /** Queues a task, which begins at once if nothing is under way. */
    void queue(Task task) {
        queued.add(task);
        initiate();
    }

    /** Tasks that wait before they are queued. */
    DelayedTasks delayed() {
        return delayed;
    }

    /** Queued and delayed tasks, none of which has begun; they are taken away. */
    List<Task> takeQueued() {
        List<Task> taken = new ArrayList<>(queued);
        taken.addAll(delayed.take());
        queued.clear();
        return taken;
    }

    /** Takes back what was begun, with the message IDs; the tasks that it was about, those under way first. */
    List<Task> takeAllBack() {
        retransmitter.stop();
        ike.timers().stop(UNPROTECTED);
        if (running != null) {
            running.abandon();
            running = null;
        }
        List<Task> before = new ArrayList<>(active);
        before.addAll(queued);
        active = List.of();
        queued.clear();
        awaitingResponse = false;
        messageId = 0;
        transport.restart();
        return before;
    }

    /** Begins the next exchange if there is something to do and nothing under way. */
    void initiate() {
        if (closed || awaitingResponse || running != null || held.getAsBoolean()) {
            return;
        }
        if (active.isEmpty()) {
            active = selectTasks();
        }
        if (active.isEmpty()) {
            return;
        }
        exchange = active.get(0).exchangeType();
        MessageBuilder out = new MessageBuilder();
        running = new TaskRun(ike, "wait-initiate", active, task -> task.build(out), verdict -> built(verdict, out));
        running.start();
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
        running = null;
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
        List<Chunk> datagrams = transport.encode(exchange, false, activeId(), outstanding);
        if (exchange.equals(ExchangeType.IKE_SA_INIT)) {
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
            LOG.more("repeating {}: {}", exchange, retry.reason());
            if (exchange.equals(ExchangeType.IKE_SA_INIT)) {
                transport.restart();
            } else {
                messageId++;
            }
            initiate();
            return;
        }
        if (synchronising().isEmpty()) {
            messageId++;
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
        return verdict instanceof TaskRun.Verdict.Failed failed && exchange.equals(ExchangeType.IKE_AUTH)
                ? new TaskRun.Verdict.Refused(
                        new IkeProtocolException(NotifyType.AUTHENTICATION_FAILED, Chunk.EMPTY, failed.reason()))
                : verdict;
    }

    private void failInitiated(TaskRun.Verdict verdict) {
        List<Task> failed = active;
        active = List.of();
        String reason = verdict.reason();
        LOG.more("{} failed: {}", exchange, reason);
        ike.history().problem(exchange + " failed: " + reason);
        if (verdict instanceof TaskRun.Verdict.Refused refused && exchange.equals(ExchangeType.IKE_AUTH)) {
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

    /** Whether {@code answer} belongs to the exchange under way. */
    boolean expects(IkeMessage answer) {
        boolean expected = answer.exchangeType().equals(exchange);
        if (!expected) {
            LOG.control("received {} response, expected {}, ignored", answer.exchangeType(), exchange);
        }
        return expected;
    }

    /** Takes the answer that was waited for. */
    void process(IkeMessage answer) {
        running = new TaskRun(ike, "wait-initiate", active, task -> task.process(answer), verdict -> {
            running = null;
            answered(verdict);
        });
        retransmitter.pause();
        running.start();
    }

    /**
     * The answer that was waited for came from the peer and cannot be read. One to an INFORMATIONAL request shows that the peer is alive
     * and did what was asked for, or told something that nobody can know; neither is a reason to end the IKE_SA.
     */
    void malformed(ExchangeType answered, IkeProtocolException cause) {
        if (!answered.equals(exchange)) {
            LOG.control("received {} response, expected {}, ignored", answered, exchange);
            return;
        }
        if (exchange.equals(ExchangeType.INFORMATIONAL)) {
            LOG.control("response cannot be read, taken for an empty one: {}", cause.getMessage());
            ike.history().problem("response to " + exchange + " cannot be read: " + cause.getMessage());
            process(IkeMessage.builder(ike.id().initiatorSpi(), ike.id().responderSpi(), exchange)
                    .initiatorFlag(!ike.id().initiator())
                    .response(true)
                    .messageId(activeId())
                    .build());
            return;
        }
        retransmitter.stop();
        awaitingResponse = false;
        messageId++;
        failInitiated(new TaskRun.Verdict.Refused(cause));
    }

    /** Goes on with another message ID (RFC 6311 section 5.1), under which an unanswered request is a new one. */
    void renumber(long next) {
        boolean changed = next != messageId;
        messageId = next;
        if (awaitingResponse && changed && synchronising().isEmpty()) {
            retransmitter.start(transport.encode(exchange, false, messageId, outstanding), messageId);
        }
    }

    /** Nothing begins any more; the tasks, none of which was told. */
    List<Task> close() {
        closed = true;
        retransmitter.stop();
        if (running != null) {
            running.abandon();
        }
        List<Task> left = active;
        active = List.of();
        return left;
    }
}
