// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.server.Client;

/**
 * Sends a long list as events: a low-priority job for each few of them, the next when the client has taken enough of the last, so
 * that exchanges go on between and little is held for a client that is slow.
 */
final class Batches<T> {

    private static final int BATCH = 32;

    private final Processor processor;
    private final Client client;
    private final Iterator<T> source;
    private final Consumer<T> each;
    private final CompletableFuture<Section> result = new CompletableFuture<>();

    private Batches(Processor processor, Client client, Iterator<T> source, Consumer<T> each) {
        this.processor = processor;
        this.client = client;
        this.source = source;
        this.each = each;
    }

    /** The empty answer, once all was sent or the client is gone. */
    static <T> CompletionStage<Section> send(Processor processor, Client client, Iterator<T> source, Consumer<T> each) {
        Batches<T> batches = new Batches<>(processor, client, source, each);
        batches.batch();
        return batches.result;
    }

    private void batch() {
        try {
            for (int count = 0; count < BATCH; count++) {
                if (!source.hasNext()) {
                    result.complete(Section.EMPTY);
                    return;
                }
                each.accept(source.next());
            }
        } catch (RuntimeException | LinkageError e) {
            result.completeExceptionally(e);
            return;
        }
        client.room().whenComplete((unused, gone) -> {
            if (gone == null) {
                processor.execute(Job.of("vici list", Priority.LOW, this::batch));
            } else {
                result.complete(Section.EMPTY);
            }
        });
    }
}
