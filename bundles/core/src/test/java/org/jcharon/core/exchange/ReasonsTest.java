// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.control.AttemptInfo;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.crypto.ProtocolId;
import org.junit.jupiter.api.Test;

/** What both sides say of an attempt that failed: its cause, in words. */
class ReasonsTest {

    private static void assertSays(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), text);
        }
    }

    private static AttemptInfo last(Host host, String connection) {
        return host.controller.attempts(connection).get(0);
    }

    private static String failed(TwoDaemons two) {
        Outcome outcome = two.up();
        assertFalse(outcome.success());
        AttemptInfo kept = last(two.moon, "sun");
        assertEquals(AttemptInfo.Kind.FAILED, kept.kind());
        assertEquals("net", kept.child());
        assertEquals(outcome.reason(), kept.reason());
        return outcome.reason();
    }

    private static AttemptInfo refusal(Host host, String connection) {
        AttemptInfo kept = last(host, connection);
        assertEquals(AttemptInfo.Kind.REFUSED, kept.kind());
        assertSays(kept.peer(), "192.0.2.1");
        return kept;
    }

    @Test
    void keepsSuccessesToo() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        assertEquals(AttemptInfo.Kind.UP, last(two.moon, "sun").kind());
        assertEquals(List.of(), two.moon.controller.attempts("mars"));
    }

    @Test
    void ofAnotherPreSharedKey() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.secrets.clear();
        two.sun.secret("another one", "moon", "sun");
        assertSays(failed(two), "AUTHENTICATION_FAILED", "our identity 'moon'", "pre-shared key");
        assertSays(
                refusal(two.sun, "moon").reason(),
                "'moon'",
                "tried 1 shared key for 'sun' - 'moon', but MAC mismatched");
    }

    /** The peer is not even asked. */
    @Test
    void ofAChildThatIsUpAlready() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        int sent = two.trace.size();
        CompletableFuture<Outcome> again = two.moon.begin("sun", "net");
        two.run();
        assertSays(again.join().reason(), "not establishing CHILD_SA net{2} due to existing duplicate {1} with SPIs");
        assertEquals(sent, two.trace.size());
        assertEquals(1, two.moon.children().size());
    }

    @Test
    void ofAMissingPreSharedKey() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.secrets.clear();
        assertSays(failed(two), "no shared key found for 'moon' - 'sun'");
    }

    @Test
    void ofAnotherIdentity() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.connections.set(
                0, two.sunsConnection().remote(List.of(TwoDaemons.psk("venus"))).build());
        assertSays(failed(two), "AUTHENTICATION_FAILED", "our identity 'moon'");
        assertSays(refusal(two.sun, "moon").reason(), "'moon' does not match configured 'venus' (remote.id)");
    }

    @Test
    void ofAnIdentityThatIsAskedForInVain() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.connections.set(
                0, two.sunsConnection().local(List.of(TwoDaemons.psk("venus"))).build());
        assertSays(failed(two), "AUTHENTICATION_FAILED", "is not 'sun' itself");
        assertSays(refusal(two.sun, "moon").reason(), "peer asks for identity 'sun', ours is 'venus' (local.id)");
    }

    @Test
    void ofAMissingCaAtThePeer() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.identity("moon");
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .local(List.of(TwoDaemons.pubkey("moon.example.org")))
                        .build());
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .remote(List.of(TwoDaemons.pubkey("moon.example.org")))
                        .build());
        assertSays(failed(two), "AUTHENTICATION_FAILED", "'moon.example.org'", "lacks the CA of our certificate (");
        assertSays(
                refusal(two.sun, "moon").reason(),
                "no certificate found for 'moon.example.org'",
                "no CA certificate is loaded");
        two.sun.anchors.add(two.sun.certificate("ca-rsa"));
        failed(two);
        assertSays(refusal(two.sun, "moon").reason(), "no issuer certificate found for", "issued by '");
    }

    @Test
    void ofProposalsThatDoNotFit() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .ike(TwoDaemons.ike(two.moon, two.sun)
                                .proposals(List.of(TwoDaemons.proposal(ProtocolId.IKE, "aes256gcm16-prfsha512-x25519")))
                                .build())
                        .build());
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .ike(TwoDaemons.ike(two.sun, two.moon)
                                .proposals(List.of(TwoDaemons.proposal(ProtocolId.IKE, "aes128gcm16-prfsha256-x25519")))
                                .build())
                        .build());
        assertSays(failed(two), "NO_PROPOSAL_CHOSEN", "none of our IKE proposals", "AES_GCM_16");
        assertSays(refusal(two.sun, "moon").reason(), "no matching IKE proposal");
    }

    /** Before the peer builds its half of it. */
    @Test
    void ofWhatOurKernelCannotCarry() {
        TwoDaemons two = TwoDaemons.withPsk();
        ChildConfig.Builder transport =
                TwoDaemons.child("10.1.0.0/16", "10.2.0.0/16").mode(ChildConfig.Mode.TRANSPORT);
        two.moon.connections.set(
                0, two.moonsConnection().children(List.of(transport.build())).build());
        assertSays(failed(two), "child net: transport mode is not available with this kernel interface");
        ChildConfig.Builder ah = TwoDaemons.child("10.1.0.0/16", "10.2.0.0/16")
                .proposals(List.of(TwoDaemons.proposal(ProtocolId.AH, "sha256")));
        two.moon.connections.set(
                0, two.moonsConnection().children(List.of(ah.build())).build());
        assertSays(two.up().reason(), "no ESP proposal of child net is supported");
        assertEquals(0, two.sun.kernel.saCount());
    }

    @Test
    void ofAnAddressThatNoConnectionHas() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.connections.clear();
        assertSays(failed(two), "NO_PROPOSAL_CHOSEN", "no connection for our address");
        assertSays(refusal(two.sun, "").reason(), "no IKE config found for 192.0.2.2...192.0.2.1");
    }

    @Test
    void ofSilence() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.filter(packet -> null);
        CompletableFuture<Outcome> impatient = two.moon
                .controller
                .initiate("sun", "net", Duration.ofSeconds(30), null)
                .toCompletableFuture();
        two.pass(Duration.ofSeconds(31));
        assertEquals(Outcome.Kind.TIMEOUT, impatient.join().kind());
        assertSays(
                impatient.join().reason(),
                "not established within 30 s; the attempt goes on",
                "no answer from 192.0.2.2[500] to IKE_SA_INIT so far",
                "firewall");
        two.pass(Duration.ofSeconds(140));
        assertSays(
                last(two.moon, "sun").reason(),
                "peer not responding: no answer from 192.0.2.2[500] to IKE_SA_INIT after 5 retransmissions",
                "firewall between drops UDP port 500");
    }

    /** Another answer is waited for, but whoever has no patience learns of this one. */
    @Test
    void ofAnAnswerThatNobodyVouchesFor() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.connections.clear();
        CompletableFuture<Outcome> impatient = two.moon
                .controller
                .initiate("sun", "net", Duration.ofSeconds(2), null)
                .toCompletableFuture();
        two.pass(Duration.ofSeconds(3));
        assertSays(impatient.join().reason(), "not established within 2 s", "NO_PROPOSAL_CHOSEN");
    }

    @Test
    void keepsOnlyTheLastOfAConnection() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.secrets.clear();
        for (int i = 0; i < 10; i++) {
            two.up();
        }
        assertEquals(4, two.moon.controller.attempts("sun").size());
    }
}
