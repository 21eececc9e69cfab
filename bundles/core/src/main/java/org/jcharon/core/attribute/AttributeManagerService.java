// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.attribute;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.attribute.AttributeHandler;
import org.jcharon.api.attribute.AttributeManager;
import org.jcharon.api.attribute.AttributeProvider;
import org.jcharon.api.attribute.ConfigurationAttribute;
import org.jcharon.api.attribute.PoolInfo;
import org.jcharon.api.credential.Identification;
import org.jcharon.core.plugin.Whiteboard;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Providers (what we assign to peers) and handlers (what peers assign to us). Any thread. */
@Component(service = {AttributeManager.class, AttributeManagerService.class})
public final class AttributeManagerService implements AttributeManager {

    private final Whiteboard<AttributeProvider> providers = new Whiteboard<>("attribute provider");
    private final Whiteboard<AttributeHandler> handlers = new Whiteboard<>("attribute handler");

    /** A provider arrived. */
    @Reference(
            name = "provider",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeProvider")
    public void addProvider(AttributeProvider provider, Map<String, Object> properties) {
        providers.add(provider, properties);
    }

    /** A provider leaves. */
    public void removeProvider(AttributeProvider provider) {
        providers.remove(provider);
    }

    /** A handler arrived. */
    @Reference(
            name = "handler",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeHandler")
    public void addHandler(AttributeHandler handler, Map<String, Object> properties) {
        handlers.add(handler, properties);
    }

    /** A handler leaves. */
    public void removeHandler(AttributeHandler handler) {
        handlers.remove(handler);
    }

    @Override
    public CompletionStage<Optional<InetAddress>> acquire(
            List<String> pools, Identification peer, InetAddress requested) {
        return providers.firstLater(provider -> provider.acquire(pools, peer, requested));
    }

    @Override
    public void release(List<String> pools, Identification peer, InetAddress address) {
        providers.forEach(provider -> provider.release(pools, peer, address));
    }

    @Override
    public CompletionStage<List<ConfigurationAttribute>> attributes(List<String> pools, Identification peer) {
        return providers.collect(provider -> provider.attributes(pools, peer));
    }

    @Override
    public List<PoolInfo> pools() {
        return providers.map(AttributeProvider::pools).stream()
                .flatMap(List::stream)
                .toList();
    }

    /** What our handlers want to ask a peer for, each once. */
    public List<ConfigurationAttribute> requests(Identification peer) {
        return handlers.map(handler -> handler.requests(peer)).stream()
                .flatMap(List::stream)
                .distinct()
                .toList();
    }

    /** Hands an attribute that a peer assigned to the first handler that takes it; false if none does. */
    public boolean handle(Identification peer, ConfigurationAttribute attribute) {
        return handlers.first(
                        properties -> true,
                        handler -> handler.handle(peer, attribute) ? Optional.of(true) : Optional.empty())
                .isPresent();
    }

    /**
     * Undoes {@link #handle}. All handlers are told: which of them took it is not kept, because an SA must not hold on to a plugin,
     * and a handler ignores what it does not know.
     */
    public void releaseHandled(Identification peer, ConfigurationAttribute attribute) {
        handlers.forEach(handler -> handler.release(peer, attribute));
    }
}
