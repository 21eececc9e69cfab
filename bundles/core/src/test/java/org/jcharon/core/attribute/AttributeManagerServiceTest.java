// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.attribute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.attribute.AttributeHandler;
import org.jcharon.api.attribute.AttributeProvider;
import org.jcharon.api.attribute.ConfigurationAttribute;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.wire.Chunk;
import org.junit.jupiter.api.Test;

final class AttributeManagerServiceTest {

    private static final InetAddress ANY = Addresses.literal("0.0.0.0").orElseThrow();
    private static final InetAddress ONE = Addresses.literal("10.3.0.1").orElseThrow();
    private static final Identification CAROL = Identification.parse("carol@example.org");
    private static final ConfigurationAttribute DNS =
            new ConfigurationAttribute(ConfigurationAttribute.INTERNAL_IP4_DNS, Chunk.ofHex("0a010001"));

    private final AttributeManagerService manager = new AttributeManagerService();
    private final List<String> events = new ArrayList<>();

    private class Pool implements AttributeProvider {

        private final String name;

        private Pool(String name) {
            this.name = name;
        }

        @Override
        public CompletionStage<Optional<InetAddress>> acquire(
                List<String> pools, Identification peer, InetAddress requested) {
            events.add("acquire " + name);
            return CompletableFuture.completedFuture(pools.contains(name) ? Optional.of(ONE) : Optional.empty());
        }

        @Override
        public void release(List<String> pools, Identification peer, InetAddress address) {
            events.add("release " + name);
        }

        @Override
        public CompletionStage<List<ConfigurationAttribute>> attributes(List<String> pools, Identification peer) {
            return CompletableFuture.completedFuture(List.of(DNS));
        }
    }

    private final class Resolver implements AttributeHandler {

        @Override
        public List<ConfigurationAttribute> requests(Identification peer) {
            return List.of(new ConfigurationAttribute(ConfigurationAttribute.INTERNAL_IP4_DNS, Chunk.EMPTY));
        }

        @Override
        public boolean handle(Identification peer, ConfigurationAttribute attribute) {
            return attribute.type() == ConfigurationAttribute.INTERNAL_IP4_DNS;
        }

        @Override
        public void release(Identification peer, ConfigurationAttribute attribute) {
            events.add("undo");
        }
    }

    @Test
    void assignsFromTheFirstProviderThatHasOneAndReleasesToAll() {
        manager.addProvider(new Pool("a"), Map.of("service.ranking", 2));
        manager.addProvider(
                new Pool("broken") {
                    @Override
                    public CompletionStage<Optional<InetAddress>> acquire(
                            List<String> pools, Identification peer, InetAddress requested) {
                        throw new IllegalStateException("broken");
                    }
                },
                Map.of("service.ranking", 1));
        manager.addProvider(new Pool("b"), Map.of());

        assertEquals(
                Optional.of(ONE),
                manager.acquire(List.of("b"), CAROL, ANY).toCompletableFuture().join());
        assertTrue(manager.acquire(List.of("c"), CAROL, ANY)
                .toCompletableFuture()
                .join()
                .isEmpty());
        manager.release(List.of("b"), CAROL, ONE);
        assertEquals(
                List.of("acquire a", "acquire b", "acquire a", "acquire b", "release a", "release broken", "release b"),
                events);
        assertEquals(
                List.of(DNS, DNS, DNS),
                manager.attributes(List.of("b"), CAROL).toCompletableFuture().join());
    }

    @Test
    void handsAttributesToHandlers() {
        manager.addHandler(new Resolver(), Map.of());
        manager.addHandler(new Resolver(), Map.of());
        assertEquals(1, manager.requests(CAROL).size());
        assertTrue(manager.handle(CAROL, DNS));
        assertFalse(manager.handle(CAROL, new ConfigurationAttribute(25, Chunk.EMPTY)));
        manager.releaseHandled(CAROL, DNS);
        assertEquals(List.of("undo", "undo"), events);
    }
}
