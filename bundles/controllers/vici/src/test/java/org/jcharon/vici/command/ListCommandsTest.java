// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import static org.jcharon.vici.command.Bench.text;
import static org.jcharon.vici.command.Bench.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jcharon.api.control.IkeCounters;
import org.jcharon.api.control.PolicyInfo;
import org.jcharon.api.crypto.CryptoRegistry.Algorithm;
import org.jcharon.vici.message.Section;
import org.junit.jupiter.api.Test;

class ListCommandsTest {

    private final Bench bench = new Bench();

    @Test
    void sasHaveCharonsKeysInItsOrder() {
        bench.answers.put("listSas", Stream.of(Sas.ike()));
        assertEquals(Section.EMPTY, bench.run("list-sas", Section.EMPTY));
        assertEquals(
                List.of("list-sa home{uniqueid=1 version=2 state=ESTABLISHED local-host=192.0.2.1 local-port=4500"
                        + " local-id=moon remote-host=2001:db8::1:0:0:2 remote-port=4500 remote-id=sun remote-eap-id=carol"
                        + " initiator=yes initiator-spi=1122334455667788 responder-spi=00eeddccbbaa0099"
                        + " nat-local=yes nat-any=yes encr-alg=AES_CBC encr-keysize=256 integ-alg=HMAC_SHA2_256_128"
                        + " prf-alg=PRF_HMAC_SHA2_256 dh-group=CURVE_25519 ake1=ML_KEM_768 ppk=yes"
                        + " established=6 rekey-time=13000 reauth-time=14000 local-vips[10.3.0.1]"
                        + " tasks-queued[IKE_DPD] tasks-active[CHILD_CREATE]"
                        + " child-sas{net-3{name=net uniqueid=3 reqid=1 state=INSTALLED mode=TUNNEL protocol=ESP"
                        + " encap=yes spi-in=c1234567 spi-out=00abcdef mark-in=0000002a mark-out=0000002a"
                        + " mark-mask-out=000000ff if-id-in=00000007 if-id-out=00000008 encr-alg=AES_CBC"
                        + " encr-keysize=128 integ-alg=HMAC_SHA2_256_128 dh-group=CURVE_25519 esn=1"
                        + " bytes-in=840 packets-in=10 use-in=3 bytes-out=0 packets-out=0 rekey-time=100"
                        + " life-time=110 install-time=5 local-ts[10.1.0.0/16] remote-ts[10.2.0.0/16]}}}"),
                bench.events);
    }

    @Test
    void sasAreSelectedByCore() {
        bench.answers.put("listSas", Stream.of());
        bench.run("list-sas", texts("ike", "home", "child-id", "3"));
        assertTrue(bench.calls.contains("listSas[Selector[ikeName=home, ikeId=0, childName=null, childId=0]]"));
        bench.answers.put("listSas", Stream.of(Sas.ike()));
        bench.run("list-sas", texts("child", "other"));
        assertTrue(bench.events.get(0).contains(" child-sas{}"), () -> bench.events.toString());
    }

    @Test
    void aListWaitsForAClientThatReadsSlowly() {
        AtomicInteger asked = new AtomicInteger();
        bench.answers.put(
                "listSas",
                Stream.generate(() -> {
                            asked.incrementAndGet();
                            return Sas.ike();
                        })
                        .limit(1_000));
        bench.room = new CompletableFuture<>();
        CompletableFuture<Section> answer =
                bench.begin("list-sas", Section.EMPTY).toCompletableFuture();
        bench.processor.runAll();
        int first = bench.events.size();
        assertTrue(first > 0 && first <= 100, first + " at once");
        assertTrue(asked.get() <= first + 1, "nor is more held");
        for (int rounds = 0; rounds < 1_000 && !answer.isDone(); rounds++) {
            int before = bench.events.size();
            CompletableFuture<Void> room = bench.room;
            bench.room = new CompletableFuture<>();
            room.complete(null);
            bench.processor.runAll();
            assertTrue(bench.events.size() - before <= first);
        }
        assertEquals(Section.EMPTY, answer.join());
        assertEquals(1_000, bench.events.size());
    }

    @Test
    void aListEndsWhenItsClientGoes() {
        bench.answers.put("listSas", Stream.generate(Sas::ike));
        bench.room = new CompletableFuture<>();
        CompletableFuture<Section> answer =
                bench.begin("list-sas", Section.EMPTY).toCompletableFuture();
        bench.room.completeExceptionally(new IllegalStateException("client is gone"));
        bench.processor.runAll();
        assertTrue(answer.isDone());
    }

    @Test
    void aListThatMeetsAFaultEnds() {
        bench.answers.put("listSas", Stream.generate(() -> {
            throw new IllegalStateException("a bug");
        }));
        CompletableFuture<Section> answer =
                bench.begin("list-sas", Section.EMPTY).toCompletableFuture();
        assertTrue(answer.isCompletedExceptionally());
    }

    private static PolicyInfo policy(PolicyInfo.Kind kind, String ike, String child) {
        return Sas.fixed(
                PolicyInfo.class,
                Map.of(
                        "kind",
                        kind,
                        "connection",
                        ike,
                        "child",
                        child,
                        "reqid",
                        5,
                        "localSelectors",
                        Sas.net("10.1.0.0"),
                        "remoteSelectors",
                        Sas.net("10.2.0.0")));
    }

    @Test
    void policiesAreListedByKindAndName() {
        bench.answers.put("peerConfigs", CompletableFuture.completedFuture(List.of()));
        bench.answers.put("listPolicies", (Function<Object[], Object>) given -> Stream.of(
                policy(PolicyInfo.Kind.TRAP, "home", "net"),
                policy(PolicyInfo.Kind.PASS, "", "lan"),
                policy(PolicyInfo.Kind.DROP, "home", "rest")));
        String ts = " local-ts[10.1.0.0/16] remote-ts[10.2.0.0/16]}";
        String trap = "list-policy home/net{child=net reqid=5 ike=home mode=TUNNEL" + ts;
        String pass = "list-policy lan{child=lan mode=PASS" + ts;
        String drop = "list-policy home/rest{child=rest ike=home mode=DROP" + ts;
        Map<Section, List<String>> expected = Map.of(
                Section.EMPTY,
                List.of(),
                texts("trap", "yes"),
                List.of(trap),
                texts("pass", "yes", "drop", "yes", "trap", "yes"),
                List.of(trap, pass, drop),
                texts("drop", "yes", "trap", "yes", "ike", "home", "child", "rest"),
                List.of(drop));
        expected.forEach((request, events) -> {
            bench.events.clear();
            assertEquals(Section.EMPTY, bench.run("list-policies", request));
            assertEquals(events, bench.events);
        });
    }

    @Test
    void connectionsHaveCharonsKeysInItsOrder() {
        Section home = Section.builder()
                .list("local_addrs", List.of("192.0.2.1"))
                .list("remote_addrs", List.of("192.0.2.2"))
                .put("rekey_time", "4h")
                .put("unique", "replace")
                .put("dpd_delay", "30s")
                .put("local", texts("auth", "psk", "id", "moon"))
                .put("remote", texts("auth", "psk", "id", "sun"))
                .put(
                        "children",
                        Bench.in("net", texts("remote_ts", "10.2.0.0/16", "start_action", "trap", "rekey_time", "1h")))
                .build();
        bench.succeeds(
                "load-conn",
                Section.builder().put("home", home).put("other", home).build());
        bench.answers.put("peerConfigs", CompletableFuture.completedFuture(bench.connections.peers()));
        bench.run("list-conns", texts("ike", "home"));
        String only = String.join("", bench.events);
        assertEquals(1, bench.events.size());
        assertTrue(only.startsWith("list-conn home{local_addrs[192.0.2.1] remote_addrs[192.0.2.2] local_port="), only);
        assertTrue(
                only.contains(" version=IKEv2 reauth_time=0 rekey_time=14400 unique=UNIQUE_REPLACE dpd_delay=30"
                        + " local-1{class=pre-shared key id=moon groups[] cert_policy[] certs[] cacerts[]}"
                        + " remote-1{class=pre-shared key id=sun groups[] cert_policy[] certs[] cacerts[]}"
                        + " children{net{mode=TUNNEL rekey_time=3600 rekey_bytes=0 rekey_packets=0 dpd_action="),
                only);
        assertTrue(only.endsWith(" close_action=none local-ts[dynamic] remote-ts[10.2.0.0/16]}}}"), only);
        bench.events.clear();
        bench.run("list-conns", Section.EMPTY);
        assertEquals(2, bench.events.size());
    }

    @Test
    void theDaemonTellsOfItself() {
        String version = text(bench.run("version", Section.EMPTY));
        assertTrue(version.startsWith("daemon=jcharon version=1.2.3 sysname="), version);
        bench.answers.put("statistics", Map.of("workers.total", 16L, "ikesas.total", 5L, "queues.low", 2L));
        bench.answers.put("plugins", List.of("aes", "vici"));
        bench.time.advance(Duration.ofMinutes(5));
        String stats = text(bench.run("stats", Section.EMPTY));
        assertTrue(stats.startsWith("uptime{running=5 minutes since="), stats);
        assertTrue(
                stats.contains("workers{total=16 idle=0 active{critical=0 high=0 medium=0 low=0}}"
                        + " queues{critical=0 high=0 medium=0 low=2} scheduled=0 ikesas{total=5 half-open=0}"
                        + " plugins[aes, vici] mallinfo{sbrk="),
                stats);
        bench.answers.put("reload", CompletableFuture.completedFuture(Optional.empty()));
        bench.succeeds("reload-settings", Section.EMPTY);
        bench.answers.put("reload", CompletableFuture.completedFuture(Optional.of("reloading 'x' failed")));
        assertEquals("reloading 'x' failed", bench.error("reload-settings", Section.EMPTY));
        bench.answers.put("algorithms", List.of(new Algorithm("ke", "CURVE_25519", "curve25519")));
        assertEquals(
                "encryption{} integrity{} aead{} hasher{} prf{} xof{} kdf{} drbg{} ke{CURVE_25519=curve25519} rng{}"
                        + " nonce-gen{}",
                text(bench.run("get-algorithms", Section.EMPTY)));
    }

    @Test
    void countersAreThoseOfTheirPlugin() {
        bench.answers.put("counters", Optional.empty());
        assertEquals("no counters available (plugin missing?)", bench.error("get-counters", Section.EMPTY));
        assertEquals("no counters available (plugin missing?)", bench.error("reset-counters", Section.EMPTY));
        Map<String, Map<String, Long>> all = new LinkedHashMap<>();
        all.put("", Map.of("invalid", 1L));
        all.put("home", Map.of("invalid", 2L));
        bench.answers.put("counters", Optional.of(new IkeCounters() {
            @Override
            public Map<String, Long> of(String connection) {
                return all.getOrDefault(connection, Map.of());
            }

            @Override
            public Map<String, Map<String, Long>> all() {
                return all;
            }

            @Override
            public boolean reset(String connection) {
                return all.containsKey(connection);
            }

            @Override
            public void resetAll() {
                bench.calls.add("resetAll");
            }
        }));
        assertEquals("counters{{invalid=1}} success=yes", text(bench.run("get-counters", Section.EMPTY)));
        assertEquals("counters{home{invalid=2}} success=yes", text(bench.run("get-counters", texts("all", "yes"))));
        assertEquals(
                "counters{} success=no errmsg=no counters found for this connection",
                text(bench.run("get-counters", texts("name", "other"))));
        bench.succeeds("reset-counters", texts("name", "home"));
        bench.succeeds("reset-counters", texts("name", "other"));
        bench.succeeds("reset-counters", texts("all", "yes"));
        assertTrue(bench.calls.contains("resetAll"));
    }
}
