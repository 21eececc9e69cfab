// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.kernel.KernelPolicy;

/** One policy with its users, the newest last. The control plane's lock guards all but the fields that packets read. */
final class PolicyEntry {

    private static final int BASE_PRIORITY = 200_000;
    private static final int PREFIX_WEIGHT = 512;

    /** What makes two policies the same. */
    record Key(
            KernelPolicy.Direction direction,
            KernelPolicy.Action action,
            TrafficSelector source,
            TrafficSelector destination,
            long mark,
            int ifId) {

        static Key of(KernelPolicy policy) {
            return new Key(
                    policy.direction(),
                    policy.action(),
                    policy.source(),
                    policy.destination(),
                    policy.mark(),
                    policy.ifId());
        }
    }

    /** One user. Routes belong to users: peers of two users of a policy may be at different addresses. */
    static final class User {
        final KernelPolicy policy;
        List<KernelNet.Route> routes = List.of();
        boolean removed;

        User(KernelPolicy policy) {
            this.policy = policy;
        }
    }

    final Selector source;
    final Selector destination;
    final int priority;
    final List<User> users = new ArrayList<>();
    // Written by the control plane; a packet that sees the old SA a moment longer is dropped by that SA.
    volatile KernelPolicy current;
    volatile OutboundSa sa;
    private boolean acquired; // touched by the device's reader only
    private long lastAcquire; // touched by the device's reader only

    PolicyEntry(KernelPolicy first) {
        source = new Selector(first.source());
        destination = new Selector(first.destination());
        priority = first.priority() != 0 ? first.priority() : computed(first);
        current = first;
    }

    // What is dropped is dropped unless another policy knows better, as in strongSwan. Among the others, with
    // what passes before its equal: the longer the prefixes and the narrower protocol and ports, the lower the number,
    // and the lower wins.
    private static int computed(KernelPolicy policy) {
        TrafficSelector source = policy.source();
        TrafficSelector destination = policy.destination();
        int base = BASE_PRIORITY
                + switch (policy.action()) {
                    case PROTECT -> 0;
                    case PASS -> -1;
                    case DROP -> BASE_PRIORITY;
                };
        int priority = base - PREFIX_WEIGHT * (commonBits(source) + commonBits(destination));
        if (source.protocol() != 0 || destination.protocol() != 0) {
            priority -= 256;
        }
        return priority - (source.isAnyPort() ? 0 : 64) - (destination.isAnyPort() ? 0 : 64);
    }

    private static int commonBits(TrafficSelector range) {
        byte[] from = range.from().getAddress();
        byte[] to = range.to().getAddress();
        int bits = 0;
        while (bits < from.length * 8 && ((from[bits / 8] ^ to[bits / 8]) >> (7 - bits % 8) & 1) == 0) {
            bits++;
        }
        return bits;
    }

    boolean matches(Flow flow) {
        return source.matchesSource(flow) && destination.matchesDestination(flow);
    }

    /** Whether an acquire is due: not more often than the interval. */
    boolean acquireIsDue(long now, long interval) {
        if (acquired && now - lastAcquire < interval) {
            return false;
        }
        acquired = true;
        lastAcquire = now;
        return true;
    }
}
