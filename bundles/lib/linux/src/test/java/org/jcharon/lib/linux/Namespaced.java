// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import static org.junit.jupiter.api.Assumptions.abort;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Runs the body of a test on a thread of its own, in a network namespace of its own. */
final class Namespaced {

    /** Body of a test. */
    interface Body {
        void run() throws Exception;
    }

    private Namespaced() {}

    static void run(Linux linux, Body body) throws Exception {
        CompletableFuture<String> skipped = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                linux.enterNewNetworkNamespace();
            } catch (LinuxException e) {
                skipped.complete(e.getMessage());
                return;
            }
            try {
                body.run();
                skipped.complete("");
            } catch (Throwable e) {
                skipped.completeExceptionally(e);
            }
        });
        thread.start();
        try {
            String reason = skipped.get(30, TimeUnit.SECONDS);
            if (!reason.isEmpty()) {
                abort(reason);
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw (Error) e.getCause();
        }
    }
}
