// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.lifecycle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.ConfigBackend;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.lifecycle.Obstacle;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.socket.IkeSocket;
import org.jcharon.api.socket.PacketSink;
import org.jcharon.core.manager.IkeSaManager;
import org.jcharon.core.settings.SettingsProblems;
import org.jcharon.core.trap.StartActions;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.Version;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.condition.Condition;

/** Registers the conditions {@code jcharon.configured} and {@code jcharon.ready}, the readiness report and the shutdown. */
@Component(
        immediate = true,
        service = {})
public final class LifecycleComponent {

    private static final Log LOG = Log.of("dmn");
    private static final Log LIB = Log.of("lib");
    // Together under the 5 s that the launcher gives, so that what is left is still destroyed in order.
    private static final Duration SHUTDOWN = Duration.ofSeconds(4);
    private static final Duration SHUTDOWN_LIMIT = Duration.ofMillis(4_900);

    private final BundleContext context;
    private final IkeSaManager manager;
    private final SettingsProblems settings;
    private final Readiness readiness;
    private final Map<String, ServiceRegistration<?>> registrations = new HashMap<>(); // guarded by itself
    private boolean closed; // guarded by registrations

    /** Begins to follow the services that the daemon needs; {@code startActions} are there once core is wired. */
    @Activate
    public LifecycleComponent(
            BundleContext context,
            @Reference(name = "processor") Processor processor,
            @Reference(name = "scheduler") Scheduler scheduler,
            @Reference(name = "manager") IkeSaManager manager,
            @Reference(name = "sink") PacketSink sink,
            @Reference(name = "settings") SettingsProblems settings,
            @Reference(name = "startActions") StartActions startActions) {
        this.context = context;
        this.settings = settings;
        this.manager = manager;
        Version version = context.getBundle().getVersion();
        LOG.control(
                "Starting IKE charon daemon (jcharon {}.{}.{}, {} {}, {})",
                version.getMajor(),
                version.getMinor(),
                version.getMicro(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch"));
        LIB.control("loaded plugins: charon {}", plugins(context));
        this.readiness = new Readiness(processor, scheduler, sink, on -> condition("jcharon.configured", on), on -> {
            condition("jcharon.ready", on);
            if (on) {
                startActions.run();
            }
        });
        Supplier<List<String>> report = this::report;
        register(Supplier.class, report, "jcharon.readiness");
        Runnable shutdown = this::shutdown;
        register(Runnable.class, shutdown, "jcharon.shutdown");
    }

    /** Those that are there; some of them start after core. */
    private static String plugins(BundleContext context) {
        return Arrays.stream(context.getBundles())
                .map(bundle -> bundle.adapt(BundleRevision.class))
                .filter(Objects::nonNull)
                .flatMap(revision -> revision.getDeclaredCapabilities("jcharon.plugin").stream())
                .map(plugin -> String.valueOf(plugin.getAttributes().get("jcharon.plugin")))
                .collect(Collectors.joining(" "));
    }

    /** Withdraws everything. */
    @Deactivate
    void deactivate() {
        readiness.close();
        List<ServiceRegistration<?>> all;
        synchronized (registrations) {
            closed = true;
            all = new ArrayList<>(registrations.values());
            registrations.clear();
        }
        all.forEach(ServiceRegistration::unregister);
    }

    @Reference(name = "backend", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addBackend(ConfigBackend backend) {
        readiness.add(backend);
    }

    void removeBackend(ConfigBackend backend) {
        readiness.remove(backend);
    }

    @Reference(name = "socket", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addSocket(IkeSocket socket) {
        readiness.add(socket);
    }

    void removeSocket(IkeSocket socket) {
        readiness.remove(socket);
    }

    @Reference(name = "ipsec", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addIpsec(KernelIpsec kernel) {
        readiness.add(kernel);
    }

    void removeIpsec(KernelIpsec kernel) {
        readiness.remove(kernel);
    }

    @Reference(name = "net", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addNet(KernelNet kernel) {
        readiness.add(kernel);
    }

    void removeNet(KernelNet kernel) {
        readiness.remove(kernel);
    }

    @Reference(name = "obstacle", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addObstacle(Obstacle obstacle) {
        readiness.add(obstacle);
    }

    void removeObstacle(Obstacle obstacle) {
        readiness.remove(obstacle);
    }

    private List<String> report() {
        List<String> missing = new ArrayList<>(readiness.missing());
        settings.problems().forEach(problem -> missing.add("settings: " + problem));
        return missing;
    }

    /** Ends all IKE_SAs, in at most 5 s; called by the launcher while every bundle is active. */
    private void shutdown() {
        try {
            manager.shutdown(SHUTDOWN).toCompletableFuture().get(SHUTDOWN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.error("shutdown was not completed: {}", e.toString());
        }
    }

    private void condition(String id, boolean on) {
        if (on) {
            ServiceRegistration<?> registration = context.registerService(
                    Condition.class, Condition.INSTANCE, properties(Condition.CONDITION_ID, id));
            keep(id, registration);
            return;
        }
        ServiceRegistration<?> registration;
        synchronized (registrations) {
            registration = registrations.remove(id);
        }
        if (registration != null) {
            registration.unregister();
        }
    }

    private <T> void register(Class<T> type, T service, String mark) {
        keep(mark, context.registerService(type, service, properties(mark, true)));
    }

    private void keep(String key, ServiceRegistration<?> registration) {
        boolean late;
        synchronized (registrations) {
            late = closed;
            if (!late) {
                registrations.put(key, registration);
            }
        }
        if (late) {
            registration.unregister();
        }
    }

    private static Dictionary<String, Object> properties(String key, Object value) {
        return FrameworkUtil.asDictionary(Map.of(key, value));
    }
}
