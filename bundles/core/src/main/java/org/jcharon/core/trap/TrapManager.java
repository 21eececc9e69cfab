// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.trap;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.config.SelectorTemplate;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.control.PolicyInfo;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.kernel.KernelRegistry;
import org.jcharon.core.child.ChildNumbers;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.child.SelectorNarrowing;
import org.jcharon.core.control.InitiatorEnds;
import org.jcharon.core.control.Policies;
import org.jcharon.core.sa.IkePath;

/**
 * Traps, outbound policies without SA whose first packet asks for the CHILD_SA, and shunts, policies that let traffic pass or drop it.
 * Any thread.
 */
public final class TrapManager implements Policies {

    private static final Log LOG = Log.of("cfg");

    /** Whose CHILD_SA a packet asks for, or whose shunt it is. */
    public record Trap(String connection, String child) {}

    private record Installed(
            Kind kind,
            Trap trap,
            int reqid,
            String marks,
            List<TrafficSelector> localSelectors,
            List<TrafficSelector> remoteSelectors,
            List<KernelPolicy> policies)
            implements PolicyInfo {
        @Override
        public String connection() {
            return trap.connection();
        }

        @Override
        public String child() {
            return trap.child();
        }
    }

    private final KernelRegistry kernel;
    private final ChildNumbers numbers;
    private final InitiatorEnds ends;
    private final Map<Trap, Installed> installed = new LinkedHashMap<>(); // guarded by this

    /** Without traps. */
    public TrapManager(KernelRegistry kernel, ChildNumbers numbers, InitiatorEnds ends) {
        this.kernel = kernel;
        this.numbers = numbers;
        this.ends = ends;
    }

    @Override
    public CompletionStage<Outcome> install(PeerConfig config, ChildConfig child) {
        Trap trap = new Trap(config.name(), child.name());
        if (child.mode().isShunt()) {
            return CompletableFuture.completedFuture(outcome(child, () -> installShunt(trap, child)));
        }
        return ends.find(config.ike()).handle((pair, failure) -> {
            if (failure != null) {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                return refused(child, cause.getMessage());
            }
            return outcome(child, () -> installTrap(trap, child, pair));
        });
    }

    private interface Installation {
        void run() throws KernelException;
    }

    private Outcome outcome(ChildConfig child, Installation installation) {
        try {
            installation.run();
            return Outcome.done("installed " + child.name());
        } catch (KernelException e) {
            return refused(child, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("installing child {} failed", child.name(), e);
            return refused(child, "fault in the daemon: " + e);
        }
    }

    private static Outcome refused(ChildConfig child, String why) {
        LOG.control(
                "installing {} for child {} failed: {}", child.mode().isShunt() ? "shunt" : "trap", child.name(), why);
        return Outcome.failed("installing '" + child.name() + "' failed: " + why);
    }

    private synchronized void installTrap(Trap trap, ChildConfig child, IkePath pair) throws KernelException {
        if (installed.containsKey(trap)) {
            return;
        }
        if (!ipsec().features().contains(KernelIpsec.Feature.ACQUIRE)) {
            throw new KernelException(0, "the kernel interface reports no packets without SA");
        }
        List<TrafficSelector> local =
                resolve(child.localSelectors(), pair.local().address());
        List<TrafficSelector> remote =
                resolve(child.remoteSelectors(), pair.remote().address());
        int reqid = numbers.acquire(local, remote, ChildSa.marks(child));
        Installed entry = new Installed(
                PolicyInfo.Kind.TRAP, trap, reqid, ChildSa.marks(child), local, remote, new ArrayList<>());
        add(entry, child, KernelPolicy.Action.PROTECT, pair);
        LOG.control("installed trap for child {}, reqid {{}}", trap.child(), reqid);
    }

    private synchronized void installShunt(Trap trap, ChildConfig child) throws KernelException {
        if (installed.containsKey(trap)) {
            return;
        }
        boolean pass = child.mode() == ChildConfig.Mode.PASS;
        Installed entry = new Installed(
                pass ? PolicyInfo.Kind.PASS : PolicyInfo.Kind.DROP,
                trap,
                0,
                ChildSa.marks(child),
                SelectorNarrowing.resolve(child.localSelectors(), ANY, true),
                SelectorNarrowing.resolve(child.remoteSelectors(), ANY, true),
                new ArrayList<>());
        add(entry, child, pass ? KernelPolicy.Action.PASS : KernelPolicy.Action.DROP, null);
        LOG.control("installed {} shunt for child {}", pass ? "pass" : "drop", trap.child());
    }

    private static final List<InetAddress> ANY =
            List.of(Addresses.ofOctets(new byte[4]), Addresses.ofOctets(new byte[16]));

    private static List<TrafficSelector> resolve(List<SelectorTemplate> templates, InetAddress address) {
        return SelectorNarrowing.resolve(templates, List.of(address), false);
    }

    private void add(Installed entry, ChildConfig child, KernelPolicy.Action action, IkePath pair)
            throws KernelException {
        try {
            for (TrafficSelector ours : entry.localSelectors()) {
                for (TrafficSelector theirs : entry.remoteSelectors()) {
                    if (ours.isIpv6() == theirs.isIpv6()) {
                        add(entry, child, action, pair, ours, theirs);
                    }
                }
            }
        } catch (KernelException e) {
            remove(entry);
            throw e;
        }
        installed.put(entry.trap(), entry);
    }

    private void add(
            Installed entry,
            ChildConfig child,
            KernelPolicy.Action action,
            IkePath pair,
            TrafficSelector ours,
            TrafficSelector theirs)
            throws KernelException {
        KernelPolicy.Builder policy = KernelPolicy.builder()
                .direction(KernelPolicy.Direction.OUT)
                .action(action)
                .source(ours)
                .destination(theirs)
                .reqid(entry.reqid())
                .priority(child.priority());
        InetAddress any = ANY.get(ours.isIpv6() ? 1 : 0); // a shunt has no ends
        policy.tunnelSource(pair == null ? any : pair.local().address())
                .tunnelDestination(pair == null ? any : pair.remote().address());
        add(entry, policy.build());
        if (action != KernelPolicy.Action.PROTECT) {
            policy.source(theirs).destination(ours);
            add(entry, policy.direction(KernelPolicy.Direction.IN).build());
            add(entry, policy.direction(KernelPolicy.Direction.FORWARD).build());
        }
    }

    private void add(Installed entry, KernelPolicy policy) throws KernelException {
        ipsec().addPolicy(policy);
        entry.policies().add(policy);
    }

    private KernelIpsec ipsec() throws KernelException {
        return kernel.ipsec().orElseThrow(() -> new KernelException(0, "no kernel interface for IPsec is active"));
    }

    @Override
    public synchronized boolean uninstall(String connection, String child) {
        List<Installed> found = installed.values().stream()
                .filter(entry -> entry.child().equals(child)
                        && (connection == null || entry.connection().equals(connection)))
                .toList();
        for (Installed entry : found) {
            installed.remove(entry.trap());
            remove(entry);
            LOG.control("uninstalled {} for child {}", entry.kind() == PolicyInfo.Kind.TRAP ? "trap" : "shunt", child);
        }
        return !found.isEmpty();
    }

    @Override
    public synchronized Stream<PolicyInfo> list() {
        return List.<PolicyInfo>copyOf(installed.values()).stream();
    }

    /** Whose trap a reqid is. */
    public synchronized Optional<Trap> find(int reqid) {
        return installed.values().stream()
                .filter(entry -> entry.kind() == PolicyInfo.Kind.TRAP && entry.reqid() == reqid)
                .map(Installed::trap)
                .findFirst();
    }

    /** Takes all away. */
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
                LOG.more("removing policy of child {} failed: {}", entry.child(), e.getMessage());
            }
        }
        if (entry.kind() == PolicyInfo.Kind.TRAP) {
            numbers.release(entry.localSelectors(), entry.remoteSelectors(), entry.marks());
        }
    }
}
