// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.daemon;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.control.ControllerService;
import org.jcharon.core.kernel.KernelEventHandler;
import org.jcharon.core.manager.DropCounters;
import org.jcharon.core.manager.DropReason;
import org.jcharon.core.manager.SaJob;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeServices;
import org.jcharon.core.trap.TrapManager;

/** Turns what the data plane reports into work of the IKE_SA concerned. */
final class KernelReactions implements KernelEventHandler {

    private static final Log LOG = Log.of("knl");
    /** Several IKE_SAs have the same ends if they have different identities. */
    private static final int MOST_TOLD = 4;

    private final TrapManager traps;
    private final ControllerService controller;
    private final IkeServices services;
    private final UnknownSpis unknownSpis;
    private final DropCounters drops;

    KernelReactions(IkeServices services, TrapManager traps, ControllerService controller, DropCounters drops) {
        this.services = services;
        this.traps = traps;
        this.controller = controller;
        this.drops = drops;
        this.unknownSpis = new UnknownSpis(() -> services.settings().deleteRekeyedDelay());
    }

    @Override
    public void acquire(int reqid, TrafficSelector source, TrafficSelector destination) {
        traps.find(reqid)
                .ifPresentOrElse(
                        trap -> controller.acquire(trap.connection(), trap.child(), source, destination),
                        () -> LOG.control("no trap has reqid {{}}, acquire ignored", reqid));
    }

    @Override
    public void expire(SaId sa, boolean hard) {
        Optional<IkeSaInfo> owner = services.manager()
                .snapshots()
                .filter(ike -> ike.children().stream().anyMatch(child -> isOf(child, sa)))
                .findFirst();
        owner.ifPresent(ike -> submit(
                ike.uniqueId(),
                hard ? "expired" : "expiring",
                found -> found.children().bySa(sa).ifPresent(child -> expire(found, child, hard))));
    }

    private static void expire(IkeSa ike, ChildSa child, boolean hard) {
        if (hard) {
            LOG.control("closing expired CHILD_SA {}", child.describe());
            ike.tasks().queueDeleteAlone(child);
        } else {
            ike.tasks().queueRekey(child);
        }
    }

    private static boolean isOf(ChildSaInfo child, SaId sa) {
        return child.spiIn() == sa.spi() || child.spiOut() == sa.spi();
    }

    @Override
    public void mapping(SaId inbound, Endpoint newRemote) {
        LOG.control(
                "NAT mappings of {} CHILD_SA with SPI {} and destination {} changed, queuing update job",
                inbound.protocol(),
                String.format("%08x", inbound.spi()),
                Addresses.text(inbound.destination()));
        services.manager()
                .snapshots()
                .filter(ike -> ike.children().stream().anyMatch(child -> child.spiIn() == inbound.spi()))
                .findFirst()
                .ifPresent(ike -> submit(
                        ike.uniqueId(),
                        "mapping",
                        found -> found.tasks().moves().mapped(newRemote)));
    }

    @Override
    public void unknownSpi(int spi, Endpoint source, Endpoint destination) {
        long now = services.time().nanos();
        OptionalLong gone = services.childNumbers().gone(spi);
        boolean late = gone.isPresent()
                && now - gone.getAsLong() <= unknownSpis.grace().toNanos();
        if (late || !unknownSpis.seen(spi, source, destination, now)) {
            return;
        }
        List<IkeSaInfo> concerned = services.manager()
                .snapshots()
                .filter(ike -> ike.state() == IkeSaState.ESTABLISHED && isBetween(ike, destination, source))
                .limit(MOST_TOLD)
                .toList();
        if (concerned.isEmpty()) {
            // whoever that is, an answer would be one to anybody (RFC 7296 section 1.5)
            drops.count(DropReason.UNKNOWN_ESP_SPI);
        }
        for (IkeSaInfo ike : concerned) {
            if (unknownSpis.mayTell(ike.uniqueId(), now)) {
                submit(ike.uniqueId(), "unknown-spi", found -> found.tasks().queueInvalidSpi(spi));
            }
        }
    }

    /** Whether ESP of an IKE_SA comes along a way; ports are 0 without UDP. */
    private static boolean isBetween(IkeSaInfo ike, Endpoint local, Endpoint remote) {
        if (local.port() != 0) {
            return ike.local().equals(local) && ike.remote().equals(remote);
        }
        return ike.local().address().equals(local.address())
                && ike.remote().address().equals(remote.address());
    }

    @Override
    public void roam(boolean address) {
        LOG.more("{} changed", address ? "addresses" : "routes");
        services.manager()
                .uniqueIds()
                .toList()
                .forEach(id -> submit(id, "roam", ike -> ike.tasks().moves().roam(address)));
    }

    private void submit(long uniqueId, String name, Consumer<IkeSa> work) {
        services.manager().submitUnique(uniqueId, SaJob.of(name, lease -> work.accept((IkeSa) lease.sa())));
    }
}
