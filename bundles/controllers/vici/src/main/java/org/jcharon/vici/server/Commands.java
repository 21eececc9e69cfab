// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jcharon.vici.message.Section;

/** What the server offers. Any thread. */
public interface Commands {

    /** Carries out a command. */
    @FunctionalInterface
    interface Command {
        /**
         * Called on a job thread, never waits.
         *
         * @param request borrowed until the stage completes, then wiped
         * @return the answer
         */
        CompletionStage<Section> run(Section request, Client client) throws CommandFailed;
    }

    /** The command of a name. */
    Optional<Command> command(String name);

    /** Whether there is such an event. */
    boolean isEvent(String name);

    /** The number of clients that registered an event changed. */
    void registrations(String event, int clients);
}
