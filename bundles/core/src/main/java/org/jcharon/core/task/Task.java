// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;

/**
 * One elementary operation in one role, spread over one or more exchanges. Lease held in every call; knows neither message IDs nor
 * retransmission nor fragments.
 *
 * <p>As initiator {@link #build} comes first and {@link #process} gets the response; as responder {@link #process} gets the request and
 * {@link #build} makes the response.
 */
public interface Task {

    /** What it does. */
    TaskType type();

    /** Exchange that it wants to begin; asked of initiators only. */
    default ExchangeType exchangeType() {
        return ExchangeType.CREATE_CHILD_SA;
    }

    /** Adds its payloads. */
    TaskResult build(MessageBuilder out) throws IkeProtocolException;

    /** Takes its payloads. */
    TaskResult process(IkeMessage in) throws IkeProtocolException;

    /** Goes on after the stage of a {@link TaskResult.Wait} completed: the result replaces that of the call which waited. */
    default TaskResult resume() throws IkeProtocolException {
        throw new IllegalStateException(type() + " does not wait");
    }

    /** Whether it deletes this CHILD_SA. */
    default boolean isDeletionOf(org.jcharon.core.child.ChildSa child) {
        return false;
    }

    /** Whether it is a wish that this CHILD_SA be closed, and whatever takes its place before that. */
    default boolean isClosingOf(org.jcharon.core.child.ChildSa child) {
        return false;
    }

    /** Whether it rekeys this CHILD_SA. */
    default boolean isRekeyingOf(org.jcharon.core.child.ChildSa child) {
        return false;
    }

    /** The same for the IKE_SA that replaces ours before this began; empty if it has no meaning there. */
    default java.util.Optional<Task> migrate(org.jcharon.core.sa.IkeSa successor) {
        return java.util.Optional.empty();
    }

    /** The same for another attempt of the initial exchanges, if it was to follow them; this one is done for and reports nothing more. */
    default java.util.Optional<Task> again() {
        return java.util.Optional.empty();
    }

    /** As responder: the response that it built is encoded, so that what comes next may change the keys. */
    default void answered() {}

    /** The exchange will not come to its end: the SA is going, the peer does not answer, or another task failed. Wipes secrets. */
    default void abandon(String reason) {}
}
