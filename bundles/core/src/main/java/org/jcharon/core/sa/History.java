// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jcharon.api.control.TraceInfo;
import org.jcharon.api.processing.TimeSource;

/** The last steps of one IKE_SA, a bounded number of bounded length. Written lease held, read by any thread. */
public final class History {

    /** Steps that are kept: a handshake with what follows it. Thousands of IKE_SAs keep so many each. */
    static final int STEPS = 32;

    private static final int TEXT = 600;

    private record Step(Instant time, TraceInfo.Kind kind, String text) implements TraceInfo.Step {}

    private final TimeSource time;
    private final Deque<TraceInfo.Step> steps = new ArrayDeque<>(); // guarded by this
    private long forgotten; // guarded by this

    History(TimeSource time) {
        this.time = time;
    }

    /** Notes a step; text that is too long is cut. */
    public synchronized void add(TraceInfo.Kind kind, String text) {
        if (steps.size() == STEPS) {
            steps.removeFirst();
            forgotten++;
        }
        steps.addLast(new Step(time.now(), kind, text.length() <= TEXT ? text : text.substring(0, TEXT) + " …"));
    }

    /** Something went wrong. */
    public void problem(String text) {
        add(TraceInfo.Kind.PROBLEM, text);
    }

    /** Something was agreed on. */
    public void agreed(String text) {
        add(TraceInfo.Kind.AGREED, text);
    }

    /** What there is now. */
    public synchronized List<TraceInfo.Step> steps() {
        return List.copyOf(steps);
    }

    /** Steps that are not among {@link #steps} any more. */
    public synchronized long forgotten() {
        return forgotten;
    }
}
