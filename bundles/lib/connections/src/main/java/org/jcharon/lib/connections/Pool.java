// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jcharon.api.attribute.PoolInfo;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.credential.Identification;

/**
 * Leases of one pool, in memory. Any thread. A peer gets the address that it had; an address that was never used goes before one that
 * another peer has given back, and of those the one given back first.
 */
public final class Pool {

    /** Bounds what a large pool remembers of peers that are gone. */
    private static final int MAX_REMEMBERED = 100_000;

    private final String name;
    private final InetAddress base;
    private final InetAddress first;
    private final long size;
    private final Map<Long, Identification> online = new HashMap<>(); // guarded by this
    private final Map<Long, Identification> offline = new LinkedHashMap<>(); // guarded by this, oldest first
    private long next; // guarded by this: all below were used

    /** A pool of which nothing is leased. */
    public Pool(PoolConfig config) {
        this.name = config.name();
        this.base = config.base();
        this.first = config.first();
        this.size = config.size();
    }

    /** Whether {@code config} has the same addresses: leases can be kept. */
    public boolean isOf(PoolConfig config) {
        return first.equals(config.first()) && size == config.size();
    }

    /** Whether an address is of the family of this pool. */
    public boolean isFamilyOf(InetAddress address) {
        return first.getAddress().length == address.getAddress().length;
    }

    /** Leases an address, if possible the one {@code peer} had, else the one requested; empty if all are in use. */
    public synchronized Optional<InetAddress> acquire(Identification peer, InetAddress requested) {
        long wish = requested.isAnyLocalAddress() ? -1 : offset(requested);
        Long had = null;
        for (Map.Entry<Long, Identification> lease : offline.entrySet()) {
            if (lease.getValue().equals(peer) && (had == null || lease.getKey() == wish)) {
                had = lease.getKey();
            }
        }
        if (had == null && wish >= next && !online.containsKey(wish) && !offline.containsKey(wish)) {
            had = wish;
        }
        if (had == null) {
            had = fresh();
        }
        if (had == null) {
            return Optional.empty();
        }
        offline.remove(had);
        online.put(had, peer);
        return Optional.of(Addresses.plus(first, had));
    }

    /** Takes an address back and keeps it for {@code peer}; one that it does not have is ignored. */
    public synchronized void release(Identification peer, InetAddress address) {
        long offset = offset(address);
        if (online.remove(offset, peer)) {
            offline.put(offset, peer);
        }
    }

    /** As it is now. */
    public synchronized PoolInfo info() {
        List<PoolInfo.PoolLease> leases = new ArrayList<>();
        online.forEach((offset, peer) -> leases.add(new PoolInfo.PoolLease(Addresses.plus(first, offset), peer, true)));
        offline.forEach(
                (offset, peer) -> leases.add(new PoolInfo.PoolLease(Addresses.plus(first, offset), peer, false)));
        return new Snapshot(name, base, size, online.size(), offline.size(), List.copyOf(leases));
    }

    private record Snapshot(
            String name, InetAddress base, long size, long online, long offline, List<PoolInfo.PoolLease> leases)
            implements PoolInfo {}

    private Long fresh() {
        while (next < size && (online.containsKey(next) || offline.containsKey(next))) {
            next++;
        }
        if (next < size && offline.size() < MAX_REMEMBERED) {
            return next++;
        }
        Iterator<Long> oldest = offline.keySet().iterator();
        return oldest.hasNext() ? oldest.next() : null;
    }

    /** Offset of an address in the pool, -1 if it is not part of it. */
    private long offset(InetAddress address) {
        if (!isFamilyOf(address)) {
            return -1;
        }
        BigInteger offset = new BigInteger(1, address.getAddress()).subtract(new BigInteger(1, first.getAddress()));
        return offset.signum() < 0 || offset.compareTo(BigInteger.valueOf(size)) >= 0 ? -1 : offset.longValueExact();
    }
}
