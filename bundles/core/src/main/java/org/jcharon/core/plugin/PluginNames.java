// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.plugin;

import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleWiring;

/** Names that bundles provide with {@code jcharon.plugin} capabilities. Any thread. */
public final class PluginNames {

    private static final String NAMESPACE = "jcharon.plugin";

    private PluginNames() {}

    /** The plugin that a service's class comes from; empty without a framework or if its bundle is none. */
    public static String of(Object service) {
        Bundle bundle = FrameworkUtil.getBundle(service.getClass());
        List<String> names = bundle == null ? List.of() : of(bundle);
        return names.isEmpty() ? "" : names.get(0);
    }

    /** Plugins whose bundles are active, in the order of their names. */
    public static List<String> active(BundleContext context) {
        List<String> names = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getState() == Bundle.ACTIVE) {
                names.addAll(of(bundle));
            }
        }
        return names.stream().distinct().sorted().toList();
    }

    private static List<String> of(Bundle bundle) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        List<String> names = new ArrayList<>();
        if (wiring != null) {
            for (BundleCapability capability : wiring.getCapabilities(NAMESPACE)) {
                if (capability.getAttributes().get(NAMESPACE) instanceof String name) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
