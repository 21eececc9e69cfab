// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaState;
import org.junit.jupiter.api.Test;

/** IKE_SA_INIT and IKE_AUTH as far as both sides come up (RFC 7296 section 1.2). */
class EstablishmentTest {

    @Test
    void comesUpWithAPreSharedKeyAndClosesWithoutLeaks() {
        TwoDaemons two = TwoDaemons.withPsk();
        Outcome outcome = two.up();
        assertTrue(outcome.success(), outcome.reason());
        assertEquals(4, two.trace.size());
        assertEquals(IkeSaState.ESTABLISHED, two.moon.sa().state());
        assertEquals(IkeSaState.ESTABLISHED, two.sun.sa().state());
        assertEquals(ChildSaState.INSTALLED, two.moon.child().state());
        assertEquals(ChildSaState.INSTALLED, two.sun.child().state());
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
        assertEquals(two.sun.child().spiIn(), two.moon.child().spiOut());
        assertFalse(two.moon.sa().isNat() || two.sun.sa().isNat());
        for (KernelSa ours : two.moon.kernel.sas()) {
            KernelSa theirs = two.sun.kernel.sas().stream()
                    .filter(sa -> sa.id().equals(ours.id()))
                    .findFirst()
                    .orElseThrow();
            assertTrue(ours.encryptionKey().matches(theirs.encryptionKey()));
            assertEquals(!ours.inbound(), theirs.inbound());
        }
        assertEquals(List.of("ike up sun", "child up net"), two.moon.events.lines);
        assertEquals(List.of(), two.leaksAfterClosing());
        assertEquals(List.of("ike up sun", "child up net", "child down net", "ike down sun"), two.moon.events.lines);
    }
}
