// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.processing;

/** A thread that reads endlessly from one source. */
public interface Dispatcher extends AutoCloseable {

    /** Whether {@link #close()} was called: the loop ends when it sees this. */
    boolean isClosed();

    /** Marks it closed, wakes the loop and waits until it has ended, at most 4 s. Not to be called by the loop itself. */
    @Override
    void close();
}
