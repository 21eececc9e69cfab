// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Whether core declared the daemon ready, and if not, what is missing. Any thread. */
final class Readiness {
    private static final String READY =
            "(&(objectClass=org.osgi.service.condition.Condition)(osgi.condition.id=jcharon.ready))";
    private static final String REPORT = "(jcharon.readiness=true)";
    private static final int MAX_REASON = 300;

    private final BundleContext context;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    private Readiness(BundleContext context) {
        this.context = context;
    }

    static Readiness watch(BundleContext context) throws LaunchException {
        Readiness readiness = new Readiness(context);
        try {
            context.addServiceListener(readiness::serviceChanged, READY);
            context.addFrameworkListener(event -> readiness.signal());
        } catch (InvalidSyntaxException e) {
            throw new LaunchException(READY + ": " + e.getMessage(), e);
        }
        return readiness;
    }

    private void serviceChanged(ServiceEvent event) {
        signal();
    }

    private void signal() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isReady() {
        return !references(null, READY).isEmpty();
    }

    /** Waits until ready, at most the time given; returns whether it is. */
    boolean await(long time, TimeUnit unit) throws InterruptedException {
        long left = unit.toNanos(time);
        lock.lock();
        try {
            while (!isReady() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
        return isReady();
    }

    /** Waits until all bundles have been started, at most the time given: the daemon may be ready before its commands are there. */
    void awaitStarted(long time, TimeUnit unit) throws InterruptedException {
        FrameworkStartLevel levels =
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkStartLevel.class);
        long left = unit.toNanos(time);
        lock.lock();
        try {
            while (levels.getStartLevel() < Container.START_LEVEL && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What is missing, one line each; empty when nothing is known to be. */
    List<String> missing() {
        List<String> lines = new ArrayList<>();
        FrameworkStartLevel levels =
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkStartLevel.class);
        if (levels.getStartLevel() < Container.START_LEVEL) {
            // most of what follows would be about bundles whose turn has not come
            return List.of(
                    "bundles are being started: level " + levels.getStartLevel() + " of " + Container.START_LEVEL);
        }
        for (Bundle bundle : context.getBundles()) {
            boolean wanted = bundle.adapt(BundleStartLevel.class) != null
                    && bundle.getHeaders().get("Fragment-Host") == null
                    && bundle.adapt(BundleStartLevel.class).isPersistentlyStarted();
            if (wanted && bundle.getState() != Bundle.ACTIVE) {
                lines.add("bundle " + bundle.getSymbolicName() + " is " + state(bundle.getState())
                        + ", see the log for the reason");
            }
        }
        for (ServiceReference<?> ref : references(ServiceComponentRuntime.class.getName(), null)) {
            if (context.getService(ref) instanceof ServiceComponentRuntime runtime) {
                Set<String> offered = offered(runtime);
                runtime.getComponentDescriptionDTOs().forEach(d -> component(runtime, d, offered, lines));
                context.ungetService(ref);
            }
        }
        if (references(Supplier.class.getName(), REPORT).isEmpty()) {
            lines.add("core does not run: no service reports readiness");
        }
        lines.addAll(complaints());
        return lines;
    }

    /** What core says is missing or wrong, one line each; there may be something although the daemon is ready. */
    List<String> complaints() {
        List<String> lines = new ArrayList<>();
        for (ServiceReference<?> ref : references(Supplier.class.getName(), REPORT)) {
            if (context.getService(ref) instanceof Supplier<?> supplier) {
                core(supplier, lines);
                context.ungetService(ref);
            }
        }
        return lines;
    }

    /** What the components of one bundle lack, one line each. */
    List<String> unsatisfied(Bundle bundle) {
        List<String> lines = new ArrayList<>();
        for (ServiceReference<?> ref : references(ServiceComponentRuntime.class.getName(), null)) {
            if (context.getService(ref) instanceof ServiceComponentRuntime runtime) {
                Set<String> offered = offered(runtime);
                runtime.getComponentDescriptionDTOs(bundle).forEach(d -> component(runtime, d, offered, lines));
                context.ungetService(ref);
            }
        }
        return lines;
    }

    private static Set<String> offered(ServiceComponentRuntime runtime) {
        Set<String> offered = new HashSet<>();
        runtime.getComponentDescriptionDTOs().forEach(d -> offered.addAll(List.of(d.serviceInterfaces)));
        return offered;
    }

    private static void core(Supplier<?> supplier, List<String> lines) {
        try {
            if (supplier.get() instanceof List<?> reasons) {
                reasons.forEach(r -> lines.add(String.valueOf(r)));
            }
        } catch (RuntimeException | LinkageError e) { // core may be leaving just now
            lines.add("core cannot tell what is missing: " + e);
        }
    }

    private static void component(
            ServiceComponentRuntime runtime,
            ComponentDescriptionDTO description,
            Set<String> offered,
            List<String> lines) {
        for (ComponentConfigurationDTO configuration : runtime.getComponentConfigurationDTOs(description)) {
            String name = "component " + description.name + " of " + description.bundle.symbolicName;
            switch (configuration.state) {
                case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION ->
                    lines.add(name + " waits for configuration " + String.join(", ", description.configurationPid));
                case ComponentConfigurationDTO.UNSATISFIED_REFERENCE -> {
                    if (waitsForCoreOnly(configuration)) {
                        continue; // core says itself what it lacks
                    }
                    lines.add(name + " waits for "
                            + Arrays.stream(configuration.unsatisfiedReferences)
                                    .map(missing -> reference(description, missing, offered))
                                    .collect(Collectors.joining(", ")));
                }
                case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                    lines.add(name + " failed: " + firstLine(configuration.failure));
                default -> {
                    // satisfied or active
                }
            }
        }
    }

    private static boolean waitsForCoreOnly(ComponentConfigurationDTO configuration) {
        return Arrays.stream(configuration.unsatisfiedReferences)
                .allMatch(missing -> missing.target != null && missing.target.contains("osgi.condition.id=jcharon."));
    }

    /** The service that a reference lacks; said to be offered by nobody, it is where to look first. */
    private static String reference(
            ComponentDescriptionDTO description, UnsatisfiedReferenceDTO missing, Set<String> offered) {
        String type = Arrays.stream(description.references)
                .filter(r -> r.name.equals(missing.name))
                .map(r -> r.interfaceName)
                .findFirst()
                .orElse(missing.name);
        boolean condition = type.equals("org.osgi.service.condition.Condition");
        return type
                + (missing.target == null ? "" : " with " + missing.target)
                + (condition || offered.contains(type) ? "" : " (no bundle offers it)");
    }

    /** Of a printed stack the line that says what happened: the innermost cause. */
    static String firstLine(String failure) {
        if (failure == null) {
            return "no reason given";
        }
        String found = failure.lines().findFirst().orElse("");
        for (String line : failure.lines().toList()) {
            if (line.startsWith("Caused by: ")) {
                found = line.substring("Caused by: ".length());
            }
        }
        return found.length() > MAX_REASON ? found.substring(0, MAX_REASON) + "…" : found;
    }

    private static String state(int state) {
        return switch (state) {
            case Bundle.INSTALLED -> "not resolved";
            case Bundle.RESOLVED -> "not started";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            default -> "gone";
        };
    }

    private Collection<ServiceReference<?>> references(String type, String filter) {
        try {
            ServiceReference<?>[] found = context.getServiceReferences(type, filter);
            return found == null ? List.of() : List.of(found);
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException(filter, e); // filters are constants of this class
        } catch (IllegalStateException e) {
            return List.of(); // the framework has stopped
        }
    }
}
