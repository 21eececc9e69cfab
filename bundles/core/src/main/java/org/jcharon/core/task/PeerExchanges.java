// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.bus.Log;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.Extension;
import org.jcharon.core.sa.IkePath;
import org.jcharon.core.sa.IkeSa;

/** The exchanges that the peer initiates on an IKE_SA, one at a time: the tasks that answer, and the answer. Lease held. */
final class PeerExchanges {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final MessageTransport transport;
    private final Runnable next;
    private List<Task> passive = List.of();
    private TaskRun running;
    private long messageId;
    private IkePath path;

    /** @param next begins what had to wait for an answer */
    PeerExchanges(IkeSa ike, MessageTransport transport, Runnable next) {
        this.ike = ike;
        this.transport = transport;
        this.next = next;
    }

    /** Tasks that the peer's next request goes on with, or that make the answer. */
    List<Task> passive() {
        return passive;
    }

    /** Those of them that have not done their part of the step under way. */
    List<Task> unfinished() {
        return running == null ? passive : running.unfinished(passive);
    }

    /** Message ID of the request being answered, or of the next one. */
    long messageId() {
        return messageId;
    }

    /** Goes on with another message ID (RFC 6311 section 5.1). */
    void renumber(long expected) {
        messageId = expected;
    }

    /** Whether a request is being answered. */
    boolean isBusy() {
        return running != null;
    }

    /** Whether an answer waits for somebody else. */
    boolean isWaiting() {
        return running != null && running.isWaiting();
    }

    /** The way that the request being answered came. */
    IkePath path() {
        return path;
    }

    /** Answers a request, which came along {@code from}. */
    void answer(IkeMessage message, IkePath from) {
        path = from;
        List<Task> tasks = new ArrayList<>(passive);
        RequestDispatcher.tasksFor(ike, message, tasks);
        running = new TaskRun(
                ike, "wait-respond", tasks, task -> task.process(message), verdict -> processed(message, verdict));
        passive = tasks;
        running.start();
    }

    /**
     * RFC 7296 section 1.2: until both are authenticated there is nothing but IKE_SA_INIT and IKE_AUTH, in this order, each begun by
     * the initiator. A responder that could begin IKE_AUTH would choose by which connection we judge it.
     */
    boolean isAdmitted(ExchangeType exchange) {
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
        running = new TaskRun(ike, "wait-respond", passive, task -> task.build(out), done -> {
            if (done instanceof TaskRun.Verdict.Proceed more) {
                running = null;
                passive = more.remaining();
                respond(request.exchangeType(), out);
                answering.forEach(Task::answered);
                next.run();
            } else {
                respondFailed(request, done, out);
            }
        });
        running.start();
    }

    private void respondFailed(IkeMessage request, TaskRun.Verdict verdict, MessageBuilder out) {
        running = null;
        List<Task> failed = passive;
        passive = List.of();
        String reason = verdict.reason();
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

    /** A request, which came along {@code from}, is the peer's and cannot be read. */
    void malformed(ExchangeType exchange, IkeProtocolException cause, IkePath from) {
        path = from;
        refuse(exchange, cause);
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
        if (isUnanswerable(exchange, cause)) {
            LOG.control("{}, not answered", text);
        } else {
            LOG.control("{}, sending {}", text, cause.notifyType());
            ike.history().problem(cause.getMessage() + ", so we answer " + cause.notifyType());
            respond(exchange, new MessageBuilder().add(new NotifyPayload(cause.notifyType(), cause.data())));
        }
        if (ike.isHalfOpen()) {
            ike.destroy(cause.getMessage());
        } else {
            next.run();
        }
    }

    /** RFC 7296 section 3.10.1: INVALID_SYNTAX is only for who was shown to hold the keys. */
    private static boolean isUnanswerable(ExchangeType exchange, IkeProtocolException cause) {
        return exchange.equals(ExchangeType.IKE_SA_INIT) && cause.notifyType().equals(NotifyType.INVALID_SYNTAX);
    }

    private void respond(ExchangeType exchange, MessageBuilder out) {
        List<Chunk> datagrams = transport.encode(exchange, true, messageId, out.payloads());
        if (exchange.equals(ExchangeType.IKE_SA_INIT)) {
            ike.handshake().sentInit(datagrams.get(0));
        }
        transport.storeResponse(datagrams);
        messageId++;
        // RFC 7296 section 2.11: back the way that the request came
        datagrams.forEach(datagram -> ike.send(datagram, path));
    }

    /** Nothing is answered any more; the tasks, none of which was told. */
    List<Task> close() {
        if (running != null) {
            running.abandon();
        }
        List<Task> left = passive;
        passive = List.of();
        return left;
    }
}
