// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.kernel;

import java.util.Optional;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.kernel.KernelRegistry;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** Holds the kernel interface of the highest ranking of each kind. */
@Component(service = KernelRegistry.class, immediate = true)
public final class KernelRegistryService implements KernelRegistry {

    private volatile KernelIpsec ipsec; // publishes the one in use, as the next field
    private volatile KernelNet net;

    /** From now on uses this one. */
    @Reference(
            name = "ipsec",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            unbind = "detachIpsec")
    public void attachIpsec(KernelIpsec value) {
        ipsec = value;
    }

    /** Stops to use this one, unless it was replaced before. */
    public void detachIpsec(KernelIpsec value) {
        if (ipsec == value) {
            ipsec = null;
        }
    }

    /** From now on uses this one. */
    @Reference(
            name = "net",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            unbind = "detachNet")
    public void attachNet(KernelNet value) {
        net = value;
    }

    /** Stops to use this one, unless it was replaced before. */
    public void detachNet(KernelNet value) {
        if (net == value) {
            net = null;
        }
    }

    @Override
    public Optional<KernelIpsec> ipsec() {
        return Optional.ofNullable(ipsec);
    }

    @Override
    public Optional<KernelNet> net() {
        return Optional.ofNullable(net);
    }
}
