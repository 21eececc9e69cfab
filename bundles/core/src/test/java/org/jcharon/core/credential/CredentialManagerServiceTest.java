// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.credential;

import static org.jcharon.core.credential.CredentialFixture.NOW;
import static org.jcharon.core.credential.CredentialFixture.now;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CertificateValidator;
import org.jcharon.api.credential.CredentialDecoder.Kind;
import org.jcharon.api.credential.CredentialDecoder.Result;
import org.jcharon.api.credential.CredentialDecoder.Unwrapped;
import org.jcharon.api.credential.CredentialSet;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CredentialManagerServiceTest {

    private static final AuthConfig ANYONE = AuthConfig.builder().build();

    private final CredentialFixture world = new CredentialFixture();

    @BeforeEach
    void trustTheRoots() {
        world.anchors.addAll(
                List.of(world.certificate("ca-rsa"), world.certificate("ca-ecdsa"), world.certificate("ca-ed25519")));
    }

    private static Identification id(String text) {
        return Identification.parse(text);
    }

    private TrustResult verify(String id, AuthConfig remote, Instant when, String... received) {
        return now(world.manager.verifyPeer(
                id(id), remote, Arrays.stream(received).map(world::certificate).toList(), when));
    }

    private void assertRefused(TrustResult result, String reason) {
        assertTrue(result.usable().isEmpty(), () -> result.usable().toString());
        assertTrue(
                result.failures().stream().anyMatch(failure -> failure.contains(reason)),
                () -> result.failures().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "sun.example.org, sun",
        "192.0.2.2, sun",
        "sun@example.org, sun",
        "'C=CH, O=jcharon, CN=sun.example.org', sun",
        "moon.example.org, moon",
        "2001:db8::1, moon",
        "pss.example.org, pss"
    })
    void trustsALeafBelowARoot(String id, String certificate) {
        TrustResult result = verify(id, ANYONE, NOW, certificate);
        assertEquals(1, result.usable().size(), () -> result.failures().toString());
        assertEquals(world.certificate(certificate), result.usable().get(0).certificate());
        assertEquals(2, result.usable().get(0).chain().size());
    }

    @Test
    void trustsThroughAReceivedIntermediate() {
        TrustResult result = verify("carol@example.org", ANYONE, NOW, "carol", "sub");
        assertEquals(
                List.of(world.certificate("carol"), world.certificate("sub"), world.certificate("ca-ed25519")),
                result.usable().get(0).chain());
    }

    @Test
    void namesTheIssuerThatIsMissing() {
        assertRefused(
                verify("carol@example.org", ANYONE, NOW, "carol"),
                "no issuer certificate found for \"C=CH, O=jcharon, CN=carol@example.org\", issued by '");
    }

    @Test
    void takesAStoredCertificateIfNoneWasReceived() {
        world.stored.add(world.certificate("sun"));
        assertEquals(1, verify("sun.example.org", ANYONE, NOW).usable().size());
    }

    @Test
    void refusesAnIdentityThatTheCertificateDoesNotCarry() {
        assertRefused(verify("moon.example.org", ANYONE, NOW, "sun"), "does not carry the identity 'moon.example.org'");
        // RFC 7296: the type counts too: the common name is no FQDN identity of its own
        assertRefused(verify("keyid:sun.example.org", ANYONE, NOW, "sun"), "does not carry the identity");
    }

    @Test
    void refusesOutsideOfTheValidity() {
        assertRefused(
                verify("sun.example.org", ANYONE, Instant.parse("2025-06-01T00:00:00Z"), "sun"),
                "subject certificate invalid (valid from 2026-01-01T");
        assertRefused(verify("sun.example.org", ANYONE, Instant.parse("2047-01-01T00:00:00Z"), "sun"), "valid from");
    }

    @Test
    void refusesABadSignature() {
        byte[] der = world.certificate("sun").der().toArray();
        der[der.length - 1] ^= 1;
        TrustResult result =
                now(world.manager.verifyPeer(id("sun.example.org"), ANYONE, List.of(world.read(der)), NOW));
        assertRefused(result, "is bad");
    }

    @Test
    void wantsADemandedCaInTheChain() {
        AuthConfig remote = AuthConfig.builder()
                .caCertificates(List.of(world.certificate("ca-ecdsa")))
                .build();
        assertRefused(verify("sun.example.org", remote, NOW, "sun"), "none of the demanded CA certificates");
        assertEquals(1, verify("moon.example.org", remote, NOW, "moon").usable().size());
    }

    @Test
    void takesAConfiguredCertificateAsItsOwnAnchorAndNoOther() {
        world.anchors.clear();
        AuthConfig remote = AuthConfig.builder()
                .certificates(List.of(world.certificate("sun")))
                .build();
        assertEquals(1, verify("sun.example.org", remote, NOW).usable().size());
        AuthConfig other = AuthConfig.builder()
                .certificates(List.of(world.certificate("moon")))
                .build();
        assertRefused(verify("sun.example.org", other, NOW, "sun"), "none of the configured ones");
    }

    @ParameterizedTest
    @CsvSource({
        "rsa-2048, true",
        "rsa-3072, false",
        "ecdsa-256, false",
        "sha256, true",
        "sha384, false",
        "rsa-2048-sha256, true",
        "ed25519, false",
        "sha999, false",
        "rsa, true"
    })
    void appliesTrustConstraints(String constraint, boolean accepted) {
        AuthConfig remote =
                AuthConfig.builder().trustConstraints(List.of(constraint)).build();
        TrustResult result = verify("sun.example.org", remote, NOW, "sun");
        assertEquals(
                accepted, !result.usable().isEmpty(), () -> result.failures().toString());
    }

    @Test
    void acceptsEdwardsCurvesWhereTheyAreNamed() {
        AuthConfig remote = AuthConfig.builder()
                .trustConstraints(List.of("ed25519", "ecdsa"))
                .build();
        assertEquals(
                1,
                verify("carol@example.org", remote, NOW, "carol", "sub")
                        .usable()
                        .size());
    }

    /** Sun's certificate names a revocation list, carol's does not. */
    @Test
    void refusesWhatCouldBeRevokedIfThatIsDemanded() {
        AuthConfig remote = AuthConfig.builder().revocation("ifuri").build();
        assertRefused(verify("sun.example.org", remote, NOW, "sun"), "revocation is ifuri");
        assertEquals(
                1,
                verify("carol@example.org", remote, NOW, "carol", "sub")
                        .usable()
                        .size());
    }

    @Test
    void asksValidatorsAndTakesAFaultForANo() {
        CertificateValidator revoked = (chain, index, when) -> CompletableFuture.completedFuture(
                index == 0
                        ? new CertificateValidator.Verdict(false, "certificate was revoked")
                        : CertificateValidator.Verdict.GOOD);
        world.manager.addValidator(revoked, Map.of());
        assertRefused(verify("sun.example.org", ANYONE, NOW, "sun"), "certificate was revoked");
        world.manager.removeValidator(revoked);
        assertEquals(1, verify("sun.example.org", ANYONE, NOW, "sun").usable().size());

        world.manager.addValidator(
                (chain, index, when) -> {
                    throw new NoClassDefFoundError("gone");
                },
                Map.of());
        assertRefused(verify("sun.example.org", ANYONE, NOW, "sun"), "a validator failed");
    }

    @Test
    void waitsForASlowValidator() {
        CompletableFuture<CertificateValidator.Verdict> slow = new CompletableFuture<>();
        world.manager.addValidator((chain, index, when) -> slow, Map.of());
        CompletionStage<TrustResult> result =
                world.manager.verifyPeer(id("sun.example.org"), ANYONE, List.of(world.certificate("sun")), NOW);
        assertFalse(result.toCompletableFuture().isDone());
        slow.complete(CertificateValidator.Verdict.GOOD);
        assertEquals(1, now(result).usable().size());
    }

    @Test
    void picksTheConfiguredCertificateAndItsKeyAndIntermediates() {
        world.key("sun");
        world.key("carol");
        world.stored.addAll(List.of(world.certificate("sub"), world.certificate("sun")));
        AuthConfig local = AuthConfig.builder()
                .certificates(List.of(world.certificate("carol")))
                .build();

        PrivateKeyMatch match =
                now(world.manager.privateKey(local, id("%any"), List.of())).orElseThrow();

        assertEquals(world.certificate("carol"), match.certificate());
        assertEquals(List.of(world.certificate("sub")), match.intermediates());
        Chunk data = Chunk.of((byte) 1);
        Chunk signature = now(match.key().sign(SignatureScheme.ED25519, data));
        assertTrue(world.crypto.verify(
                SignatureScheme.ED25519, match.certificate().publicKey(), data.toArray(), signature.toArray()));
    }

    @Test
    void picksTheCertificateThatCarriesTheIdentityAndHasAKey() {
        world.key("sun");
        world.stored.addAll(List.of(world.certificate("moon"), world.certificate("sun")));
        Optional<PrivateKeyMatch> sun = now(world.manager.privateKey(ANYONE, id("sun.example.org"), List.of()));
        assertEquals(world.certificate("sun"), sun.orElseThrow().certificate());
        assertTrue(now(world.manager.privateKey(ANYONE, id("moon.example.org"), List.of()))
                .isEmpty());
        assertEquals(
                world.certificate("sun"),
                now(world.manager.privateKey(ANYONE, Identification.ANY, List.of()))
                        .orElseThrow()
                        .certificate());
    }

    @Test
    void prefersACertificateOfACaThatThePeerAccepts() {
        world.key("sun");
        world.key("moon");
        AuthConfig local = AuthConfig.builder()
                .certificates(List.of(world.certificate("sun"), world.certificate("moon")))
                .build();
        Chunk ecdsa = now(world.manager.caKeyHashes(List.of(world.certificate("ca-ecdsa"))))
                .keySet()
                .iterator()
                .next();
        assertEquals(
                world.certificate("moon"),
                now(world.manager.privateKey(local, Identification.ANY, List.of(ecdsa)))
                        .orElseThrow()
                        .certificate());
        assertEquals(
                world.certificate("sun"),
                now(world.manager.privateKey(local, Identification.ANY, List.of(Chunk.wrap(new byte[20]))))
                        .orElseThrow()
                        .certificate());
    }

    @Test
    void hashesTheKeysOfTrustAnchorsForCertreq() {
        Map<Chunk, Certificate> all = now(world.manager.caKeyHashes(List.of()));
        assertEquals(3, all.size());
        all.forEach((hash, anchor) -> assertEquals(sha1(anchor.publicKey().spki()), hash));
        assertEquals(
                List.of(world.certificate("ca-ecdsa")),
                List.copyOf(now(world.manager.caKeyHashes(List.of(world.certificate("ca-ecdsa"))))
                        .values()));
    }

    private static Chunk sha1(Chunk octets) {
        try {
            return Chunk.wrap(MessageDigest.getInstance("SHA-1").digest(octets.toArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void ranksSharedKeysByTheirOwners() {
        SharedKey everyone = shared("everyone");
        SharedKey domain = shared("domain", "*.example.org");
        SharedKey pair = shared("pair", "moon.example.org", "sun.example.org");
        SharedKey remote = shared("remote", "sun.example.org");
        SharedKey other = shared("other", "carol@example.org");
        world.shared.addAll(List.of(everyone, domain, other, remote, pair));
        assertEquals(
                List.of(pair, domain, remote, everyone),
                now(world.manager.sharedKeys(SharedKey.Type.IKE, id("moon.example.org"), id("sun.example.org"))));
        assertEquals(
                Optional.of(pair),
                now(world.manager.sharedKey(SharedKey.Type.IKE, id("moon.example.org"), id("sun.example.org"))));
        assertTrue(now(world.manager.sharedKey(SharedKey.Type.EAP, id("moon.example.org"), id("sun.example.org")))
                .isEmpty());
    }

    private static SharedKey shared(String secret, String... owners) {
        return new SharedKey(
                SharedKey.Type.IKE,
                Secret.own(secret.getBytes(StandardCharsets.UTF_8)),
                Arrays.stream(owners).map(Identification::parse).toList());
    }

    @Test
    void aFailingSetTakesOnlyItsOwnAnswersWithIt() {
        world.manager.addSet(
                new CredentialSet() {
                    @Override
                    public CompletionStage<List<Certificate>> trustAnchors() {
                        throw new NoClassDefFoundError("uninstalled");
                    }

                    @Override
                    public CompletionStage<List<Certificate>> certificates(Identification subject) {
                        return CompletableFuture.failedFuture(new IllegalStateException("database is down"));
                    }
                },
                Map.of("service.ranking", 10));
        assertEquals(3, now(world.manager.trustAnchors()).size());
        assertEquals(1, verify("sun.example.org", ANYONE, NOW, "sun").usable().size());
    }

    @Test
    void aSetThatLeavesIsNoLongerSeen() {
        world.manager.removeSet(world);
        assertRefused(verify("sun.example.org", ANYONE, NOW, "sun"), "no issuer certificate found");
    }

    @Test
    void saysThatThereIsNoDecoder() {
        CredentialManagerService bare = new CredentialManagerService(world.crypto);
        DecodingException e =
                assertThrows(DecodingException.class, () -> bare.decode(Kind.CERTIFICATE, new byte[] {1}, null));
        assertTrue(e.getMessage().startsWith("no decoder for this format"), e.getMessage());
    }

    @Test
    void boundsWhatContainersUnwrap() {
        CredentialManagerService bare = new CredentialManagerService(world.crypto);
        bare.addDecoder(
                (kind, octets, password) ->
                        Optional.of(new Result(List.of(), List.of(new Unwrapped(kind, Chunk.of(octets))))),
                Map.of());
        assertThrows(DecodingException.class, () -> bare.decode(Kind.CERTIFICATE, new byte[] {1}, null));
    }

    @Test
    void boundsTheSignaturesThatCraftedCertificatesCanCost() {
        // many certificates of one name and without key identifiers suggest very many chains
        Certificate sub = world.certificate("sub");
        List<Certificate> received = new java.util.ArrayList<>(List.of(world.certificate("carol")));
        for (int i = 0; i < 200; i++) {
            byte[] der = sub.der().toArray();
            der[der.length - 1 - i % 60] ^= (byte) (1 + i / 60);
            received.add(world.read(der));
        }
        assertTrue(now(world.manager.verifyPeer(id("carol@example.org"), ANYONE, received, NOW))
                .usable()
                .isEmpty());
        assertTrue(world.crypto.verified() <= 64, () -> "verified " + world.crypto.verified());
    }

    @Test
    void takesRawPublicKeysThatAreStrongEnough() {
        Chunk moon = world.certificate("moon").publicKey().spki();
        Chunk sun = world.certificate("sun").publicKey().spki();
        AuthConfig both = AuthConfig.builder()
                .id(id("peer"))
                .publicKeys(List.of(moon, sun))
                .build();
        assertEquals(
                List.of(moon, sun),
                world.manager.rawKeys(both).usable().stream()
                        .map(PublicKey::spki)
                        .toList());
        String kind = world.certificate("sun").publicKey().type().name().toLowerCase(Locale.ROOT);
        TrustResult.RawKeys limited = world.manager.rawKeys(
                both.toBuilder().trustConstraints(List.of(kind + "-100000")).build());
        assertEquals(List.of(), limited.usable());
        assertTrue(limited.failures().toString().contains("key of 'peer'"), limited::toString);
        TrustResult.RawKeys broken = world.manager.rawKeys(
                both.toBuilder().publicKeys(List.of(Chunk.ofHex("3003020100"))).build());
        assertEquals(List.of(), broken.usable());
        assertEquals(1, broken.failures().size());
    }

    @Test
    void findsOurKeyByItsPublicHalf() {
        AuthConfig local = AuthConfig.builder()
                .publicKeys(List.of(
                        world.certificate("moon").publicKey().spki(),
                        world.certificate("sun").publicKey().spki()))
                .build();
        assertTrue(now(world.manager.rawKey(local)).isEmpty());
        world.key("carol");
        world.key("sun");
        assertEquals(
                world.certificate("sun").publicKey(),
                now(world.manager.rawKey(local)).orElseThrow().publicKey());
        assertTrue(now(world.manager.rawKey(ANYONE)).isEmpty());
    }
}
