// SPDX-License-Identifier: Apache-2.0
package org.jcharon.swanctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.wire.Secret;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwanctlBackendTest {

    private static final String PSK =
            "connections { acc { local { auth = psk } } }\nsecrets { ike { secret = one } }\npools { p { addrs = 10.3.0.0/24 } }\n";

    @TempDir
    Path folder;

    private Fakes fakes;

    @BeforeEach
    void prepare() {
        fakes = new Fakes(folder);
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static <T> T now(java.util.concurrent.CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    @Test
    void isLoadingUntilTheJobHasRun() throws IOException {
        write("swanctl.conf", PSK);
        SwanctlBackend backend = fakes.backend();
        assertEquals(Optional.of("loading"), backend.problem());
        fakes.runJobs();
        assertEquals(Optional.empty(), backend.problem());
        assertEquals("acc", now(backend.peerConfigs()).get(0).name());
        assertEquals(1, now(backend.sharedKeys(SharedKey.Type.IKE)).size());
        assertEquals(0, now(backend.sharedKeys(SharedKey.Type.EAP)).size());
    }

    @Test
    void failedReloadChangesNothing() throws IOException {
        write("swanctl.conf", PSK);
        SwanctlBackend backend = fakes.backend();
        fakes.runJobs();
        write("swanctl.conf", "connections { acc { proposalz = x } }\n");
        backend.reload();
        fakes.runJobs();
        assertEquals(
                folder.resolve("swanctl.conf")
                        + ":1: unknown key 'proposalz' in connections.acc, did you mean 'proposals'?",
                backend.problem().orElseThrow());
        assertEquals(1, now(backend.peerConfigs()).size());
        assertFalse(now(backend.sharedKeys(SharedKey.Type.IKE)).get(0).secret().isClosed());
    }

    @Test
    void loadsChangedFilesOnceTheyRest() throws IOException {
        write("swanctl.conf", PSK);
        SwanctlBackend backend = fakes.backend();
        fakes.runJobs();
        assertEquals(List.of(List.of("acc")), fakes.announced);
        write("conf.d/other.conf", "");
        write("swanctl.conf", PSK + "connections { more { local { auth = psk } } }\n");
        fakes.runTimers();
        fakes.runJobs();
        assertEquals(1, now(backend.peerConfigs()).size(), "it may still be written");
        fakes.runTimers();
        fakes.runJobs();
        assertEquals(2, now(backend.peerConfigs()).size());
        assertEquals(List.of(List.of("acc"), List.of("acc", "more")), fakes.announced);
        fakes.runTimers();
        fakes.runTimers();
        fakes.runJobs();
        assertEquals(2, fakes.announced.size());
    }

    @Test
    void onlyAnAuthorityBecomesATrustAnchor() throws IOException {
        write("swanctl.conf", PSK);
        write("x509ca/ca.pem", "CN=ca");
        SwanctlBackend backend = fakes.backend();
        fakes.runJobs();
        assertEquals(1, now(backend.trustAnchors()).size());
        write("x509ca/moon.pem", "CN=moon");
        backend.reload();
        fakes.runJobs();
        assertEquals(
                folder.resolve("x509ca/moon.pem")
                        + ":1: certificate 'CN=moon' is of no authority: it has no CA basic constraint",
                backend.problem().orElseThrow());
        assertEquals(1, now(backend.trustAnchors()).size());
    }

    @Test
    void warnsOfACertificateWithoutItsKey() throws IOException {
        write("swanctl.conf", "connections { acc { local { certs = moon.pem } } }\n");
        write("x509/moon.pem", "CN=moon");
        fakes.backend();
        assertEquals(
                List.of(folder.resolve("swanctl.conf")
                        + ": connection 'acc' names certificate 'CN=moon', but there is no private key for it"),
                new Loader(folder, fakes, null).load().warnings());
    }

    @Test
    void unchangedConnectionsEqualThoseBefore() throws IOException {
        write("swanctl.conf", PSK);
        SwanctlBackend backend = fakes.backend();
        fakes.runJobs();
        List<org.jcharon.api.config.PeerConfig> before = now(backend.peerConfigs());
        backend.reload();
        fakes.runJobs();
        assertEquals(before, now(backend.peerConfigs()));
    }

    @Test
    void replacedSecretsAreWipedAfterAWhileAndAllAtTheEnd() throws IOException {
        write("swanctl.conf", PSK);
        SwanctlBackend backend = fakes.backend();
        fakes.runJobs();
        Secret old = now(backend.sharedKeys(SharedKey.Type.IKE)).get(0).secret();
        backend.reload();
        fakes.runJobs();
        assertFalse(old.isClosed());
        Secret fresh = now(backend.sharedKeys(SharedKey.Type.IKE)).get(0).secret();
        fakes.runTimers();
        assertTrue(old.isClosed());
        assertFalse(fresh.isClosed());
        backend.deactivate();
        assertTrue(fresh.isClosed());
        assertEquals(List.of(), now(backend.peerConfigs()));
    }

    @Test
    void waitsForADecoderThatComesLater() throws IOException {
        write("swanctl.conf", "connections { }\n");
        write("private/key.pem", "key");
        fakes.decoderPresent = false;
        SwanctlBackend backend = fakes.backend();
        fakes.runJobs();
        assertEquals(Optional.of("loading"), backend.problem());
        fakes.decoderPresent = true;
        fakes.runTimers();
        fakes.runJobs();
        assertEquals(Optional.empty(), backend.problem());
        assertEquals(1, now(backend.privateKeys()).size());
    }

    @Test
    void reportsAMissingDecoderAfterFiveSecondsAndGoesOnTrying() throws IOException {
        write("swanctl.conf", "connections { }\n");
        write("private/key.pem", "key");
        fakes.decoderPresent = false;
        SwanctlBackend backend = fakes.backend();
        fakes.runJobs();
        fakes.nanos += 6_000_000_000L;
        fakes.runTimers();
        fakes.runJobs();
        assertEquals(
                folder.resolve("private/key.pem") + ":1: no decoder for this format",
                backend.problem().orElseThrow());
        fakes.decoderPresent = true;
        fakes.runTimers();
        fakes.runJobs();
        assertEquals(Optional.empty(), backend.problem());
    }

    @Test
    void namesMissingFilesWithThePlaceThatAsksForThem() throws IOException {
        write("swanctl.conf", "connections {\n a {\n  local {\n   certs = moon.pem\n  }\n }\n}\n");
        SwanctlBackend backend = fakes.backend();
        fakes.runJobs();
        assertEquals(
                folder.resolve("swanctl.conf") + ":4: " + folder.resolve("x509/moon.pem") + " does not exist",
                backend.problem().orElseThrow());
    }

    @Test
    void missingConfigurationIsAProblem() {
        SwanctlBackend backend = fakes.backend();
        fakes.runJobs();
        assertEquals(
                folder.resolve("swanctl.conf") + " does not exist",
                backend.problem().orElseThrow());
    }

    @Test
    void leasesSurviveAReload() throws IOException {
        write("swanctl.conf", PSK);
        SwanctlBackend backend = fakes.backend();
        fakes.runJobs();
        Identification carol = Identification.ofFqdn("carol");
        var any = org.jcharon.api.config.Addresses.literal("0.0.0.0").orElseThrow();
        assertEquals(
                "10.3.0.1",
                now(backend.acquire(List.of("x", "p"), carol, any))
                        .orElseThrow()
                        .getHostAddress());
        backend.reload();
        fakes.runJobs();
        assertEquals(
                "10.3.0.2",
                now(backend.acquire(List.of("p"), Identification.ofFqdn("dave"), any))
                        .orElseThrow()
                        .getHostAddress());
        assertEquals(Optional.empty(), now(backend.acquire(List.of("none"), carol, any)));
    }
}
