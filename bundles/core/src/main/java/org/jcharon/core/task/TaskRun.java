// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.sa.IkeSa;

/**
 * One call (build or process) over the tasks of an exchange, suspended while a task waits. Lease held.
 *
 * <p>A completion that comes after the run was abandoned, or after the deadline, finds another token and is discarded.
 */
final class TaskRun {

    /** What is asked of each task. */
    interface Call {
        TaskResult apply(Task task) throws IkeProtocolException;
    }

    /** How it ended. */
    sealed interface Verdict {
        /** Why, for people. */
        String reason();

        /** Each task agreed; {@code remaining} need more. */
        record Proceed(List<Task> remaining) implements Verdict {
            @Override
            public String reason() {
                return "each task agreed";
            }
        }

        /** A task gave up. */
        record Failed(String reason) implements Verdict {}

        /** The exchange is to be built anew. */
        record Retry(String reason) implements Verdict {}

        /** The peer broke the protocol, or is refused: {@code cause} carries the notify. */
        record Refused(IkeProtocolException cause) implements Verdict {
            @Override
            public String reason() {
                return cause.getMessage();
            }
        }

        /** Another gateway is to be asked. */
        record Redirected(String gateway) implements Verdict {
            @Override
            public String reason() {
                return "redirected to " + gateway;
            }
        }

        /** The answer counts as none, for now. */
        record Ignored(String reason) implements Verdict {}

        /** The IKE_SA ends in good order. */
        record Destroy(String reason) implements Verdict {}
    }

    private final IkeSa ike;
    private final String timerKind;
    private final List<Task> tasks;
    private final Call call;
    private final Consumer<Verdict> end;
    private final List<Task> remaining = new ArrayList<>();
    private int index;
    private long token;
    private boolean waiting;
    private boolean abandoned;

    TaskRun(IkeSa ike, String timerKind, List<Task> tasks, Call call, Consumer<Verdict> end) {
        this.ike = ike;
        this.timerKind = timerKind;
        this.tasks = List.copyOf(tasks);
        this.call = call;
        this.end = end;
    }

    /** Of {@code all}, of which this is the last run, those that have not done their part yet. */
    List<Task> unfinished(List<Task> all) {
        if (abandoned) {
            return all;
        }
        List<Task> left = new ArrayList<>(remaining);
        left.addAll(tasks.subList(index, tasks.size()));
        return left;
    }

    boolean isWaiting() {
        return waiting;
    }

    void start() {
        advance(call);
    }

    void abandon() {
        abandoned = true;
        waiting = false;
        token++;
        ike.timers().stop(timerKind);
    }

    private void advance(Call first) {
        Call next = first;
        while (!abandoned && index < tasks.size()) {
            Task task = tasks.get(index);
            TaskResult result;
            try {
                result = next.apply(task);
                while (result instanceof TaskResult.Wait wait
                        && wait.on().toCompletableFuture().isDone()) {
                    result = task.resume();
                }
            } catch (IkeProtocolException refused) {
                finish(new Verdict.Refused(refused));
                return;
            }
            if (result instanceof TaskResult.Wait wait) {
                suspend(wait);
                return;
            }
            if (result instanceof TaskResult.Fail fail) {
                finish(new Verdict.Failed(fail.reason()));
                return;
            }
            if (result instanceof TaskResult.Retry retry) {
                finish(new Verdict.Retry(retry.reason()));
                return;
            }
            if (result instanceof TaskResult.Redirect redirect) {
                finish(new Verdict.Redirected(redirect.gateway()));
                return;
            }
            if (result instanceof TaskResult.Ignore ignore) {
                finish(new Verdict.Ignored(ignore.reason()));
                return;
            }
            if (result instanceof TaskResult.DestroySa destroy) {
                finish(new Verdict.Destroy(destroy.reason()));
                return;
            }
            if (result instanceof TaskResult.NeedMore) {
                remaining.add(task);
            }
            index++;
            next = call;
        }
        if (!abandoned) {
            finish(new Verdict.Proceed(List.copyOf(remaining)));
        }
    }

    private void suspend(TaskResult.Wait wait) {
        waiting = true;
        long mine = ++token;
        ike.timers().start(ike.id().localSpi(), timerKind, wait.deadline(), () -> {
            if (token == mine) {
                waiting = false;
                token++;
                finish(new Verdict.Failed(tasks.get(index).type() + " waited longer than "
                        + wait.deadline().toSeconds() + " s"));
            }
        });
        ike.after(wait.on(), "resume", (value, failure) -> {
            if (token == mine && !abandoned) {
                waiting = false;
                token++;
                ike.timers().stop(timerKind);
                advance(Task::resume);
            }
        });
    }

    private void finish(Verdict verdict) {
        abandoned = true;
        end.accept(verdict);
    }
}
