// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.sa.IkeSaId;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.manager.Lease;
import org.jcharon.core.manager.Newborn;
import org.jcharon.core.manager.SaJob;
import org.jcharon.core.sa.IkeSa;

/** Makes the IKE_SA that replaces another one and hands everything over, before either is visible changed. Lease of the old one held. */
final class IkeSuccession {

    private static final Log LOG = Log.of("ike");
    /** A peer that knows of it deletes it at once; three tries with strongSwan's times. */
    private static final Duration PATIENCE_WITH_REDUNDANT = Duration.ofSeconds(30);

    private IkeSuccession() {}

    static IkeSa replace(
            IkeSa old,
            Newborn newborn,
            boolean weInitiated,
            Proposal chosen,
            List<Secret> shared,
            Chunk initiatorNonce,
            Chunk responderNonce) {
        IkeSa fresh = create(old, newborn, weInitiated, chosen);
        try (Lease lease = newborn.adopt(fresh)) {
            lease.assertHeld();
            IkeKeying.rekeyed(old, fresh, chosen, shared, initiatorNonce, responderNonce);
            List<Task> moved = new ArrayList<>();
            old.tasks()
                    .takeQueued()
                    .forEach(task -> task.migrate(fresh)
                            .ifPresentOrElse(moved::add, () -> task.abandon("IKE_SA was rekeyed meanwhile")));
            fresh.inherit(old);
            old.services().manager().uniqueness().replace(old.uniqueId(), fresh.uniqueId());
            fresh.tasks().adopt(moved);
            fresh.tasks().moves().resume();
            old.moveTo(IkeSaState.REKEYED);
            old.timers().stop("ike-rekey");
            old.timers().stop("ike-reauth");
            old.timers().stop("dpd");
            old.timers().stop("keepalive");
            old.timers()
                    .start(
                            old.id().localSpi(),
                            "ike-end",
                            old.services().settings().patience(),
                            () -> old.destroy("peer did not delete the rekeyed IKE_SA"));
            newborn.publish();
            LOG.audit(
                    "IKE_SA {} rekeyed between {}[{}]...{}[{}]",
                    fresh.label(),
                    Addresses.text(fresh.local().address()),
                    fresh.localId(),
                    Addresses.text(fresh.remote().address()),
                    fresh.remoteId());
            fresh.services().events().ikeRekey(old.snapshot(), fresh.snapshot());
        }
        // after what the old one still has to send: without our answer the peer does not know the new one yet
        initiate(fresh);
        return fresh;
    }

    /** Makes the IKE_SA that lost against another one that replaces {@code old}; it is deleted by the side that initiated it. */
    static IkeSa redundant(
            IkeSa old,
            Newborn newborn,
            boolean weInitiated,
            Proposal chosen,
            List<Secret> shared,
            Chunk initiatorNonce,
            Chunk responderNonce) {
        IkeSa fresh = create(old, newborn, weInitiated, chosen);
        try (Lease lease = newborn.adopt(fresh)) {
            lease.assertHeld();
            IkeKeying.rekeyed(old, fresh, chosen, shared, initiatorNonce, responderNonce);
            fresh.redundantBeside(old);
            newborn.publish();
            LOG.control(
                    "IKE_SA rekey collision {}, {} redundant IKE_SA {}",
                    weInitiated ? "lost" : "won",
                    weInitiated ? "deleting" : "waiting for delete for",
                    fresh.label());
            if (weInitiated) {
                fresh.tasks().adopt(List.of(new IkeDeleteInitiator(fresh, Optional.empty(), "redundant")));
            } else {
                Duration patience = old.services().settings().patience();
                boolean tooLong = patience.compareTo(PATIENCE_WITH_REDUNDANT) > 0;
                fresh.timers()
                        .start(
                                fresh.id().localSpi(),
                                "ike-end",
                                tooLong ? PATIENCE_WITH_REDUNDANT : patience,
                                () -> fresh.destroy("peer did not delete the redundant IKE_SA"));
            }
        }
        initiate(fresh);
        return fresh;
    }

    private static IkeSa create(IkeSa old, Newborn newborn, boolean weInitiated, Proposal chosen) {
        long peerSpi = IkeKeying.spiNumber(chosen.spi());
        IkeSaId id = weInitiated
                ? new IkeSaId(newborn.localSpi(), peerSpi, true)
                : new IkeSaId(peerSpi, newborn.localSpi(), false);
        return new IkeSa(id, old.services(), old.local(), old.remote());
    }

    private static void initiate(IkeSa fresh) {
        fresh.services()
                .manager()
                .submitInternal(
                        fresh.id().localSpi(),
                        SaJob.of("initiate", lease -> fresh.tasks().initiate()));
    }
}
