// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.trap;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.kernel.KernelRegistry;
import org.jcharon.core.child.ChildNumbers;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.child.SelectorNarrowing;
import org.jcharon.core.control.InitiatorEnds;

/** Trap policies: outbound policies without SA, whose first packet asks for the CHILD_SA. Any thread. */
public final class TrapManager {

    private static final Log LOG = Log.of("cfg");

    /** Whose CHILD_SA a packet asks for. */
    public record Trap(String connection, String child) {}

    private record Installed(
            Trap trap,
            int reqid,
            String marks,
            List<TrafficSelector> local,
            List<TrafficSelector> remote,
            List<KernelPolicy> policies) {}

    private final KernelRegistry kernel;
    private final ChildNumbers numbers;
    private final InitiatorEnds ends;
    private final Map<Trap, Installed> installed = new HashMap<>(); // guarded by this

    /** Without traps. */
    public TrapManager(KernelRegistry kernel, ChildNumbers numbers, InitiatorEnds ends) {
        this.kernel = kernel;
        this.numbers = numbers;
        this.ends = ends;
    }

    /** Installs the trap of a child, unless it is there; what goes wrong is logged. */
    public void install(PeerConfig config, ChildConfig child) {
        ends.find(config.ike()).whenComplete((pair, failure) -> {
            if (failure != null) {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                LOG.control("no trap for child {}: {}", child.name(), cause.getMessage());
                return;
            }
            try {
                install(new Trap(config.name(), child.name()), child, pair);
            } catch (KernelException e) {
                LOG.control("no trap for child {}: {}", child.name(), e.getMessage());
            }
        });
    }

    private synchronized void install(Trap trap, ChildConfig child, InitiatorEnds.Ends pair) throws KernelException {
        if (installed.containsKey(trap)) {
            return;
        }
        KernelIpsec ipsec =
                kernel.ipsec().orElseThrow(() -> new KernelException(0, "no kernel interface for IPsec is active"));
        if (!ipsec.features().contains(KernelIpsec.Feature.ACQUIRE)) {
            throw new KernelException(0, "the kernel interface reports no packets without SA");
        }
        List<TrafficSelector> local = SelectorNarrowing.resolve(
                child.localSelectors(), List.of(pair.local().address()), false);
        List<TrafficSelector> remote = SelectorNarrowing.resolve(
                child.remoteSelectors(), List.of(pair.remote().address()), false);
        int reqid = numbers.acquire(local, remote, ChildSa.marks(child));
        Installed entry = new Installed(trap, reqid, ChildSa.marks(child), local, remote, new ArrayList<>());
        try {
            for (TrafficSelector ours : local) {
                for (TrafficSelector theirs : remote) {
                    if (ours.isIpv6() == theirs.isIpv6()) {
                        KernelPolicy policy = policy(pair, reqid, ours, theirs, child.priority());
                        ipsec.addPolicy(policy);
                        entry.policies.add(policy);
                    }
                }
            }
        } catch (KernelException e) {
            remove(entry);
            throw e;
        }
        installed.put(trap, entry);
        LOG.control("installed trap for child {}, reqid {{}}", trap.child(), reqid);
    }

    private static KernelPolicy policy(
            InitiatorEnds.Ends pair, int reqid, TrafficSelector ours, TrafficSelector theirs, int priority) {
        return KernelPolicy.builder()
                .direction(KernelPolicy.Direction.OUT)
                .source(ours)
                .destination(theirs)
                .tunnelSource(pair.local().address())
                .tunnelDestination(pair.remote().address())
                .reqid(reqid)
                .priority(priority)
                .build();
    }

    /** Whose trap a reqid is. */
    public synchronized Optional<Trap> find(int reqid) {
        return installed.values().stream()
                .filter(entry -> entry.reqid() == reqid)
                .map(Installed::trap)
                .findFirst();
    }

    /** Takes all traps away. */
    public synchronized void close() {
        installed.values().forEach(this::remove);
        installed.clear();
    }

    private void remove(Installed entry) {
        for (KernelPolicy policy : entry.policies()) {
            try {
                if (kernel.ipsec().isPresent()) {
                    kernel.ipsec().get().deletePolicy(policy);
                }
            } catch (KernelException e) {
                LOG.more("removing trap of child {} failed: {}", entry.trap().child(), e.getMessage());
            }
        }
        numbers.release(entry.local(), entry.remote(), entry.marks());
    }
}
