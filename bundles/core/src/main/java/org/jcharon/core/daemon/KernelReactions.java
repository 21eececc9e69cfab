// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.daemon;

import java.util.Optional;
import java.util.function.Consumer;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.control.ControllerService;
import org.jcharon.core.kernel.KernelEventHandler;
import org.jcharon.core.manager.IkeSaManager;
import org.jcharon.core.manager.SaJob;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.trap.TrapManager;

/** Turns what the data plane reports into work of the IKE_SA concerned. */
final class KernelReactions implements KernelEventHandler {

    private static final Log LOG = Log.of("knl");

    private final IkeSaManager manager;
    private final TrapManager traps;
    private final ControllerService controller;

    KernelReactions(IkeSaManager manager, TrapManager traps, ControllerService controller) {
        this.manager = manager;
        this.traps = traps;
        this.controller = controller;
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
        Optional<IkeSaInfo> owner = manager.snapshots()
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
                inbound.destination().getHostAddress());
        manager.snapshots()
                .filter(ike -> ike.children().stream().anyMatch(child -> child.spiIn() == inbound.spi()))
                .findFirst()
                .ifPresent(ike -> submit(
                        ike.uniqueId(),
                        "mapping",
                        found -> found.tasks().moves().mapped(newRemote)));
    }

    @Override
    public void roam(boolean address) {
        LOG.more("{} changed", address ? "addresses" : "routes");
        manager.uniqueIds()
                .toList()
                .forEach(id -> submit(id, "roam", ike -> ike.tasks().moves().roam(address)));
    }

    private void submit(long uniqueId, String name, Consumer<IkeSa> work) {
        manager.submitUnique(uniqueId, SaJob.of(name, lease -> work.accept((IkeSa) lease.sa())));
    }
}
