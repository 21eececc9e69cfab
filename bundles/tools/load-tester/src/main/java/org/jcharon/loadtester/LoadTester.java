// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.felix.service.command.Function;
import org.jcharon.api.attribute.AttributeProvider;
import org.jcharon.api.bus.AlertListener;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.ConfigBackend;
import org.jcharon.api.control.Controller;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.CredentialSet;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.settings.Settings;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.condition.Condition;

/**
 * Does nothing unless it is enabled, since it answers everybody who knows its key. Then it registers its connections, credentials and
 * kernel by hand and, with {@code initiators}, begins as soon as the daemon is ready; {@code ike:load-test} begins too.
 */
@Component(
        immediate = true,
        service = {})
public final class LoadTester {

    /** strongSwan's kind of the alert that {@link AlertListener} hears for each retransmission. */
    static final String RETRANSMIT = "retransmit-send";

    private static final Log LOG = Log.of("cfg");
    private static final int FAKE_RANKING = 1_000;

    private final Controller controller;
    private final Processor processor;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final LoadSettings settings;
    private final LoadBackend backend;
    private final LongAdder retransmits = new LongAdder();
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private LoadRun run; // guarded by this
    private boolean started; // guarded by this
    private boolean closed; // guarded by this

    /** Registers what is enabled, or logs why not. */
    @Activate
    public LoadTester(
            BundleContext context,
            @Reference(name = "controller") Controller controller,
            @Reference(name = "credentials") CredentialManager credentials,
            @Reference(name = "crypto") CryptoRegistry crypto,
            @Reference(name = "processor") Processor processor,
            @Reference(name = "scheduler") Scheduler scheduler,
            @Reference(name = "time") TimeSource time,
            @Reference(name = "settings") Settings configured) {
        this.controller = controller;
        this.processor = processor;
        this.scheduler = scheduler;
        this.time = time;
        LoadSettings read = null;
        try {
            read = LoadSettings.from(configured);
        } catch (IllegalStateException e) {
            LOG.error("no load test: {}", e.getMessage());
        }
        this.settings = read;
        if (read == null || !read.enabled()) {
            this.backend = null;
            return;
        }
        this.backend = new LoadBackend(read, crypto, credentials, time);
        register(context, read.fakeKernel());
    }

    private void register(BundleContext context, boolean fakeKernel) {
        Map<String, Object> ranking = Map.of("service.ranking", FAKE_RANKING);
        if (fakeKernel) {
            registrations.add(context.registerService(
                    KernelIpsec.class, new FakeKernelIpsec(), FrameworkUtil.asDictionary(ranking)));
            registrations.add(
                    context.registerService(KernelNet.class, new FakeKernelNet(), FrameworkUtil.asDictionary(ranking)));
        }
        AlertListener counter = (ikeSa, kind, text) -> {
            if (kind.equals(RETRANSMIT)) {
                retransmits.increment();
            }
        };
        registrations.add(context.registerService(AlertListener.class, counter, null));
        registrations.add(context.registerService(
                Function.class,
                new LoadCommand(this),
                FrameworkUtil.asDictionary(Map.of("osgi.command.scope", "ike", "osgi.command.function", "load-test"))));
        registrations.add(context.registerService(
                new String[] {
                    ConfigBackend.class.getName(), CredentialSet.class.getName(), AttributeProvider.class.getName()
                },
                backend,
                null));
        LOG.control("load-tester enabled: {}; never do that where strangers can reach this daemon", settings);
    }

    /** The daemon can work: begins the run that is configured, once. */
    @Reference(
            name = "ready",
            service = Condition.class,
            target = "(osgi.condition.id=jcharon.ready)",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC)
    void ready(Condition condition) {
        if (backend == null || settings.initiators() == 0) {
            return;
        }
        synchronized (this) {
            if (started) {
                return;
            }
            started = true;
        }
        begin(settings.plan()).done().whenComplete((figures, failure) -> {
            if (failure == null) {
                LOG.control("load test done: {}", Json.of(report(figures)));
            }
        });
    }

    /** Nothing is withdrawn: what runs goes on. */
    void unready(Condition condition) {
        LOG.more("not ready: the load test may fail");
    }

    /** Settings that commands start from. */
    LoadSettings settings() {
        return settings;
    }

    /** The run that is under way or was last; null if there was none. */
    synchronized LoadRun current() {
        return run;
    }

    /** Begins a run. Throws {@link IllegalStateException} if there is one that has not ended. */
    LoadRun begin(LoadPlan plan) {
        LoadRun fresh;
        synchronized (this) {
            if (closed || (run != null && !run.done().toCompletableFuture().isDone())) {
                throw new IllegalStateException(closed ? "the plugin leaves" : "a load test is under way");
            }
            fresh = new LoadRun(plan, connections(), controller, processor, scheduler, time);
            run = fresh;
        }
        fresh.start();
        return fresh;
    }

    private LoadRun.Connections connections() {
        return new LoadRun.Connections() {
            @Override
            public String offer(int initiator, int children) {
                return backend.offer(initiator, children);
            }

            @Override
            public void withdraw(String name) {
                backend.withdraw(name);
            }
        };
    }

    /** Begins to close what load tests made. */
    LoadClosing closing(int concurrent) {
        return new LoadClosing(controller, processor, time, concurrent);
    }

    /** A run's figures and what the process needs now. */
    Map<String, Object> report(LoadFigures figures) {
        Map<String, Object> values = new LinkedHashMap<>(figures.values());
        values.putAll(status());
        return values;
    }

    /** What the process holds and needs now. */
    Map<String, Object> status() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("retransmits", retransmits.sum());
        values.putAll(ProcessFigures.take(controller));
        return values;
    }

    /** Begins nothing more and takes the services away; IKE_SAs stay. */
    @Deactivate
    void deactivate() {
        LoadRun last;
        synchronized (this) {
            closed = true;
            last = run;
        }
        if (last != null) {
            last.close();
        }
        for (int i = registrations.size() - 1; i >= 0; i--) {
            registrations.get(i).unregister();
        }
        registrations.clear();
        if (backend != null) {
            backend.close();
        }
    }
}
