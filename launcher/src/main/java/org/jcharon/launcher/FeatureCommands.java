// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * The commands {@code feature:list}, {@code feature:install} and {@code feature:uninstall}. A plan is computed first;
 * bundles that it does not name keep running, and an operation that would have to refresh one is refused.
 */
public final class FeatureCommands {
    private static final Set<String> RESTART_ONLY = Set.of("jcharon-api", "jcharon-core", "jcharon-lib-jnr");
    private static final long REFRESH_SECONDS = 10;

    private final Container container;

    private FeatureCommands(Container container) {
        this.container = container;
    }

    static void register(Container container) {
        Map<String, Object> properties = Map.of(
                "osgi.command.scope", "feature", "osgi.command.function", new String[] {"list", "install", "uninstall"
                });
        container
                .context()
                .registerService(
                        FeatureCommands.class, new FeatureCommands(container), FrameworkUtil.asDictionary(properties));
    }

    /** One line a feature: whether it is installed, its name, version, description. */
    public String list() throws LaunchException {
        StringBuilder text = new StringBuilder();
        for (Features.Feature feature : container.features().all()) {
            text.append(String.format(
                    "%-11s %-28s %-16s %s%n",
                    installed(feature) ? "installed" : "available",
                    feature.name(),
                    feature.version(),
                    feature.description()));
        }
        return text.toString().stripTrailing();
    }

    /** Installs and starts what the feature needs and is not there; all of it, or nothing. */
    public String install(String name) throws LaunchException, BundleException, IOException {
        synchronized (container) {
            List<Features.BundleRef> plan = new ArrayList<>();
            for (Features.BundleRef ref : Features.bundles(container.features().closure(List.of(name)))) {
                if (container.bundle(ref.artifact().url()) == null) {
                    plan.add(ref);
                }
            }
            List<Bundle> fresh = new ArrayList<>();
            try {
                for (Features.BundleRef ref : plan) {
                    fresh.add(container.install(ref));
                }
                for (Bundle bundle : fresh) {
                    bundle.start();
                }
            } catch (LaunchException | BundleException e) {
                for (Bundle bundle : fresh) {
                    bundle.uninstall();
                }
                throw e;
            }
            for (Features.BundleRef ref : plan) {
                container.remember(ref);
            }
            container.rememberFeature(name);
            return plan.isEmpty() ? "nothing to install" : names("installed", fresh);
        }
    }

    /** Uninstalls the bundles that only this feature, and features that need it, brought. */
    public String uninstall(String name) throws LaunchException, BundleException, IOException, InterruptedException {
        synchronized (container) {
            Set<Features.Feature> leaving = dependents(name);
            Set<String> keep = new HashSet<>();
            for (Features.Feature feature : container.features().all()) {
                if (!leaving.contains(feature) && installed(feature)) {
                    feature.bundles().forEach(b -> keep.add(b.artifact().url()));
                }
            }
            List<Bundle> plan = new ArrayList<>();
            List<Features.BundleRef> refs = new ArrayList<>(Features.bundles(leaving));
            refs.sort(Comparator.comparingInt(Features.BundleRef::startLevel).reversed());
            for (Features.BundleRef ref : refs) {
                Bundle bundle = container.bundle(ref.artifact().url());
                if (bundle != null && !keep.contains(ref.artifact().url())) {
                    String artifact = ref.artifact()
                            .path()
                            .getName(ref.artifact().path().getNameCount() - 3)
                            .toString();
                    if (RESTART_ONLY.contains(artifact)) {
                        throw new LaunchException(name + " holds " + artifact + ", which leaves only with a restart");
                    }
                    plan.add(bundle);
                }
            }
            refuseIfOthersBreak(plan);
            for (Bundle bundle : plan) {
                bundle.uninstall();
            }
            refresh(plan);
            container.forgetFeature(name);
            return plan.isEmpty() ? "nothing to uninstall" : names("uninstalled", plan);
        }
    }

    private boolean installed(Features.Feature feature) throws LaunchException {
        for (Features.BundleRef ref : Features.bundles(container.features().closure(List.of(feature.name())))) {
            if (container.bundle(ref.artifact().url()) == null) {
                return false;
            }
        }
        return true;
    }

    /** The feature and all, sets excepted, that need it. */
    private Set<Features.Feature> dependents(String name) throws LaunchException {
        List<Features.Feature> own = container.features().closure(List.of(name));
        Set<Features.Feature> leaving = new LinkedHashSet<>();
        Features.Feature feature = own.get(own.size() - 1);
        if (feature.bundles().isEmpty()) { // a set goes with its members
            own.stream().filter(f -> feature.needs().contains(f.name())).forEach(leaving::add);
        }
        leaving.add(feature);
        for (Features.Feature other : container.features().all()) {
            if (other.needs().contains(name)) {
                leaving.add(other);
                if (!other.bundles().isEmpty() && installed(other)) {
                    throw new LaunchException("feature " + other.name() + " needs " + name + ": uninstall it first");
                }
            }
        }
        return leaving;
    }

    private void refuseIfOthersBreak(Collection<Bundle> plan) throws LaunchException {
        List<Bundle> broken = new ArrayList<>(wiring().getDependencyClosure(plan));
        broken.removeAll(plan);
        if (!broken.isEmpty()) {
            throw new LaunchException(names("refused, it would take down", broken));
        }
    }

    private void refresh(Collection<Bundle> plan) throws InterruptedException {
        if (plan.isEmpty()) {
            return;
        }
        CountDownLatch done = new CountDownLatch(1);
        wiring().refreshBundles(plan, event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
            }
        });
        done.await(REFRESH_SECONDS, TimeUnit.SECONDS);
    }

    private FrameworkWiring wiring() {
        return container.framework().adapt(FrameworkWiring.class);
    }

    private static String names(String verb, Collection<Bundle> bundles) {
        return verb + ": "
                + String.join(
                        ", ", bundles.stream().map(Bundle::getSymbolicName).toList());
    }
}
