// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jcharon.api.credential.Identification;

/** Which IKE_SAs connect the same two identities; decides uniqueness atomically. Any thread. */
public final class UniquenessIndex {

    /** Whom an IKE_SA connects; each family of addresses counts for itself. */
    public record Pair(Identification local, Identification remote, boolean ipv6) {}

    private final Map<Pair, Set<Long>> ids = new HashMap<>(); // guarded by this
    private final Map<Long, Pair> pairs = new HashMap<>(); // guarded by this

    UniquenessIndex() {}

    /**
     * Registers an IKE_SA, which leaves the pair it was registered with before.
     *
     * @return unique ids of the others of this pair, oldest first
     */
    public synchronized List<Long> register(Pair pair, long uniqueId) {
        remove(uniqueId);
        Set<Long> same = ids.computeIfAbsent(pair, key -> new LinkedHashSet<>());
        List<Long> others = List.copyOf(same);
        same.add(uniqueId);
        pairs.put(uniqueId, pair);
        return others;
    }

    /**
     * Registers an IKE_SA only if no other of this pair keeps it out (policy {@code keep}); whether it did.
     *
     * @param keepsOut asked of the others' unique ids, must not use this index
     */
    public synchronized boolean registerUnless(Pair pair, long uniqueId, LongPredicate keepsOut) {
        boolean keptOut = find(pair).stream().anyMatch(other -> other != uniqueId && keepsOut.test(other));
        if (!keptOut) {
            register(pair, uniqueId);
        }
        return !keptOut;
    }

    /** Puts a successor (rekeying) in the place of another in one step. */
    public synchronized void replace(long oldUniqueId, long newUniqueId) {
        Pair pair = pairs.get(oldUniqueId);
        if (pair != null) {
            remove(oldUniqueId);
            register(pair, newUniqueId);
        }
    }

    /** Unique ids of a pair, oldest first. */
    public synchronized List<Long> find(Pair pair) {
        return List.copyOf(ids.getOrDefault(pair, Set.of()));
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
