// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.vici.message.Section;

/** Answers that are there at once. Pure. */
final class Answers {

    private Answers() {}

    static CompletionStage<Section> of(Section answer) {
        return CompletableFuture.completedFuture(answer);
    }

    /** A single list. */
    static CompletionStage<Section> names(String key, List<String> names) {
        return of(Section.builder().list(key, names).build());
    }
}
