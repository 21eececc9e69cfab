// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.control;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jcharon.api.control.TraceInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.core.sa.History;
import org.jcharon.core.sa.IkeSnapshots;

/**
 * Histories of IKE_SAs that are gone. Strangers can cause some, so those of a connection are kept apart from those of none, and of
 * each a bounded number. Any thread.
 */
public final class Traces {

    /** So many ended IKE_SAs of each sort are remembered. */
    static final int ENDED = 64;

    private record Trace(
            long uniqueId, String connection, String ends, boolean ended, long forgotten, List<TraceInfo.Step> steps)
            implements TraceInfo {}

    private final Deque<TraceInfo> named = new ArrayDeque<>(); // guarded by this
    private final Deque<TraceInfo> strangers = new ArrayDeque<>(); // guarded by this

    /** An IKE_SA is gone. */
    public synchronized void ended(IkeSaInfo last) {
        Deque<TraceInfo> list = last.name().isEmpty() ? strangers : named;
        list.addLast(of(last, true));
        if (list.size() > ENDED) {
            list.removeFirst();
        }
    }

    /** That of an IKE_SA that is gone. */
    synchronized Optional<TraceInfo> find(long uniqueId) {
        return all().filter(trace -> trace.uniqueId() == uniqueId).findFirst();
    }

    /** Those of IKE_SAs that are gone, by number. */
    synchronized List<TraceInfo> list() {
        return all().sorted(Comparator.comparingLong(TraceInfo::uniqueId)).toList();
    }

    private Stream<TraceInfo> all() {
        return Stream.concat(named.stream(), strangers.stream());
    }

    /** That of an IKE_SA as a snapshot tells it. */
    static TraceInfo of(IkeSaInfo ike, boolean ended) {
        Optional<History> history = IkeSnapshots.history(ike);
        return new Trace(
                ike.uniqueId(),
                ike.name(),
                ike.local() + " '" + ike.localId() + "' ... " + ike.remote() + " '" + ike.remoteId() + "'",
                ended,
                history.map(History::forgotten).orElse(0L),
                history.map(History::steps).orElse(List.of()));
    }
}
