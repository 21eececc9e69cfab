// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.wire.Secret;
import org.junit.jupiter.api.Test;

class FakeKernelTest {

    private static final InetAddress MOON = Addresses.literal("192.0.2.1").orElseThrow();
    private static final InetAddress SUN = Addresses.literal("192.0.2.2").orElseThrow();

    private final FakeKernel kernel = new FakeKernel();

    @Test
    void countsReservedAndInstalledSasUntilTheyAreDeleted() throws KernelException {
        int spi = kernel.allocateSpi(SUN, MOON, ProtocolId.ESP);
        SaId id = new SaId(MOON, ProtocolId.ESP, spi);
        try (KernelSa sa = KernelSa.builder()
                .id(id)
                .source(SUN)
                .encryption(TransformId.encr(20, 128))
                .encryptionKey(Secret.own(new byte[20]))
                .update(true)
                .build()) {
            kernel.addSa(sa);
            assertEquals(1, kernel.saCount());
            assertThrows(KernelException.class, () -> kernel.addSa(sa));
        }
        assertEquals(20, kernel.sas().get(0).encryptionKey().reveal().length);
        kernel.deleteSa(id);
        assertTrue(kernel.leaks().isEmpty());
        assertThrows(KernelException.class, () -> kernel.deleteSa(id));
    }

    @Test
    void countsUsersOfAPolicy() throws KernelException {
        KernelPolicy policy = KernelPolicy.builder()
                .direction(KernelPolicy.Direction.OUT)
                .source(TrafficSelector.ofAddress(MOON))
                .destination(TrafficSelector.ofAddress(SUN))
                .tunnelSource(MOON)
                .tunnelDestination(SUN)
                .build();
        kernel.addPolicy(policy);
        kernel.addPolicy(policy);
        kernel.deletePolicy(policy);
        assertEquals(1, kernel.policyCount());
        kernel.deletePolicy(policy);
        assertTrue(kernel.leaks().isEmpty());
    }
}
