// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.ConfigBackend;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BackendManagerServiceTest {

    private static final Endpoint MOON = endpoint("192.0.2.1");
    private static final Endpoint SUN = endpoint("192.0.2.2");
    private static final Identification ANY = Identification.ANY;

    private final ImmediateProcessor processor = new ImmediateProcessor();
    private final FakeTime time = new FakeTime();
    private final Map<String, String> dns = new HashMap<>();
    private final List<String> lookups = new ArrayList<>();
    private final BackendManagerService manager = new BackendManagerService(new NameCache(processor, time, name -> {
        lookups.add(name);
        if (!dns.containsKey(name)) {
            throw new UnknownHostException(name);
        }
        return new InetAddress[] {Addresses.literal(dns.get(name)).orElseThrow()};
    }));

    private static Endpoint endpoint(String address) {
        return new Endpoint(Addresses.literal(address).orElseThrow(), 500);
    }

    private static PeerConfig config(String name, String local, String remote, String localId, String remoteId) {
        return PeerConfig.builder()
                .name(name)
                .ike(IkeConfig.builder()
                        .localAddresses(List.of(local))
                        .remoteAddresses(List.of(remote))
                        .build())
                .local(List.of(
                        AuthConfig.builder().id(Identification.parse(localId)).build()))
                .remote(List.of(
                        AuthConfig.builder().id(Identification.parse(remoteId)).build()))
                .build();
    }

    private void backend(int ranking, PeerConfig... configs) {
        manager.addBackend(
                () -> CompletableFuture.completedFuture(Arrays.asList(configs)), Map.of("service.ranking", ranking));
    }

    private List<String> names(CompletionStage<List<PeerConfig>> stage) {
        processor.runAll();
        assertTrue(stage.toCompletableFuture().isDone());
        return stage.toCompletableFuture().join().stream().map(PeerConfig::name).toList();
    }

    @Test
    void ranksByHowWellTheAddressesFit() {
        backend(
                0,
                config("any", "%any", "%any", "%any", "%any"),
                config("prefix", "%any", "192.0.2.0/24", "%any", "%any"),
                config("other", "%any", "198.51.100.1", "%any", "%any"),
                config("range", "%any", "192.0.2.2-192.0.2.3", "%any", "%any"),
                config("exact", "%any", "192.0.2.2", "%any", "%any"),
                config("both", "192.0.2.1", "192.0.2.2", "%any", "%any"));
        assertEquals(List.of("both", "exact", "range", "prefix", "any"), names(manager.ikeCandidates(MOON, SUN)));
        assertTrue(lookups.isEmpty());
    }

    @Test
    void ranksByIdentitiesWhereAddressesAreEqual() {
        backend(
                0,
                config("anyone", "%any", "%any", "%any", "%any"),
                config("domain", "%any", "%any", "moon.example.org", "*.example.org"),
                config("carol", "%any", "%any", "moon.example.org", "carol.example.org"),
                config("venus", "%any", "%any", "venus.example.org", "carol.example.org"));
        assertEquals(
                List.of("carol", "domain", "anyone"),
                names(manager.candidates(
                        MOON,
                        SUN,
                        Identification.parse("carol.example.org"),
                        Identification.parse("moon.example.org"))));
        assertEquals(
                List.of("carol", "venus", "domain", "anyone"),
                names(manager.candidates(MOON, SUN, Identification.parse("carol.example.org"), ANY)));
    }

    @Test
    void keepsTheOrderOfBackendsWhereNeitherIsBetter() {
        // better address against better identity: neither stands before the other
        backend(0, config("address", "%any", "192.0.2.2", "%any", "%any"));
        backend(10, config("identity", "%any", "%any", "%any", "carol.example.org"));
        assertEquals(
                List.of("identity", "address"),
                names(manager.candidates(MOON, SUN, Identification.parse("carol.example.org"), ANY)));
    }

    @Test
    void findsConnectionsByName() {
        backend(0, config("a", "%any", "%any", "%any", "%any"), config("b", "%any", "%any", "%any", "%any"));
        assertEquals(
                "b",
                manager.peerConfig("b")
                        .toCompletableFuture()
                        .join()
                        .orElseThrow()
                        .name());
        assertTrue(manager.peerConfig("c").toCompletableFuture().join().isEmpty());
    }

    @Test
    void looksNamesUpOutsideOfTheJobAndOnce() {
        dns.put("sun.example.org", "192.0.2.2");
        backend(0, config("named", "%any", "sun.example.org", "%any", "%any"));
        processor.holdBlocking();
        CompletionStage<List<PeerConfig>> first = manager.ikeCandidates(MOON, SUN);
        CompletionStage<List<PeerConfig>> second = manager.ikeCandidates(MOON, SUN);
        processor.runAll();
        assertFalse(first.toCompletableFuture().isDone());
        processor.releaseBlocking();
        assertEquals(List.of("named"), names(first));
        assertEquals(List.of("named"), names(second));
        assertEquals(List.of("named"), names(manager.ikeCandidates(MOON, SUN)));
        assertEquals(List.of("sun.example.org"), lookups);

        dns.put("sun.example.org", "192.0.2.3");
        time.advance(Duration.ofSeconds(61));
        processor.releaseBlocking();
        CompletionStage<List<PeerConfig>> later = manager.ikeCandidates(MOON, SUN);
        processor.releaseBlocking();
        assertTrue(names(later).isEmpty());
    }

    @Test
    void aNameThatCannotBeResolvedMatchesNobodyAndDelaysNobody() {
        backend(
                0,
                config("named", "%any", "no.example.org", "%any", "%any"),
                config("lax", "%any", "%no.example.org", "%any", "%any"));
        assertEquals(List.of("lax"), names(manager.ikeCandidates(MOON, SUN)));
        time.advance(Duration.ofSeconds(5));
        assertEquals(List.of("lax"), names(manager.ikeCandidates(MOON, SUN)));
        assertEquals(1, lookups.size());
        time.advance(Duration.ofSeconds(6));
        assertEquals(List.of("lax"), names(manager.ikeCandidates(MOON, SUN)));
        assertEquals(2, lookups.size());
    }

    @Test
    void aLookUpThatOverrunsItsDeadlineIsAFailure() {
        backend(0, config("named", "%any", "slow.example.org", "%any", "%any"));
        processor.holdBlocking();
        CompletionStage<List<PeerConfig>> stage = manager.ikeCandidates(MOON, SUN);
        processor.runAll();
        processor.expireBlocking();
        assertTrue(names(stage).isEmpty());
    }

    @Test
    void aFailingBackendTakesOnlyItsOwnConnectionsWithIt() {
        manager.addBackend(
                new ConfigBackend() {
                    @Override
                    public CompletionStage<List<PeerConfig>> peerConfigs() {
                        throw new IllegalStateException("database is down");
                    }
                },
                Map.of());
        backend(0, config("a", "%any", "%any", "%any", "%any"));
        assertEquals(List.of("a"), names(manager.peerConfigs()));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.2, 192.0.2.2, 129",
        "192.0.2.0/24, 192.0.2.2, 25",
        "192.0.2.2/32, 192.0.2.2, 129",
        "192.0.2.0/33, 192.0.2.2, 0",
        "192.0.2.0-192.0.2.255, 192.0.2.2, 25",
        "192.0.2.255-192.0.2.0, 192.0.2.2, 0",
        "0.0.0.0/0, 192.0.2.2, 1",
        "%any4, 2001:db8::1, 0",
        "%any6, 2001:db8::1, 1",
        "::/0, 2001:db8::1, 1",
        "2001:db8::/32, 2001:db8::1, 33",
        "%any, 2001:db8::1, 1",
        "2001:db8::2, 2001:db8::1, 0",
        "'', 192.0.2.2, 0",
        "a b, 192.0.2.2, 0"
    })
    void measuresAddresses(String pattern, String address, int quality) {
        assertEquals(
                quality,
                AddressPattern.parse(pattern).quality(Addresses.literal(address).orElseThrow(), List.of()));
    }
}
