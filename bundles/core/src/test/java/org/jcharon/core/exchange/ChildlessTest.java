// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.config.IkeConfig.Childless;
import org.jcharon.api.control.Outcome;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.SaPayload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Childless IKE_SAs (RFC 6023): what each side's configuration makes of it. */
class ChildlessTest {

    private static TwoDaemons with(Childless moons, Childless suns) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .ike(TwoDaemons.ike(two.moon, two.sun).childless(moons).build())
                        .build());
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .ike(TwoDaemons.ike(two.sun, two.moon).childless(suns).build())
                        .build());
        return two;
    }

    /** Whether IKE_AUTH asked for a CHILD_SA. */
    private static boolean childInAuth(TwoDaemons two) {
        return two.moon.events.sent.stream()
                .filter(message -> message.exchangeType().equals(ExchangeType.IKE_AUTH))
                .anyMatch(message -> message.first(SaPayload.class).isPresent());
    }

    @ParameterizedTest
    @CsvSource({
        "ALLOW, ALLOW, true, true, true",
        "ALLOW, NEVER, true, true, true",
        "NEVER, ALLOW, true, true, true",
        "PREFER, ALLOW, true, true, false",
        "PREFER, NEVER, true, true, true",
        "FORCE, ALLOW, true, true, false",
        "FORCE, FORCE, true, true, false",
        "FORCE, NEVER, false, false, false", // refused before IKE_AUTH
        "ALLOW, FORCE, true, false, true", // the IKE_SA stays, without the CHILD_SA
    })
    void bringsAChildUp(Childless moons, Childless suns, boolean ike, boolean child, boolean inAuth) {
        TwoDaemons two = with(moons, suns);
        Outcome outcome = two.up();
        assertEquals(child, outcome.success(), outcome.reason());
        assertEquals(ike ? 1 : 0, two.moon.sas().size());
        assertEquals(child ? 1 : 0, two.moon.children().size());
        assertEquals(inAuth, childInAuth(two));
        two.pass(Duration.ofSeconds(31));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @CsvSource({"ALLOW, ALLOW, true", "FORCE, ALLOW, true", "ALLOW, NEVER, false"})
    void bringsAnIkeSaUpAlone(Childless moons, Childless suns, boolean comesUp) {
        TwoDaemons two = with(moons, suns);
        CompletableFuture<Outcome> result = two.moon.begin("sun", null);
        two.run();
        assertTrue(result.isDone());
        assertEquals(comesUp, result.join().success(), result.join().reason());
        two.pass(Duration.ofSeconds(31));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void selectorsWithoutAProposalAreNoChildlessRequest() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.alter(
                two.moon,
                ExchangeType.IKE_AUTH,
                message -> TwoDaemons.payloads(message, payload -> payload instanceof SaPayload ? null : payload));
        Outcome outcome = two.up();
        assertFalse(outcome.success());
        assertTrue(outcome.reason().contains("INVALID_SYNTAX"), outcome.reason());
        assertEquals(List.of(), two.leaks());
    }
}
