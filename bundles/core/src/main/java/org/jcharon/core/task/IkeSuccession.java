// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
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
    private static final Duration WAIT_FOR_DELETE = Duration.ofSeconds(90);

    private IkeSuccession() {}

    static IkeSa replace(
            IkeSa old,
            Newborn newborn,
            boolean weInitiated,
            Proposal chosen,
            Secret shared,
            Chunk initiatorNonce,
            Chunk responderNonce) {
        long peerSpi = IkeKeying.spiNumber(chosen.spi());
        IkeSaId id = weInitiated
                ? new IkeSaId(newborn.localSpi(), peerSpi, true)
                : new IkeSaId(peerSpi, newborn.localSpi(), false);
        IkeSa fresh = new IkeSa(id, old.services(), old.local(), old.remote());
        try (Lease lease = newborn.adopt(fresh)) {
            lease.assertHeld();
            IkeKeying.rekeyed(old, fresh, chosen, shared, initiatorNonce, responderNonce);
            List<Task> moved = old.tasks().takeQueued().stream()
                    .map(task -> task.migrate(fresh))
                    .flatMap(Optional::stream)
                    .toList();
            fresh.inherit(old);
            old.services().manager().uniqueness().replace(old.uniqueId(), fresh.uniqueId());
            fresh.tasks().adopt(moved);
            fresh.tasks().moves().resume();
            old.moveTo(IkeSaState.REKEYED);
            old.timers().stop("ike-rekey");
            old.timers().stop("dpd");
            old.timers().stop("keepalive");
            old.timers()
                    .start(
                            old.id().localSpi(),
                            "ike-end",
                            WAIT_FOR_DELETE,
                            () -> old.destroy("peer did not delete the rekeyed IKE_SA"));
            newborn.publish();
            LOG.audit(
                    "IKE_SA {} rekeyed between {}[{}]...{}[{}]",
                    fresh.label(),
                    fresh.local().address().getHostAddress(),
                    fresh.localId(),
                    fresh.remote().address().getHostAddress(),
                    fresh.remoteId());
            fresh.services().events().ikeRekey(old.snapshot(), fresh.snapshot());
        }
        // after what the old one still has to send: without our answer the peer does not know the new one yet
        old.services().manager().submitInternal(fresh.id().localSpi(), new SaJob() {
            @Override
            public void run(Lease lease) {
                ((IkeSa) lease.sa()).tasks().initiate();
            }

            @Override
            public String name() {
                return "initiate";
            }
        });
        return fresh;
    }
}
