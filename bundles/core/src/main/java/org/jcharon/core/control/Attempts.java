// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.control;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jcharon.api.control.AttemptInfo;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.processing.TimeSource;

/**
 * The last attempts of each connection, ours and those of peers. Strangers can cause refusals, so everything is bounded: a few for
 * each connection, of the connections that were tried lately. Any thread.
 */
public final class Attempts {

    private static final int EACH = 4;
    private static final int OF_NO_CONNECTION = 16;
    private static final int CONNECTIONS = 1_000;
    private static final int TEXT = 2_000;
    private static final float LOAD = 0.75f;

    private record Attempt(Kind kind, Instant time, String connection, String child, String peer, String reason)
            implements AttemptInfo {}

    private final TimeSource time;
    private final Deque<AttemptInfo> unknown = new ArrayDeque<>(); // guarded by this
    private final Map<String, Deque<AttemptInfo>> known = new LinkedHashMap<>(16, LOAD, true); // guarded by this

    /** None yet. */
    public Attempts(TimeSource time) {
        this.time = time;
    }

    /** An attempt of ours ended; {@code child} null: the IKE_SA alone. */
    void ended(String connection, String child, Outcome outcome) {
        AttemptInfo.Kind kind = outcome.success() ? AttemptInfo.Kind.UP : AttemptInfo.Kind.FAILED;
        add(new Attempt(kind, time.now(), connection, child == null ? "" : child, "", shortened(outcome.reason())));
    }

    /** We refused a peer; {@code connection} empty: none fitted. */
    public void refused(String connection, String peer, String reason) {
        add(new Attempt(AttemptInfo.Kind.REFUSED, time.now(), connection, "", shortened(peer), shortened(reason)));
    }

    private synchronized void add(AttemptInfo attempt) {
        boolean named = !attempt.connection().isEmpty();
        Deque<AttemptInfo> list =
                named ? known.computeIfAbsent(attempt.connection(), name -> new ArrayDeque<>()) : unknown;
        list.addFirst(attempt);
        if (list.size() > (named ? EACH : OF_NO_CONNECTION)) {
            list.removeLast();
        }
        if (known.size() > CONNECTIONS) {
            known.remove(known.keySet().iterator().next());
        }
    }

    /** Those of a connection, newest first; of an empty name: peers that no connection fitted. */
    synchronized List<AttemptInfo> of(String connection) {
        Deque<AttemptInfo> list = connection.isEmpty() ? unknown : known.get(connection);
        return list == null ? List.of() : List.copyOf(list);
    }

    private static String shortened(String text) {
        return text.length() <= TEXT ? text : text.substring(0, TEXT) + " …";
    }
}
