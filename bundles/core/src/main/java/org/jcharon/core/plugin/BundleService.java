// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.plugin;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * A service that is fetched when it is first used, not when it appears: so plugins may need core's manager and be needed by it, without
 * a circle in which neither can be activated first. Any thread.
 */
final class BundleService<T> implements Supplier<T>, AutoCloseable {

    private final BundleContext context;
    private final ServiceReference<T> reference;
    private final AtomicReference<T> service = new AtomicReference<>();

    BundleService(BundleContext context, ServiceReference<T> reference) {
        this.context = context;
        this.reference = reference;
    }

    /** The service; null if it has left or cannot be activated. */
    @Override
    public T get() {
        T known = service.get();
        if (known != null) {
            return known;
        }
        T fetched = context.getService(reference); // no lock held: this may activate a component
        if (fetched != null && !service.compareAndSet(null, fetched)) {
            context.ungetService(reference); // another thread was faster: each fetch is given back once
        }
        return fetched;
    }

    @Override
    public void close() {
        if (service.getAndSet(null) != null) {
            context.ungetService(reference);
        }
    }

    Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>();
        for (String key : reference.getPropertyKeys()) {
            properties.put(key, reference.getProperty(key));
        }
        return properties;
    }
}
