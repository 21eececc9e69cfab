// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.AuthMethod;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.AttemptInfo;
import org.jcharon.api.control.Controller;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.crypto.ProposalException;
import org.jcharon.api.crypto.ProposalParser;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.kernel.KernelRegistry;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.testkit.FakeIkeSaInfo;
import org.jcharon.lib.testkit.FakeKernel;
import org.jcharon.lib.testkit.FakeKernelNet;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.junit.jupiter.api.Test;

class DiagnoseTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");

    private final Fakes fakes = new Fakes();
    private final Diagnose command = new Diagnose(
            fakes.service(Controller.class),
            fakes.service(BackendManager.class),
            fakes.service(CredentialManager.class),
            fakes.service(CryptoRegistry.class),
            fakes.service(KernelRegistry.class),
            new ImmediateProcessor(),
            fakes.service(TimeSource.class));

    DiagnoseTest() throws ProposalException {
        peer(AuthMethod.PSK);
        fakes.answers.put("statistics", Map.of("sockets.port", 500L, "sockets.nat-port", 4500L));
        fakes.answers.put(
                "net",
                Optional.of(new FakeKernelNet(Addresses.literal("192.0.2.1").orElseThrow())));
        fakes.answers.put("ipsec", Optional.of(new FakeKernel()));
        fakes.answers.put("supports", true);
        fakes.answers.put("now", NOW);
        fakes.answers.put(
                "sharedKey",
                CompletableFuture.completedFuture(Optional.of(new SharedKey(
                        SharedKey.Type.IKE,
                        Secret.copyOf(new byte[] {1}),
                        List.of(Identification.ofFqdn("moon"), Identification.ofFqdn("sun"))))));
        fakes.answers.put("attempts", List.of());
        none();
    }

    private void none() {
        fakes.answers.put("listSas", Stream.of());
    }

    private void peer(AuthMethod method, Chunk... rawKeys) throws ProposalException {
        PeerConfig peer = PeerConfig.builder()
                .name("home")
                .ike(IkeConfig.builder()
                        .localAddresses(List.of("192.0.2.1"))
                        .remoteAddresses(List.of("192.0.2.2"))
                        .proposals(List.of(ProposalParser.parse(ProtocolId.IKE, "aes128gcm16-prfsha256-x25519")))
                        .build())
                .local(List.of(AuthConfig.builder()
                        .method(method)
                        .id(Identification.ofFqdn("moon"))
                        .publicKeys(List.of(rawKeys))
                        .build()))
                .remote(List.of(AuthConfig.builder()
                        .method(method)
                        .id(Identification.ofFqdn("sun"))
                        .publicKeys(List.of(rawKeys))
                        .build()))
                .children(List.of(ChildConfig.builder().name("net").build()))
                .build();
        fakes.answers.put("peerConfigs", CompletableFuture.completedFuture(List.of(peer)));
    }

    private void attempt(AttemptInfo.Kind kind, String reason) {
        Map<String, Object> values = new HashMap<>();
        values.put("kind", kind);
        values.put("time", NOW.minusSeconds(5));
        values.put("connection", "home");
        values.put("child", "");
        values.put("peer", kind == AttemptInfo.Kind.REFUSED ? "192.0.2.2" : "");
        values.put("reason", reason);
        fakes.answers.put("attempts", List.of(Fakes.fixed(AttemptInfo.class, values)));
    }

    private void says(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), text);
        }
        none();
    }

    @Test
    void isContentWhenAllIsThere() {
        String text = fakes.run(command, "home");
        says(
                text,
                "ok       socket: UDP ports 500 and 4500 are bound\n",
                "ok       remote address: 192.0.2.2\n",
                "ok       local address: 192.0.2.1\n",
                "ok       pre-shared key: there is one for 'moon' - 'sun'\n",
                "note     last attempt: none yet\n");
        assertFalse(text.contains("missing") || text.contains("FAILED"), text);
        says(
                fakes.run(command, "home", "--json"),
                "{\"connection\":\"home\",\"ok\":true,\"checks\":[{\"check\":\"socket\"");
        says(fakes.run(command, "net"), "pre-shared key");
    }

    @Test
    void namesWhatTheHostLacks() {
        fakes.answers.put("statistics", Map.of());
        fakes.answers.put(
                "net",
                Optional.of(new FakeKernelNet(Addresses.literal("192.0.2.77").orElseThrow())));
        fakes.answers.put("ipsec", Optional.empty());
        fakes.answers.put("supports", false);
        says(
                fakes.run(command, "home"),
                "missing  socket: no UDP socket is bound\n         -> ",
                "missing  local address: 192.0.2.1 is on no interface of this host\n",
                "missing  kernel: nothing can run IPsec\n",
                "missing  IKE proposals: none can be used: nothing provides AES_GCM_16",
                "FAILED connection 'home': ");
    }

    @Test
    void namesMissingCredentials() throws ProposalException {
        fakes.answers.put("sharedKey", CompletableFuture.completedFuture(Optional.empty()));
        says(
                fakes.run(command, "home"),
                "missing  pre-shared key: none for 'moon' - 'sun'\n         -> add a section 'ike…'");
        peer(AuthMethod.PUBKEY);
        fakes.answers.put("certificates", CompletableFuture.completedFuture(List.of()));
        fakes.answers.put("privateKeyOwners", CompletableFuture.completedFuture(List.of()));
        fakes.answers.put("trustAnchors", CompletableFuture.completedFuture(List.of()));
        says(
                fakes.run(command, "home"),
                "missing  own certificate: none carries 'moon'\n         -> put it into x509/",
                "missing  peer's CA: no CA certificate is loaded\n         -> put the CA certificate of 'sun' into x509ca/");
    }

    @Test
    void asksForNoCertificateWhereKeysAreKnown() throws ProposalException {
        Chunk key = Chunk.ofHex("3000");
        peer(AuthMethod.PUBKEY, key);
        fakes.answers.put("certificates", CompletableFuture.completedFuture(List.of()));
        fakes.answers.put(
                "privateKeyOwners",
                CompletableFuture.completedFuture(List.of(new PublicKey(KeyType.ED25519, 256, key))));
        says(fakes.run(command, "home"), "ok       own key: ", "ok       peer's key: ");
        fakes.answers.put("privateKeyOwners", CompletableFuture.completedFuture(List.of()));
        says(fakes.run(command, "home"), "missing  private key: none belongs to the 'pubkeys'");
    }

    @Test
    void tellsTheLastFailureAndWhatToDo() {
        attempt(AttemptInfo.Kind.FAILED, "no shared key found for 'moon' - 'sun'");
        says(
                fakes.run(command, "home"),
                "missing  last attempt: 5s ago: no shared key found for 'moon' - 'sun'\n         -> add a secret",
                "FAILED connection 'home': 1 thing is not as needed");
        attempt(AttemptInfo.Kind.REFUSED, "tried 1 shared key for 'moon' - 'sun', but MAC mismatched");
        says(
                fakes.run(command, "home"),
                "missing  refused peer: 5s ago by 192.0.2.2: tried 1 shared key",
                "-> the secrets of both sides differ");
        fakes.answers.put("listSas", Stream.of(FakeIkeSaInfo.established("home", 1)));
        says(fakes.run(command, "home"), "note     IKE_SA #1: ESTABLISHED with 192.0.2.2", "note     refused peer");
        attempt(AttemptInfo.Kind.UP, "established");
        says(fakes.run(command, "home"), "ok       last attempt: 5s ago: established");
    }

    @Test
    void namesWhatIsDemandedOfThePeerAndNobodyCanTell() {
        PeerConfig peer = PeerConfig.builder()
                .name("home")
                .ike(IkeConfig.builder().remoteAddresses(List.of("192.0.2.2")).build())
                .local(List.of(AuthConfig.builder().method(AuthMethod.PSK).build()))
                .remote(List.of(AuthConfig.builder()
                        .method(AuthMethod.PSK)
                        .id(Identification.ofFqdn("sun"))
                        .groups(List.of("staff"))
                        .revocation("strict")
                        .build()))
                .children(List.of(ChildConfig.builder()
                        .name("fence")
                        .mode(ChildConfig.Mode.DROP)
                        .build()))
                .build();
        fakes.answers.put("peerConfigs", CompletableFuture.completedFuture(List.of(peer)));
        says(
                fakes.run(command, "home"),
                "missing  peer's groups: one of [staff] is demanded",
                "missing  revocation: is strict",
                "note     policy of fence: drop, needs no peer");
    }

    @Test
    void saysWhichConnectionsThereAre() {
        assertEquals("FAILED no connection 'x' is configured; there are home\n", fakes.run(command, "x"));
    }
}
