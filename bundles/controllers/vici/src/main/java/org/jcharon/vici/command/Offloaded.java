// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.processing.Processor;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.server.CommandFailed;
import org.jcharon.vici.store.ConfTree;

/** Moves what may take a while off the job threads. Any thread. */
final class Offloaded {

    private static final int AT_ONCE = 4;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Work of a command. */
    @FunctionalInterface
    interface Work {
        Section run() throws CommandFailed;
    }

    private final Processor processor;

    Offloaded(Processor processor) {
        this.processor = processor;
    }

    /** At once, or by a thread that may wait for disks if {@code request} names files. */
    CompletionStage<Section> ifFiles(Section request, Work work) throws CommandFailed {
        return ConfTree.namesFiles(request)
                ? always("vici files", work::run)
                : CompletableFuture.completedFuture(work.run());
    }

    <T> CompletionStage<T> always(String resource, Callable<T> work) {
        return processor.blocking(resource, AT_ONCE, LIMIT, work);
    }
}
