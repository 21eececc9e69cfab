// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.vici.message.Section;

/** Whoever sent a command. Any thread. */
public interface Client {

    /** Sends an event, if the client registered it; a client that does not read is cut off when too much waits for it. */
    void event(String name, Section message);

    /** Completes when little waits to be sent to the client; fails when the client is gone. */
    CompletionStage<Void> room();

    /** Has {@code work} cancelled if the client goes before it completes, at once if the client is gone; forgotten when it completes. */
    void cancelWhenGone(CompletableFuture<?> work);
}
