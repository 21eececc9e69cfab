// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import java.net.InetAddress;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.kernel.UsageStats;

/**
 * A data plane that hands out SPIs, counts, and keeps nothing, so that what a daemon needs for an SA is its own need. Any thread. Equal
 * policies count once each.
 */
final class FakeKernelIpsec implements KernelIpsec {

    private static final int FIRST_SPI = 0xc000_0000;
    private static final int SPIS = 0x1000_0000;

    private final AtomicInteger spis = new AtomicInteger();
    private final AtomicInteger sas = new AtomicInteger();
    private final AtomicInteger policies = new AtomicInteger();

    @Override
    public Set<Feature> features() {
        return EnumSet.complementOf(EnumSet.of(Feature.ACQUIRE));
    }

    @Override
    public boolean supports(TransformId transform) {
        return true;
    }

    @Override
    public int allocateSpi(InetAddress source, InetAddress destination, ProtocolId protocol) {
        sas.incrementAndGet();
        return FIRST_SPI + Integer.remainderUnsigned(spis.incrementAndGet(), SPIS);
    }

    @Override
    public void addSa(KernelSa sa) {
        if (!sa.update()) {
            sas.incrementAndGet();
        }
    }

    @Override
    public void updateSa(
            SaId id, InetAddress newSource, InetAddress newDestination, int newSourcePort, int newDestinationPort) {
        // nothing is known of any SA
    }

    @Override
    public UsageStats query(SaId id) {
        return UsageStats.NONE;
    }

    @Override
    public void deleteSa(SaId id) {
        sas.decrementAndGet();
    }

    @Override
    public void addPolicy(KernelPolicy policy) {
        policies.incrementAndGet();
    }

    @Override
    public void deletePolicy(KernelPolicy policy) {
        policies.decrementAndGet();
    }

    @Override
    public int saCount() {
        return sas.get();
    }

    @Override
    public int policyCount() {
        return policies.get();
    }
}
