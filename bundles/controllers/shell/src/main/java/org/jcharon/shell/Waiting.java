// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jcharon.api.control.Outcome;

/** Waits in Gogo's own thread, never in one of the job pool, and never without an end. */
final class Waiting {

    /** Core ends a command at its timeout itself; this is for the case that it does not. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private Waiting() {}

    static <T> T await(CompletionStage<T> stage, Duration timeout) throws CommandFailed {
        try {
            return stage.toCompletableFuture().get(timeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new CommandFailed("no answer within " + timeout.toSeconds() + " s");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new CommandFailed(cause.getMessage() == null ? cause.toString() : cause.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailed("interrupted");
        }
    }

    static String success(CompletionStage<Outcome> stage, Duration timeout) throws CommandFailed {
        Outcome outcome = await(stage, timeout);
        if (!outcome.success()) {
            throw new CommandFailed(outcome.reason());
        }
        return outcome.reason();
    }
}
