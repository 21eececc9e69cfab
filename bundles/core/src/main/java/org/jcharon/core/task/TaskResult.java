// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** What a call of a {@link Task} led to. */
public sealed interface TaskResult {

    /** The task is complete. */
    TaskResult DONE = new Done();
    /** The task takes part in the next exchange of its kind too. */
    TaskResult NEED_MORE = new NeedMore();

    /** The task is complete. */
    record Done() implements TaskResult {}

    /** The task takes part in the next exchange of its kind too. */
    record NeedMore() implements TaskResult {}

    /** The call goes on with {@link Task#resume} when the stage completes; after {@code deadline} the exchange fails. */
    record Wait(CompletionStage<?> on, Duration deadline) implements TaskResult {}

    /** The IKE_SA is closed; as responder after the answer was sent. */
    record Fail(String reason) implements TaskResult {}

    /** Initiator: forget this exchange and build it anew with the same tasks (INVALID_KE_PAYLOAD, COOKIE). */
    record Retry(String reason) implements TaskResult {}

    /**
     * Initiator: nobody vouches for this answer, so it counts as none (RFC 7296 section 2.21.1). If no other comes for a while, the
     * reason is what the exchange fails with.
     */
    record Ignore(String reason) implements TaskResult {}

    /** The IKE_SA is closed in good order. */
    record DestroySa(String reason) implements TaskResult {}
}
