// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.eap;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jcharon.api.eap.EapManager;
import org.jcharon.api.eap.EapMethod;
import org.jcharon.api.eap.EapMethodFactory;
import org.jcharon.core.plugin.Whiteboard;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Finds EAP methods by the properties of their factories; of several the one with the highest {@code service.ranking}. */
@Component(service = EapManager.class)
public final class EapManagerService implements EapManager {

    private final Whiteboard<EapMethodFactory> factories = new Whiteboard<>("EAP method");

    private final BundleContext context;

    /** In a framework: tunnelling methods need this manager and are needed by it, so that factories are fetched when first used. */
    @Activate
    public EapManagerService(BundleContext context) {
        this.context = context;
    }

    /** Without a framework. */
    public EapManagerService() {
        this(null);
    }

    @Reference(
            name = "factory",
            service = EapMethodFactory.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "unbindFactory")
    void bindFactory(ServiceReference<EapMethodFactory> reference) {
        factories.add(context, reference);
    }

    void unbindFactory(ServiceReference<EapMethodFactory> reference) {
        factories.remove(reference);
    }

    /** A factory arrived. */
    public void addFactory(EapMethodFactory factory, Map<String, Object> properties) {
        factories.add(factory, properties);
    }

    /** A factory leaves. */
    public void removeFactory(EapMethodFactory factory) {
        factories.remove(factory);
    }

    @Override
    public Optional<EapMethod> create(int type, int vendor, boolean server, EapMethodFactory.Session session) {
        return factories.first(
                properties -> number(properties, EapMethodFactory.PROP_TYPE) == type
                        && Math.max(0, number(properties, EapMethodFactory.PROP_VENDOR)) == vendor
                        && isRole(properties, server),
                factory -> Optional.ofNullable(factory.create(session)));
    }

    @Override
    public List<Integer> types(boolean server) {
        return factories.properties().stream()
                .filter(properties -> isRole(properties, server))
                .filter(properties -> number(properties, EapMethodFactory.PROP_VENDOR) <= 0)
                .map(properties -> number(properties, EapMethodFactory.PROP_TYPE))
                .filter(type -> type > 0)
                .distinct()
                .toList();
    }

    private static boolean isRole(Map<String, Object> properties, boolean server) {
        return (server ? "server" : "peer").equals(properties.get(EapMethodFactory.PROP_ROLE));
    }

    private static int number(Map<String, Object> properties, String key) {
        return properties.get(key) instanceof Integer number ? number : -1;
    }
}
