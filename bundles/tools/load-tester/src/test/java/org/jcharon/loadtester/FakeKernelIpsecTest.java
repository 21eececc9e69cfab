// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.net.InetAddress;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.wire.Secret;
import org.junit.jupiter.api.Test;

class FakeKernelIpsecTest {

    private static final InetAddress US = Addresses.literal("127.0.1.1").orElseThrow();
    private static final InetAddress PEER = Addresses.literal("127.0.0.1").orElseThrow();

    private final FakeKernelIpsec kernel = new FakeKernelIpsec();

    @Test
    void countsGoBackToZero() {
        int spi = kernel.allocateSpi(PEER, US, ProtocolId.ESP);
        assertEquals(1, kernel.saCount());
        SaId in = new SaId(US, ProtocolId.ESP, spi);
        SaId out = new SaId(PEER, ProtocolId.ESP, 0x1234_5678);
        try (KernelSa inbound = sa(in, PEER, true);
                KernelSa outbound = sa(out, US, false)) {
            kernel.addSa(inbound);
            kernel.addSa(outbound);
        }
        KernelPolicy policy = KernelPolicy.builder()
                .direction(KernelPolicy.Direction.OUT)
                .source(TrafficSelector.ofAddress(US))
                .destination(TrafficSelector.ofAddress(PEER))
                .tunnelSource(US)
                .tunnelDestination(PEER)
                .build();
        kernel.addPolicy(policy);
        kernel.addPolicy(policy);
        assertEquals(2, kernel.saCount());
        assertEquals(2, kernel.policyCount());

        kernel.deletePolicy(policy);
        kernel.deletePolicy(policy);
        kernel.deleteSa(in);
        kernel.deleteSa(out);
        assertEquals(0, kernel.saCount());
        assertEquals(0, kernel.policyCount());
    }

    @Test
    void handsOutEachSpiOnce() {
        assertNotEquals(kernel.allocateSpi(PEER, US, ProtocolId.ESP), kernel.allocateSpi(PEER, US, ProtocolId.ESP));
    }

    private static KernelSa sa(SaId id, InetAddress source, boolean inbound) {
        return KernelSa.builder()
                .id(id)
                .source(source)
                .inbound(inbound)
                .update(inbound)
                .encryption(TransformId.encr(20, 128))
                .encryptionKey(Secret.own(new byte[20]))
                .build();
    }
}
