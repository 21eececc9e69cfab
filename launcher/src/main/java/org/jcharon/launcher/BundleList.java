// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;

/**
 * Tells of each bundle its name, its plugin's name (empty if it is none), version, state, and who put it there: a feature, {@code
 * deploy}, {@code container} for the launcher's own, or {@code somebody}. A service with {@code jcharon.bundles=true}.
 */
final class BundleList implements Supplier<List<Map<String, String>>> {
    private static final String PLUGIN = "jcharon.plugin";

    private final Container container;
    private final Path deployed;

    private BundleList(Container container, Path deployed) {
        this.container = container;
        this.deployed = deployed;
    }

    static void register(Container container, Layout layout) {
        container
                .context()
                .registerService(
                        Supplier.class,
                        new BundleList(container, layout.data().resolve("deployed.properties")),
                        FrameworkUtil.asDictionary(Map.of("jcharon.bundles", true)));
    }

    @Override
    public List<Map<String, String>> get() {
        Set<String> overlays = overlays();
        Map<Bundle, String> owners = owners();
        List<Map<String, String>> all = new ArrayList<>();
        for (Bundle bundle : container.context().getBundles()) {
            Map<String, String> entry = new LinkedHashMap<>();
            entry.put("name", String.valueOf(bundle.getSymbolicName()));
            entry.put("plugin", plugin(bundle));
            entry.put("version", bundle.getVersion().toString());
            entry.put("state", state(bundle.getState()));
            entry.put(
                    "owner",
                    overlays.contains(bundle.getSymbolicName())
                            ? "deploy"
                            : bundle.getBundleId() == 0 ? "container" : owners.getOrDefault(bundle, "somebody"));
            all.add(entry);
        }
        return all;
    }

    private Map<Bundle, String> owners() {
        Map<Bundle, String> owners = new LinkedHashMap<>();
        try {
            for (Features.BundleRef ref : Container.ownBundles()) {
                put(owners, ref, "container");
            }
            for (Features.Feature feature : container.features().all()) {
                for (Features.BundleRef ref : feature.bundles()) {
                    put(owners, ref, feature.name());
                }
            }
        } catch (LaunchException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        return owners;
    }

    private void put(Map<Bundle, String> owners, Features.BundleRef ref, String owner) throws LaunchException {
        Bundle bundle = container.bundle(ref.artifact().url());
        if (bundle != null) {
            owners.put(bundle, owner);
        }
    }

    /** Symbolic names of bundles that come from {@code deploy/}. */
    private Set<String> overlays() {
        Properties entries = new Properties();
        if (Files.exists(deployed)) {
            try (InputStream in = Files.newInputStream(deployed)) {
                entries.load(in);
            } catch (IOException | IllegalArgumentException e) {
                return Set.of();
            }
        }
        Set<String> names = new HashSet<>();
        entries.values().forEach(value -> names.add(value.toString().split(" ", 2)[0]));
        return names;
    }

    private static String plugin(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        if (revision == null) {
            return "";
        }
        for (BundleCapability capability : revision.getDeclaredCapabilities(PLUGIN)) {
            return String.valueOf(capability.getAttributes().get(PLUGIN));
        }
        return "";
    }

    private static String state(int state) {
        return switch (state) {
            case Bundle.ACTIVE -> "active";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            case Bundle.RESOLVED -> "stopped";
            case Bundle.INSTALLED -> "unresolved";
            default -> "uninstalled";
        };
    }
}
