// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.control.TraceInfo;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.SaPayload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered of an IKE_SA, for {@code ike:trace}. */
class TraceTest {

    private static TraceInfo trace(Host host, long id) {
        return host.controller.trace(id).orElseThrow();
    }

    private static List<String> texts(TraceInfo trace, TraceInfo.Kind kind) {
        return trace.steps().stream()
                .filter(step -> step.kind() == kind)
                .map(TraceInfo.Step::text)
                .toList();
    }

    @Test
    void tellsWhoSentWhatAndWhatWasAgreed() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        TraceInfo trace = trace(two.moon, two.moon.sa().uniqueId());
        assertEquals("sun", trace.connection());
        assertFalse(trace.ended());
        assertTrue(trace.ends().contains("'moon'") && trace.ends().contains("'sun'"), trace.ends());
        List<String> sent = texts(trace, TraceInfo.Kind.SENT);
        List<String> received = texts(trace, TraceInfo.Kind.RECEIVED);
        assertTrue(sent.get(0).startsWith("IKE_SA_INIT request 0 [ SA KE No"), sent.get(0));
        assertTrue(received.get(1).startsWith("IKE_AUTH response 1 [ IDr AUTH"), received.get(1));
        assertEquals(List.of("CONNECTING", "ESTABLISHED"), texts(trace, TraceInfo.Kind.STATE));
        List<String> agreed = texts(trace, TraceInfo.Kind.AGREED);
        assertTrue(agreed.get(0).contains("AES_GCM_16_128"), agreed.get(0));
        assertTrue(agreed.get(2).contains("10.1.0.0/16 === 10.2.0.0/16"), agreed.get(2));
    }

    @Test
    void rememberOneThatFailedWithTheReason() {
        TwoDaemons two = new TwoDaemons();
        two.moon.connections.add(two.moonsConnection().build());
        two.sun.connections.add(two.sunsConnection().build());
        two.moon.secret("one", "moon", "sun");
        two.sun.secret("another", "moon", "sun");
        assertFalse(two.up().success());
        TraceInfo moons = two.moon.controller.traces().get(0);
        assertTrue(moons.ended());
        assertTrue(
                texts(moons, TraceInfo.Kind.ENDED).get(0).contains("pre-shared key"),
                texts(moons, TraceInfo.Kind.ENDED).toString());
        TraceInfo suns = two.sun.controller.traces().get(0);
        assertTrue(suns.ended());
        assertTrue(
                texts(suns, TraceInfo.Kind.PROBLEM).stream().anyMatch(text -> text.contains("AUTHENTICATION_FAILED")),
                texts(suns, TraceInfo.Kind.PROBLEM).toString());
        assertEquals(suns.steps(), trace(two.sun, suns.uniqueId()).steps());
    }

    @Test
    void goesOnInTheIkeSaThatTakesThePlace() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final long old = two.moon.sa().uniqueId();
        two.moon.with(sa -> sa.tasks().queueIkeRekey());
        two.run();
        TraceInfo fresh = trace(two.moon, two.moon.sa().uniqueId());
        assertTrue(
                texts(fresh, TraceInfo.Kind.AGREED).stream().anyMatch(text -> text.contains("#" + old)),
                fresh.steps().toString());
        assertTrue(trace(two.moon, old).ended());
    }

    /** Both sides' selectors, and which of the two does not fit. */
    @Test
    void tellsWhatCameClosestWhenSelectorsDoNotFit() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .children(List.of(
                                TwoDaemons.child("10.1.0.0/16", "10.9.0.0/16").build()))
                        .build());
        assertFalse(two.up().success());
        List<String> problems = texts(trace(two.sun, two.sun.sa().uniqueId()), TraceInfo.Kind.PROBLEM);
        assertTrue(
                problems.contains("child net has 10.2.0.0/16 (nothing of 10.9.0.0/16) === 10.1.0.0/16 (fits)"),
                problems.toString());
    }

    private static final String OTHERS = "aes256gcm16-prfsha512-ecp256";

    private static void assertTells(TraceInfo trace, String... parts) {
        List<String> problems = texts(trace, TraceInfo.Kind.PROBLEM);
        for (String part : parts) {
            assertTrue(problems.stream().anyMatch(problem -> problem.contains(part)), part + " in " + problems);
        }
    }

    /** Of several connections the one that came closest counts. */
    @Test
    void tellsBothSidesProposalsOfAnIkeSaThatWasRefused() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .ike(TwoDaemons.ike(two.moon, two.sun)
                                .proposals(List.of(TwoDaemons.proposal(ProtocolId.IKE, OTHERS)))
                                .build())
                        .build());
        two.sun.connections.add(two.sunsConnection()
                .name("closer")
                .ike(TwoDaemons.ike(two.sun, two.moon)
                        .proposals(List.of(TwoDaemons.proposal(ProtocolId.IKE, "aes256gcm16-prfsha384-ecp256")))
                        .build())
                .build());
        assertFalse(two.up().success());
        assertTells(
                two.sun.controller.traces().get(0),
                "received proposals: IKE:AES_GCM_16_256/PRF_HMAC_SHA2_512/ECP_256",
                "configured proposals: IKE:AES_GCM_16_128/PRF_HMAC_SHA2_256/CURVE_25519, "
                        + "IKE:AES_GCM_16_256/PRF_HMAC_SHA2_384/ECP_256",
                "no common PSEUDO_RANDOM_FUNCTION: we accept [PRF_HMAC_SHA2_384], peer offers [PRF_HMAC_SHA2_512]",
                "NO_PROPOSAL_CHOSEN");
        assertTells(
                two.moon.controller.traces().get(0),
                "NO_PROPOSAL_CHOSEN",
                "none of our IKE proposals [IKE:AES_GCM_16_256/PRF_HMAC_SHA2_512/ECP_256]");
    }

    /** In IKE_AUTH, or in CREATE_CHILD_SA. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsBothSidesProposalsOfAChildThatWasRefused(boolean inAuth) {
        TwoDaemons two = TwoDaemons.withPsk();
        ChildConfig other = TwoDaemons.child("10.1.0.0/16", "10.2.0.0/16")
                .name("other")
                .proposals(List.of(TwoDaemons.proposal(ProtocolId.ESP, "aes256gcm16-x25519")))
                .build();
        List<ChildConfig> children = inAuth
                ? List.of(other)
                : List.of(TwoDaemons.child("10.1.0.0/16", "10.2.0.0/16").build(), other);
        two.moon.connections.set(0, two.moonsConnection().children(children).build());
        if (!inAuth) {
            two.established();
        }
        two.moon.begin("sun", "other");
        two.run();
        assertTells(
                trace(two.sun, two.sun.sa().uniqueId()),
                "received proposals: ESP:AES_GCM_16_256/",
                "configured proposals: ESP:AES_GCM_16_128/",
                "no common ENCRYPTION_ALGORITHM: we accept [AES_GCM_16_128], peer offers [AES_GCM_16_256]");
        assertTells(
                trace(two.moon, two.moon.sa().uniqueId()),
                "peer refused CHILD_SA other with NO_PROPOSAL_CHOSEN: it takes none of [ESP:AES_GCM_16_256/");
    }

    @Test
    void tellsBothSidesProposalsOfARekeyingThatWasRefused() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.alter(
                two.moon,
                ExchangeType.CREATE_CHILD_SA,
                message -> TwoDaemons.payloads(
                        message,
                        payload -> payload instanceof SaPayload sa
                                ? new SaPayload(List.of(TwoDaemons.proposal(ProtocolId.IKE, OTHERS)
                                        .withSpi(sa.proposals().get(0).spi())))
                                : payload));
        two.moon.with(sa -> sa.tasks().queueIkeRekey());
        two.run();
        assertTells(
                trace(two.sun, two.sun.sa().uniqueId()),
                "received proposals: IKE:AES_GCM_16_256/PRF_HMAC_SHA2_512/ECP_256",
                "configured proposals: IKE:AES_GCM_16_128/PRF_HMAC_SHA2_256/CURVE_25519",
                "no common ENCRYPTION_ALGORITHM",
                "NO_PROPOSAL_CHOSEN");
        assertTells(
                trace(two.moon, two.moon.sa().uniqueId()),
                "NO_PROPOSAL_CHOSEN: it takes none of [IKE:AES_GCM_16_128/PRF_HMAC_SHA2_256/CURVE_25519]");
    }

    @Test
    void tellsBothSidesSelectorsOfAChildThatWasRefused() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .children(List.of(
                                TwoDaemons.child("10.1.0.0/16", "10.2.0.0/16").build(),
                                TwoDaemons.child("10.8.0.0/16", "10.2.0.0/16")
                                        .name("other")
                                        .build()))
                        .build());
        two.established();
        two.moon.begin("sun", "other");
        two.run();
        assertTells(
                trace(two.sun, two.sun.sa().uniqueId()),
                "child net has 10.2.0.0/16 (fits) === 10.1.0.0/16 (nothing of 10.8.0.0/16)",
                "traffic selectors 10.2.0.0/16 === 10.8.0.0/16 unacceptable");
        assertTells(
                trace(two.moon, two.moon.sa().uniqueId()),
                "TS_UNACCEPTABLE: it takes nothing of 10.8.0.0/16 === 10.2.0.0/16");
    }

    /** Every connection whose addresses fit was considered. */
    @Test
    void tellsWhichConnectionsDidNotFitTheIdentities() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.connections.set(
                0, two.sunsConnection().remote(List.of(TwoDaemons.psk("venus"))).build());
        two.sun.connections.add(two.sunsConnection()
                .name("ours")
                .local(List.of(TwoDaemons.psk("mars")))
                .build());
        assertFalse(two.up().success());
        assertTells(
                two.sun.controller.traces().get(0),
                "connection 'moon': peer identity 'moon' does not match configured 'venus' (remote.id)",
                "connection 'ours': peer asks for identity 'sun', ours is 'mars' (local.id)",
                "AUTHENTICATION_FAILED");
    }

    @Test
    void tellsWhichConnectionsDidNotAuthenticateThePeerWithoutItsSecret() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.secrets.clear();
        two.sun.secret("something else", "moon", "sun");
        two.sun.connections.add(two.sunsConnection()
                .name("certified")
                .remote(List.of(TwoDaemons.pubkey("moon")))
                .build());
        assertFalse(two.up().success());
        TraceInfo trace = two.sun.controller.traces().get(0);
        assertTells(
                trace,
                "connection 'moon': tried 1 shared key for 'sun' - 'moon', but MAC mismatched",
                "connection 'certified': peer proves itself with a pre-shared key,"
                        + " configured is a certificate or public key (remote.auth)",
                "AUTHENTICATION_FAILED");
        assertFalse(trace.steps().toString().contains("something else"));
    }

    @Test
    void forgetsWhatIsTooMuch() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        for (int i = 0; i < 40; i++) {
            two.moon.with(sa -> sa.tasks().queueDpd());
            two.run();
        }
        TraceInfo trace = trace(two.moon, two.moon.sa().uniqueId());
        assertEquals(32, trace.steps().size());
        assertTrue(trace.forgotten() >= 48, "" + trace.forgotten());
    }

    /** However many strangers are refused, what is remembered of them is bounded, and drives no connection's trace out. */
    @Test
    void strangersDriveNobodyElseOut() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final long known = two.sun.sa().uniqueId();
        two.moon.with(sa -> sa.delete("test"));
        two.run();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .ike(TwoDaemons.ike(two.moon, two.sun)
                                .proposals(List.of(TwoDaemons.proposal(ProtocolId.IKE, "aes256gcm16-prfsha512-x25519")))
                                .build())
                        .build());
        for (int i = 0; i < 100; i++) {
            assertFalse(two.up().success());
            two.pass(Duration.ofSeconds(1));
        }
        assertTrue(two.sun.controller.traces().size() <= 65);
        assertTrue(two.sun.controller.trace(known).isPresent());
    }
}
