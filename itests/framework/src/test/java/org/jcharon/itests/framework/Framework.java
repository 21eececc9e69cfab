// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.framework;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** The framework that the test's bundle runs in. */
final class Framework {
    private static final int SATISFIED = ComponentConfigurationDTO.SATISFIED | ComponentConfigurationDTO.ACTIVE;
    private static final String READY = "(osgi.condition.id=jcharon.ready)";
    private static final String GATE = "osgi.ds.satisfying.condition";

    /** Asked for per use: Pax Exam makes an object of each test outside of the framework too. */
    BundleContext context() {
        return FrameworkUtil.getBundle(Framework.class).getBundleContext();
    }

    Optional<Bundle> find(String symbolicName) {
        return Arrays.stream(context().getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst();
    }

    Bundle bundle(String symbolicName) {
        return find(symbolicName).orElseThrow(() -> new AssertionError(symbolicName + " is not installed"));
    }

    Bundle install(Distribution.Jar jar) throws BundleException {
        Bundle bundle = context().installBundle(jar.location());
        bundle.adapt(BundleStartLevel.class).setStartLevel(jar.startLevel());
        bundle.start();
        return bundle;
    }

    /** Gives the classes of these bundles, and of those that were uninstalled, back. */
    void refresh(List<Bundle> bundles) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        context()
                .getBundle(Constants.SYSTEM_BUNDLE_LOCATION)
                .adapt(FrameworkWiring.class)
                .refreshBundles(bundles, event -> done.countDown());
        if (!done.await(10, TimeUnit.SECONDS)) {
            throw new AssertionError("refresh of " + bundles + " does not end");
        }
    }

    /** A service that must be there. */
    <S> S service(Class<S> type) {
        return type.cast(
                service(type.getName(), null).orElseThrow(() -> new AssertionError("no service " + type.getName())));
    }

    Optional<Object> service(String type, String filter) {
        return references(type, filter).findFirst().map(context()::getService);
    }

    boolean isReady() {
        return references("org.osgi.service.condition.Condition", READY)
                .findAny()
                .isPresent();
    }

    private Stream<ServiceReference<?>> references(String type, String filter) {
        try {
            ServiceReference<?>[] found = context().getAllServiceReferences(type, filter);
            return found == null ? Stream.empty() : Arrays.stream(found);
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(filter, e);
        }
    }

    /** What core's readiness report says is missing. */
    List<String> missing() {
        Object supplier = service("java.util.function.Supplier", "(jcharon.readiness=true)")
                .orElseThrow(() -> new AssertionError("core reports no readiness"));
        return ((List<?>) ((java.util.function.Supplier<?>) supplier).get())
                .stream().map(String::valueOf).toList();
    }

    /** The satisfied components of a bundle by name, with the number that each gets anew whenever it becomes satisfied. */
    Map<String, Long> components(Bundle bundle) {
        Map<String, Long> found = new TreeMap<>();
        configurations(bundle)
                .filter(configuration -> (configuration.state & SATISFIED) != 0)
                .forEach(configuration -> found.put(configuration.description.name, configuration.id));
        return found;
    }

    /** The components of a bundle that are not satisfied, a line each that says what they wait for. */
    List<String> unsatisfied(Bundle bundle) {
        List<String> lines = new ArrayList<>();
        configurations(bundle)
                .filter(configuration -> (configuration.state & SATISFIED) == 0)
                .forEach(configuration -> lines.add(configuration.description.name + " waits for "
                        + Arrays.stream(configuration.unsatisfiedReferences)
                                .map(reference -> reference.name + " " + reference.target)
                                .toList()
                        + (configuration.failure == null ? "" : ", failed: " + configuration.failure)));
        return lines;
    }

    /** The names of the components of a bundle that lack nothing but a condition of the daemon's state. */
    List<String> gated(Bundle bundle) {
        return configurations(bundle)
                .filter(configuration -> configuration.unsatisfiedReferences.length == 1)
                .filter(configuration -> configuration.unsatisfiedReferences[0].name.equals(GATE)
                        && configuration.unsatisfiedReferences[0].target.contains("=jcharon."))
                .map(configuration -> configuration.description.name)
                .toList();
    }

    /** Those satisfied components of a bundle that do not come and go with the daemon's readiness. */
    Map<String, Long> ungatedComponents(Bundle bundle) {
        Map<String, Long> found = components(bundle);
        descriptions(bundle)
                .filter(description -> READY.equals(description.properties.get(GATE + ".target")))
                .forEach(description -> found.remove(description.name));
        return found;
    }

    /** The names of all components that a started bundle declares. */
    List<String> declared(Bundle bundle) {
        return descriptions(bundle)
                .map(description -> description.name)
                .sorted()
                .toList();
    }

    /** The types of the services that a bundle has registered, a line for each service. */
    static List<String> services(Bundle bundle) {
        ServiceReference<?>[] registered = bundle.getRegisteredServices();
        return registered == null
                ? List.of()
                : Arrays.stream(registered)
                        .map(reference -> String.join(",", (String[]) reference.getProperty(Constants.OBJECTCLASS)))
                        .sorted()
                        .toList();
    }

    private Stream<ComponentDescriptionDTO> descriptions(Bundle bundle) {
        return service(ServiceComponentRuntime.class).getComponentDescriptionDTOs(bundle).stream();
    }

    private Stream<ComponentConfigurationDTO> configurations(Bundle bundle) {
        ServiceComponentRuntime runtime = service(ServiceComponentRuntime.class);
        return descriptions(bundle).flatMap(description -> runtime.getComponentConfigurationDTOs(description).stream());
    }
}
