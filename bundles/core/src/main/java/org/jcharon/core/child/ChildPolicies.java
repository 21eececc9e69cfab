// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.child;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.kernel.KernelRegistry;

/** Policies that direct traffic to the SAs of a CHILD_SA, as far as they are installed. Lease of its IKE_SA held. */
final class ChildPolicies {

    /** Whose traffic goes between which ends. */
    record Flow(
            InetAddress local,
            InetAddress remote,
            List<TrafficSelector> localSelectors,
            List<TrafficSelector> remoteSelectors) {}

    private static final Log LOG = Log.of("chd");

    private final ChildConfig config;
    private final ProtocolId protocol;
    private final KernelRegistry kernel;
    private final List<KernelPolicy> installed = new ArrayList<>();

    ChildPolicies(ChildConfig config, ProtocolId protocol, KernelRegistry kernel) {
        this.config = config;
        this.protocol = protocol;
        this.kernel = kernel;
    }

    /**
     * Installs the policies of one direction; those of tunnel mode that come in may be forwarded too.
     *
     * @throws KernelException if one cannot be installed; those before it are, until {@link #remove}
     */
    void add(boolean out, Flow flow, int spi, int reqid, List<InetAddress> virtualIps) throws KernelException {
        if (!config.installPolicies()) {
            return;
        }
        KernelPolicy.Builder policy = KernelPolicy.builder()
                .tunnelSource(out ? flow.local : flow.remote)
                .tunnelDestination(out ? flow.remote : flow.local)
                .spi(spi)
                .protocol(protocol)
                .mode(config.mode())
                .reqid(reqid)
                .priority(config.priority())
                .mark(out ? config.markOut() : config.markIn())
                .ifId(out ? config.ifIdOut() : config.ifIdIn())
                .virtualIps(virtualIps);
        for (TrafficSelector ours : flow.localSelectors) {
            for (TrafficSelector theirs : flow.remoteSelectors) {
                if (ours.isIpv6() != theirs.isIpv6()) {
                    continue;
                }
                policy.source(out ? ours : theirs).destination(out ? theirs : ours);
                if (out) {
                    add(policy.direction(KernelPolicy.Direction.OUT).build());
                    continue;
                }
                add(policy.direction(KernelPolicy.Direction.IN).build());
                if (config.mode() == ChildConfig.Mode.TUNNEL) {
                    add(policy.direction(KernelPolicy.Direction.FORWARD).build());
                }
            }
        }
    }

    /** Moves them to other ends and selectors, whose order is kept. A new one is there before the old one goes. */
    void move(Flow from, Flow to) throws KernelException {
        for (KernelPolicy policy : List.copyOf(installed)) {
            boolean out = policy.direction() == KernelPolicy.Direction.OUT;
            TrafficSelector ours =
                    moved(out ? policy.source() : policy.destination(), from.localSelectors, to.localSelectors);
            TrafficSelector theirs =
                    moved(out ? policy.destination() : policy.source(), from.remoteSelectors, to.remoteSelectors);
            KernelPolicy moved = policy.toBuilder()
                    .source(out ? ours : theirs)
                    .destination(out ? theirs : ours)
                    .tunnelSource(out ? to.local : to.remote)
                    .tunnelDestination(out ? to.remote : to.local)
                    .build();
            boolean same = moved.tunnelSource().equals(policy.tunnelSource())
                    && moved.tunnelDestination().equals(policy.tunnelDestination())
                    && moved.source().equals(policy.source())
                    && moved.destination().equals(policy.destination());
            if (same) {
                continue;
            }
            add(moved);
            installed.remove(policy);
            delete(policy);
        }
    }

    private static TrafficSelector moved(
            TrafficSelector selector, List<TrafficSelector> old, List<TrafficSelector> now) {
        int index = old.indexOf(selector);
        return index < 0 ? selector : now.get(index);
    }

    /** Takes those of a direction away. */
    void remove(boolean out) {
        installed.removeIf(policy -> {
            if (out != (policy.direction() == KernelPolicy.Direction.OUT)) {
                return false;
            }
            delete(policy);
            return true;
        });
    }

    private void add(KernelPolicy policy) throws KernelException {
        ipsec().addPolicy(policy);
        installed.add(policy);
    }

    private void delete(KernelPolicy policy) {
        try {
            ipsec().deletePolicy(policy);
        } catch (KernelException e) {
            LOG.control("deleting policy {} === {} failed: {}", policy.source(), policy.destination(), e.getMessage());
        }
    }

    private KernelIpsec ipsec() throws KernelException {
        return ChildSa.ipsec(kernel);
    }
}
