// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jcharon.api.credential.Identification;

/** Which IKE_SAs connect the same two identities; decides uniqueness atomically. Any thread. */
public final class UniquenessIndex {

    private record Pair(Identification local, Identification remote) {}

    private final Map<Pair, Set<Long>> ids = new HashMap<>(); // guarded by this
    private final Map<Long, Pair> pairs = new HashMap<>(); // guarded by this

    UniquenessIndex() {}

    /**
     * Registers an IKE_SA, which leaves the pair it was registered with before.
     *
     * @return unique ids of the others of this pair, oldest first
     */
    public synchronized List<Long> register(Identification local, Identification remote, long uniqueId) {
        remove(uniqueId);
        Pair pair = new Pair(local, remote);
        Set<Long> same = ids.computeIfAbsent(pair, key -> new LinkedHashSet<>());
        List<Long> others = List.copyOf(same);
        same.add(uniqueId);
        pairs.put(uniqueId, pair);
        return others;
    }

    /** Registers an IKE_SA only if no other connects this pair (policy {@code keep}); whether it did. */
    public synchronized boolean registerIfAlone(Identification local, Identification remote, long uniqueId) {
        List<Long> others = new ArrayList<>(find(local, remote));
        others.remove(uniqueId);
        if (!others.isEmpty()) {
            return false;
        }
        register(local, remote, uniqueId);
        return true;
    }

    /** Puts a successor (rekeying) in the place of another in one step. */
    public synchronized void replace(long oldUniqueId, long newUniqueId) {
        Pair pair = pairs.get(oldUniqueId);
        if (pair != null) {
            remove(oldUniqueId);
            register(pair.local(), pair.remote(), newUniqueId);
        }
    }

    /** Unique ids of a pair, oldest first. */
    public synchronized List<Long> find(Identification local, Identification remote) {
        return List.copyOf(ids.getOrDefault(new Pair(local, remote), Set.of()));
    }

    /** Forgets an IKE_SA; the manager does so itself when one goes. */
    public synchronized void remove(long uniqueId) {
        Pair pair = pairs.remove(uniqueId);
        if (pair != null) {
            ids.computeIfPresent(pair, (key, same) -> {
                same.remove(uniqueId);
                return same.isEmpty() ? null : same;
            });
        }
    }
}
