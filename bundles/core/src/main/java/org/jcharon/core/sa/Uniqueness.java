// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.util.List;
import java.util.function.LongPredicate;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.core.manager.IkeSaManager;
import org.jcharon.core.manager.SaJob;
import org.jcharon.core.manager.UniquenessIndex;

/** Decides what becomes of several IKE_SAs of one connection between the same identities (RFC 7296 section 2.4). Lease held. */
public final class Uniqueness {

    private static final Log LOG = Log.of("ike");

    private Uniqueness() {}

    /** Whether INITIAL_CONTACT may be sent: no other IKE_SA of ours connects the same identities. */
    public static boolean isFirst(IkeSa ike) {
        PeerConfig config = ike.peerConfig();
        if (config.unique() == PeerConfig.Unique.NEVER || config.remote().isEmpty()) {
            return false;
        }
        var peer = config.remote().get(0).id();
        return !peer.hasWildcards()
                && ike.services()
                        .manager()
                        .uniqueness()
                        .find(new UniquenessIndex.Pair(ike.localId(), peer, isIpv6(ike)))
                        .isEmpty();
    }

    /**
     * Registers an IKE_SA whose ends are authenticated, and closes those that it replaces.
     *
     * @param initialContact the peer has no other
     * @return false if it must not come up
     */
    public static boolean admits(IkeSa ike, boolean initialContact) {
        IkeSaManager manager = ike.services().manager();
        PeerConfig config = ike.peerConfig();
        UniquenessIndex.Pair pair = new UniquenessIndex.Pair(ike.localId(), ike.remoteId(), isIpv6(ike));
        PeerConfig.Unique policy = config.unique();
        if (policy == PeerConfig.Unique.KEEP && !initialContact) {
            // from the same address it is the peer that authenticates anew
            LongPredicate keptOut = id -> isLive(ike, manager.snapshot(id))
                    && !manager.snapshot(id)
                            .remote()
                            .address()
                            .equals(ike.remote().address());
            return manager.uniqueness().registerUnless(pair, ike.uniqueId(), keptOut);
        }
        List<Long> others = manager.uniqueness().register(pair, ike.uniqueId());
        boolean replace = policy == PeerConfig.Unique.REPLACE || (initialContact && policy != PeerConfig.Unique.NEVER);
        if (replace) {
            others.stream()
                    .filter(id -> id != ike.recovery().replaced())
                    .forEach(id -> close(manager, id, config, initialContact));
        }
        return true;
    }

    private static boolean isLive(IkeSa ike, IkeSaInfo other) {
        return other != null
                && (other.state() == IkeSaState.ESTABLISHED || other.state() == IkeSaState.REKEYING)
                && IkeSnapshots.isOf(other, ike.peerConfig());
    }

    private static boolean isIpv6(IkeSa ike) {
        return ike.remote().address().getAddress().length == 16;
    }

    private static void close(IkeSaManager manager, long uniqueId, PeerConfig config, boolean initialContact) {
        manager.submitUnique(
                uniqueId, SaJob.of("uniqueness", lease -> close((IkeSa) lease.sa(), config, initialContact)));
    }

    private static void close(IkeSa duplicate, PeerConfig config, boolean initialContact) {
        if (duplicate.peerConfig() == null || !IkeSnapshots.isLike(duplicate.peerConfig(), config)) {
            return;
        }
        if (initialContact) {
            LOG.control("destroying duplicate IKE_SA for peer '{}', received INITIAL_CONTACT", duplicate.remoteId());
            duplicate.destroy("peer has lost its state");
            return;
        }
        LOG.control("deleting duplicate IKE_SA for peer '{}' due to uniqueness policy", duplicate.remoteId());
        String reason = "replaced by a newer IKE_SA";
        duplicate.services().events().alert(duplicate.snapshot(), "unique-replace", reason);
        duplicate.delete(reason);
    }
}
