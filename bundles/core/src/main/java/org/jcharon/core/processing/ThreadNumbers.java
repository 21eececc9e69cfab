// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.processing;

import java.util.BitSet;

/** Hands out the smallest free thread number from 1, so that log lines keep strongSwan's two digits. Any thread. */
final class ThreadNumbers {

    private final BitSet taken = new BitSet();

    /** The smallest free number. */
    synchronized int take() {
        int free = taken.nextClearBit(1);
        taken.set(free);
        return free;
    }

    /** Takes a number back. */
    synchronized void release(int number) {
        taken.clear(number);
    }

    /** A thread that owns a number and its name {@code charon-07} while it runs; a daemon thread, not started. */
    Thread thread(String suffix, Runnable work) {
        int number = take();
        String name = String.format("charon-%02d", number) + (suffix.isEmpty() ? "" : " " + suffix);
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } finally {
                        release(number);
                    }
                },
                name);
        thread.setDaemon(true);
        return thread;
    }
}
