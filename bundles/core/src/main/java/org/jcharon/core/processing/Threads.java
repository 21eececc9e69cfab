// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.processing;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Helpers around threads. */
final class Threads {

    private Threads() {}

    /** Waits for the end of a thread, never of the calling one; an interrupt ends the waiting and is kept. */
    static boolean join(Thread thread, long millis) {
        if (thread == Thread.currentThread()) {
            return false;
        }
        try {
            thread.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    /** The top frames of a thread on one line. */
    static String stack(Thread thread, int frames) {
        return Arrays.stream(thread.getStackTrace())
                .limit(frames)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
    }
}
