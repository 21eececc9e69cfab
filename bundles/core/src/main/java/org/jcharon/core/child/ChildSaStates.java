// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.child;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jcharon.api.sa.ChildSaState;

/** Moves that a CHILD_SA may make; every state may be left for DESTROYING. */
final class ChildSaStates {

    private static final Map<ChildSaState, Set<ChildSaState>> ALLOWED = new EnumMap<>(ChildSaState.class);

    static {
        ALLOWED.put(ChildSaState.CREATED, EnumSet.of(ChildSaState.INSTALLING, ChildSaState.ROUTED));
        ALLOWED.put(ChildSaState.ROUTED, EnumSet.of(ChildSaState.INSTALLING));
        ALLOWED.put(ChildSaState.INSTALLING, EnumSet.of(ChildSaState.INSTALLED));
        ALLOWED.put(
                ChildSaState.INSTALLED,
                EnumSet.of(ChildSaState.REKEYING, ChildSaState.REKEYED, ChildSaState.DELETING, ChildSaState.DELETED));
        ALLOWED.put(
                ChildSaState.REKEYING,
                EnumSet.of(ChildSaState.INSTALLED, ChildSaState.REKEYED, ChildSaState.DELETING, ChildSaState.DELETED));
        // back to INSTALLED: the peer gives the new one up before the old one
        ALLOWED.put(
                ChildSaState.REKEYED, EnumSet.of(ChildSaState.INSTALLED, ChildSaState.DELETING, ChildSaState.DELETED));
        ALLOWED.put(ChildSaState.DELETING, EnumSet.of(ChildSaState.DELETED));
        ALLOWED.put(ChildSaState.DELETED, EnumSet.noneOf(ChildSaState.class));
        ALLOWED.put(ChildSaState.DESTROYING, EnumSet.noneOf(ChildSaState.class));
    }

    private ChildSaStates() {}

    static void check(ChildSaState from, ChildSaState to) {
        boolean allowed = to == ChildSaState.DESTROYING
                ? from != ChildSaState.DESTROYING
                : ALLOWED.get(from).contains(to);
        if (!allowed) {
            throw new IllegalStateException("CHILD_SA may not move from " + from + " to " + to);
        }
    }
}
