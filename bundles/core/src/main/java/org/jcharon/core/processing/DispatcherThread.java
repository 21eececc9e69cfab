// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.processing;

import java.util.function.Consumer;
import org.jcharon.api.bus.Log;
import org.jcharon.api.processing.Dispatcher;

/** A thread of its own for one endless reader. Any thread. */
final class DispatcherThread implements Dispatcher {

    private static final Log LOG = Log.of("job");
    private static final long CLOSE_MILLIS = 4_000;

    private final String name;
    private final Thread thread;
    private final Runnable wake;
    private final Consumer<DispatcherThread> ended;
    private volatile boolean closed; // publishes the wish to end to the loop

    DispatcherThread(
            ThreadNumbers numbers,
            String name,
            Consumer<Dispatcher> loop,
            Runnable wake,
            Consumer<DispatcherThread> ended) {
        this.name = name;
        this.wake = wake;
        this.ended = ended;
        this.thread = numbers.thread(name, () -> run(loop));
    }

    void start() {
        thread.start();
    }

    private void run(Consumer<Dispatcher> loop) {
        try {
            loop.accept(this);
            if (!closed) {
                LOG.error("dispatcher {} ended by itself", name);
            }
        } catch (Throwable e) {
            LOG.error("dispatcher {} failed: {}", name, e.toString());
            LOG.more("stack of dispatcher {}", name, e);
        } finally {
            ended.accept(this);
        }
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        wake.run();
        if (!Threads.join(thread, CLOSE_MILLIS)) {
            LOG.error("dispatcher {} did not end in {} ms", name, CLOSE_MILLIS);
        }
    }
}
