// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jcharon.api.attribute.AttributeManager;
import org.jcharon.api.attribute.PoolInfo;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.IkeCounters;
import org.jcharon.api.control.PolicyInfo;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.settings.SettingsReload;
import org.junit.jupiter.api.Test;

class ListsTest {

    private final Fakes fakes = new Fakes();

    private static TrafficSelector prefix(String address, int bits) {
        return TrafficSelector.ofPrefix(Addresses.literal(address).orElseThrow(), bits);
    }

    private void policies() {
        Map<String, Object> trap = new LinkedHashMap<>();
        trap.put("kind", PolicyInfo.Kind.TRAP);
        trap.put("connection", "home");
        trap.put("child", "net");
        trap.put("reqid", 3);
        trap.put("localSelectors", List.of(prefix("10.1.0.0", 16)));
        trap.put("remoteSelectors", List.of(prefix("10.2.0.0", 16)));
        fakes.answers.put("listPolicies", Stream.of(Fakes.fixed(PolicyInfo.class, trap)));
    }

    @Test
    void policiesAsTableAndJson() {
        ListPolicies command = new ListPolicies(fakes.service(Controller.class));
        policies();
        assertEquals("""
                KIND  CONNECTION  CHILD  REQID  LOCAL        REMOTE
                TRAP  home        net    3      10.1.0.0/16  10.2.0.0/16
                """, fakes.run(command));
        policies();
        assertEquals(
                "[{\"kind\":\"TRAP\",\"connection\":\"home\",\"child\":\"net\",\"reqid\":3,"
                        + "\"localSelectors\":[\"10.1.0.0/16\"],\"remoteSelectors\":[\"10.2.0.0/16\"]}]\n",
                fakes.run(command, "--json"));
        policies();
        assertEquals("no policies\n", fakes.run(command, "other"));
    }

    @Test
    void poolsWithAndWithoutLeases() {
        Map<String, Object> pool = new LinkedHashMap<>();
        pool.put("name", "rw");
        pool.put("base", Addresses.literal("10.3.0.1").orElseThrow());
        pool.put("size", 254L);
        pool.put("online", 1L);
        pool.put("offline", 0L);
        pool.put(
                "leases",
                List.of(new PoolInfo.PoolLease(
                        Addresses.literal("10.3.0.1").orElseThrow(), Identification.ofFqdn("carol"), true)));
        fakes.answers.put("pools", List.of(Fakes.fixed(PoolInfo.class, pool)));
        ListPools command = new ListPools(fakes.service(AttributeManager.class));
        assertEquals("""
                POOL  BASE      ONLINE  OFFLINE  SIZE
                rw    10.3.0.1  1       0        254
                """, fakes.run(command));
        assertEquals("""
                POOL  BASE      ONLINE  OFFLINE  SIZE
                rw    10.3.0.1  1       0        254

                POOL  ADDRESS   STATE   IDENTITY
                rw    10.3.0.1  online  carol
                """, fakes.run(command, "--leases"));
        assertTrue(fakes.run(command, "--leases", "--json")
                .contains("\"leases\":[{\"address\":\"10.3.0.1\",\"identity\":\"carol\",\"online\":true}]"));
    }

    @Test
    void algorithmsByKind() {
        fakes.answers.put(
                "algorithms", List.of(new CryptoRegistry.Algorithm("prf", "PRF_HMAC_SHA2_256", "crypto-jca")));
        ListAlgs command = new ListAlgs(fakes.service(CryptoRegistry.class));
        assertEquals("prf:\n  PRF_HMAC_SHA2_256[crypto-jca]\n", fakes.run(command));
        assertEquals("{\"prf\":{\"PRF_HMAC_SHA2_256\":\"crypto-jca\"}}\n", fakes.run(command, "--json"));
    }

    @Test
    void certificatesAuthoritiesAndTheCache() {
        fakes.answers.put("certificates", CompletableFuture.completedFuture(List.of()));
        fakes.answers.put("trustAnchors", CompletableFuture.completedFuture(List.of()));
        fakes.answers.put("privateKeyOwners", CompletableFuture.completedFuture(List.of()));
        fakes.answers.put("cachedCertificates", List.of());
        fakes.answers.put("authorities", List.of());
        fakes.answers.put("flushCache", null);
        CredentialManager credentials = fakes.service(CredentialManager.class);
        assertEquals("no certificates\n", fakes.run(new ListCerts(credentials, fakes.service(TimeSource.class))));
        assertEquals("[]\n", fakes.run(new ListCerts(credentials, fakes.service(TimeSource.class)), "--json"));
        assertEquals("no authorities\n", fakes.run(new ListAuthorities(credentials)));
        assertEquals("forgot 0 certificates\n", fakes.run(new FlushCerts(credentials)));
    }

    @Test
    void countersOfAllOfOneAndOfNobody() {
        Map<String, Object> counted = new LinkedHashMap<>();
        counted.put("of", Map.of("invalid", 3L));
        counted.put("all", Map.of("", Map.of("invalid", 3L)));
        counted.put("reset", true);
        CountersCommand command = new CountersCommand(fakes.service(Controller.class));
        fakes.answers.put("counters", Optional.of(Fakes.fixed(IkeCounters.class, counted)));
        assertEquals("global:\n  invalid               3\n", fakes.run(command));
        assertEquals("home:\n  invalid               3\n", fakes.run(command, "home", "--reset"));
        assertEquals("{\"\":{\"invalid\":3}}\n", fakes.run(command, "--all", "--json"));
        counted.put("of", Map.of());
        assertEquals("FAILED nothing was counted for connection 'x'\n", fakes.run(command, "x"));
        fakes.answers.put("counters", Optional.empty());
        assertEquals("FAILED nothing counts: install the feature jcharon-counters\n", fakes.run(command));
    }

    @Test
    void pluginsWithTheirOwners() {
        Plugins command = new Plugins(() -> List.of(
                Map.of(
                        "name",
                        "org.jcharon.x509",
                        "plugin",
                        "x509",
                        "version",
                        "1",
                        "state",
                        "active",
                        "owner",
                        "deploy"),
                Map.of("name", "lib", "plugin", "", "version", "2", "state", "active", "owner", "container")));
        assertEquals("""
                PLUGIN  VERSION  STATE   OWNER
                x509    1        active  deploy
                """, fakes.run(command));
        assertTrue(fakes.run(command, "--all").contains("lib     2        active  container\n"));
    }

    @Test
    void saysHowLongItRuns() {
        fakes.answers.put("startedAt", Instant.parse("2026-01-01T00:00:00Z"));
        fakes.answers.put("now", Instant.parse("2026-01-01T00:01:30Z"));
        VersionCommand command = new VersionCommand(fakes.service(Controller.class), fakes.service(TimeSource.class));
        assertTrue(fakes.run(command).endsWith("\nup for 90 s, since 2026-01-01T00:00:00Z\n"));
        assertTrue(fakes.run(command, "--json").startsWith("{\"daemon\":\"jcharon\",\"version\":"));
    }

    @Test
    void reloadsSettingsOrSaysWhatIsWrong() {
        ReloadSettings command = new ReloadSettings(fakes.service(SettingsReload.class));
        fakes.answers.put("reload", CompletableFuture.completedFuture(Optional.empty()));
        assertEquals("settings read again\n", fakes.run(command));
        fakes.answers.put("reload", CompletableFuture.completedFuture(Optional.of("a.conf:3: no such thing")));
        assertEquals("FAILED a.conf:3: no such thing\n", fakes.run(command));
    }

    @Test
    void helpsWithEachCommand() {
        assertTrue(fakes.run(new Help()).contains("ike:diagnose "));
        for (Usage usage : Usages.ALL) {
            String text = fakes.run(new Help(), "ike:" + usage.name());
            assertTrue(text.startsWith("ike:" + usage.synopsis() + "\n\n  "), text);
            assertTrue(text.contains("\n  ike:" + usage.name()), "no example: " + text);
        }
        assertEquals("FAILED no command 'x'; ike:help lists them\n", fakes.run(new Help(), "x"));
        assertTrue(fakes.run(new Help(), "--help").startsWith("ike:help [COMMAND]"));
    }

    @Test
    void tablesLetNobodyMoveTheCursor() {
        Table table = new Table("A");
        table.row("x\u001b[2J\ny");
        assertEquals(List.of("A", "x?[2J?y"), table.lines());
    }
}
