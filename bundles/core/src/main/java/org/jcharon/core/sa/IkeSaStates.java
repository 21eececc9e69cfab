// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jcharon.api.sa.IkeSaState;

/** Moves that an IKE_SA may make; every state may be left for DESTROYING. */
final class IkeSaStates {

    private static final Map<IkeSaState, Set<IkeSaState>> ALLOWED = new EnumMap<>(Map.of(
            IkeSaState.CREATED,
            EnumSet.of(IkeSaState.CONNECTING, IkeSaState.ESTABLISHED, IkeSaState.DELETING),
            IkeSaState.CONNECTING,
            EnumSet.of(IkeSaState.CREATED, IkeSaState.ESTABLISHED, IkeSaState.DELETING), // CREATED: for another try
            IkeSaState.ESTABLISHED,
            EnumSet.of(IkeSaState.REKEYING, IkeSaState.REKEYED, IkeSaState.DELETING),
            IkeSaState.REKEYING,
            EnumSet.of(IkeSaState.ESTABLISHED, IkeSaState.REKEYED, IkeSaState.DELETING),
            IkeSaState.REKEYED,
            EnumSet.of(IkeSaState.DELETING),
            IkeSaState.DELETING,
            EnumSet.noneOf(IkeSaState.class),
            IkeSaState.DESTROYING,
            EnumSet.noneOf(IkeSaState.class)));

    private IkeSaStates() {}

    static void check(IkeSaState from, IkeSaState to) {
        boolean allowed = to == IkeSaState.DESTROYING
                ? from != IkeSaState.DESTROYING
                : ALLOWED.get(from).contains(to);
        if (!allowed) {
            throw new IllegalStateException("IKE_SA may not move from " + from + " to " + to);
        }
    }
}
