// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.daemon;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jcharon.api.attribute.AttributeManager;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.IkeCounters;
import org.jcharon.api.control.RedirectProvider;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.kernel.KernelRegistry;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.settings.SettingsListener;
import org.jcharon.core.attribute.Leases;
import org.jcharon.core.bus.BusService;
import org.jcharon.core.child.ChildNumbers;
import org.jcharon.core.config.BackendManagerService;
import org.jcharon.core.control.Attempts;
import org.jcharon.core.control.ControllerService;
import org.jcharon.core.control.InitiatorEnds;
import org.jcharon.core.control.Reconnections;
import org.jcharon.core.control.Redirects;
import org.jcharon.core.control.Traces;
import org.jcharon.core.credential.CredentialManagerService;
import org.jcharon.core.crypto.DefaultProposals;
import org.jcharon.core.kernel.KernelEventsService;
import org.jcharon.core.manager.DropCounters;
import org.jcharon.core.manager.DropReason;
import org.jcharon.core.manager.IkeSaManager;
import org.jcharon.core.network.InitLimits;
import org.jcharon.core.network.Sender;
import org.jcharon.core.plugin.Whiteboard;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeServices;
import org.jcharon.core.sa.IkeSettings;
import org.jcharon.core.sa.Ports;
import org.jcharon.core.trap.StartActions;
import org.jcharon.core.trap.TrapManager;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Makes the daemon out of core's parts: once it is active, requests are answered and the {@link Controller} is registered. */
@Component(immediate = true, service = SettingsListener.class)
public final class DaemonComponent implements SettingsListener {

    private final Settings settings;
    private final IkeSaManager manager;
    private final BackendManagerService backends;
    private final Whiteboard<RedirectProvider> redirects = new Whiteboard<>("redirect provider");
    private final Whiteboard<IkeCounters> counters = new Whiteboard<>("IKE counters");
    private final KernelEventsService kernelEvents;
    private final TrapManager traps;
    private final ServiceRegistration<StartActions> startActions;
    private final ServiceRegistration<Controller> registration;
    private volatile IkeSettings ikeSettings; // publishes what was read last

    /** Wires everything. */
    @Activate
    public DaemonComponent(
            BundleContext context,
            @Reference(name = "crypto") CryptoRegistry crypto,
            @Reference(name = "credentials") CredentialManagerService credentials,
            @Reference(name = "backends") BackendManagerService backends,
            @Reference(name = "attributes") AttributeManager attributes,
            @Reference(name = "kernel") KernelRegistry kernel,
            @Reference(name = "kernelEvents") KernelEventsService kernelEvents,
            @Reference(name = "manager") IkeSaManager manager,
            @Reference(name = "processor") Processor processor,
            @Reference(name = "scheduler") Scheduler scheduler,
            @Reference(name = "time") TimeSource time,
            @Reference(name = "settings") Settings settings,
            @Reference(name = "sender") Sender sender,
            @Reference(name = "bus") BusService bus,
            @Reference(name = "drops") DropCounters drops) {
        this.settings = settings;
        this.manager = manager;
        this.kernelEvents = kernelEvents;
        DefaultProposals defaults = new DefaultProposals(crypto);
        this.ikeSettings = IkeSettings.read(settings);
        Attempts attempts = new Attempts(time);
        Traces traces = new Traces();
        InitiatorEnds ends = new InitiatorEnds(processor, kernel, () -> sender.port(ikeSettings.portIke()));
        ChildNumbers numbers = new ChildNumbers((int) settings.number("charon.reqid_base", 1));
        traps = new TrapManager(kernel, numbers, ends);
        Reconnections reconnections = new Reconnections(manager, ends, traps);
        IkeServices services = new IkeServices(
                crypto,
                new CredentialSource(credentials, time),
                new Connections(backends),
                new Leases(attributes),
                kernel,
                manager,
                scheduler,
                time,
                () -> ikeSettings,
                new BusEvents(bus, attempts, traces),
                sender::send,
                packet -> sender.sendKeepalive(packet.source(), packet.destination()),
                defaults::ike,
                defaults::esp,
                () -> sender.natPort(Ports.NAT),
                numbers,
                reconnections,
                new Redirects(redirects));
        reconnections.services(services);
        manager.factory((id, first) -> new IkeSa(id, services, first.destination(), first.source()));
        ControllerService controller = new ControllerService(
                services,
                backends,
                ends,
                (listener, wanted) -> stream(bus, listener, wanted),
                traps,
                attempts,
                traces,
                () -> isLimited(InitLimits.of(settings), manager, processor),
                new DaemonFacts(
                        context,
                        counters,
                        time.now(),
                        () -> statistics(manager, numbers, processor, scheduler, kernel, drops, sender)));
        kernelEvents.handler(new KernelReactions(services, traps, controller, drops));
        StartActions actions = new StartActions(backends, controller, traps);
        backends.listener(actions);
        this.backends = backends;
        startActions = context.registerService(StartActions.class, actions, null);
        registration = context.registerService(Controller.class, controller, null);
    }

    /** A plugin counts. */
    @Reference(
            name = "counters",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeCounters")
    void addCounters(IkeCounters plugin, Map<String, Object> properties) {
        counters.add(plugin, properties);
    }

    void removeCounters(IkeCounters plugin) {
        counters.remove(plugin);
    }

    /** A plugin sends clients to other gateways. */
    @Reference(
            name = "redirects",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeRedirects")
    void addRedirects(RedirectProvider plugin, Map<String, Object> properties) {
        redirects.add(plugin, properties);
    }

    void removeRedirects(RedirectProvider plugin) {
        redirects.remove(plugin);
    }

    private static boolean isLimited(InitLimits limits, IkeSaManager manager, Processor processor) {
        int jobs = 0;
        for (Priority priority : Priority.values()) {
            jobs += processor.queued(priority);
        }
        return (limits.halfOpen() > 0 && manager.halfOpen() >= limits.halfOpen())
                || (limits.jobLoad() > 0 && jobs >= limits.jobLoad());
    }

    private static Runnable stream(BusService bus, LogListener listener, LongPredicate wanted) {
        bus.stream(listener, tag -> {
            long id = BusService.uniqueId(tag);
            return id != 0 && wanted.test(id);
        });
        return () -> bus.removeListener(listener);
    }

    private static Map<String, Long> statistics(
            IkeSaManager manager,
            ChildNumbers numbers,
            Processor processor,
            Scheduler scheduler,
            KernelRegistry kernel,
            DropCounters drops,
            Sender sender) {
        Map<String, Long> values = new TreeMap<>();
        values.put("ikesas.total", (long) manager.size());
        values.put("ikesas.half-open", (long) manager.halfOpen());
        values.put("reqids", (long) numbers.size());
        values.put("sockets.port", (long) sender.port(0));
        values.put("sockets.nat-port", (long) sender.natPort(0));
        values.put("workers.total", (long) processor.threads());
        values.put("workers.idle", (long) processor.idleThreads());
        for (Priority priority : Priority.values()) {
            values.put("queues." + name(priority), (long) processor.queued(priority));
            values.put("workers.active." + name(priority), (long) processor.active(priority));
        }
        values.put("scheduled", (long) scheduler.size());
        kernel.ipsec().ifPresent(ipsec -> {
            values.put("kernel.sas", (long) ipsec.saCount());
            values.put("kernel.policies", (long) ipsec.policyCount());
        });
        for (DropReason reason : DropReason.values()) {
            values.put("drops." + name(reason), drops.of(reason));
        }
        return values;
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** New IKE_SAs follow; those that there are keep what they began with. */
    @Override
    public void settingsChanged() {
        ikeSettings = IkeSettings.read(settings);
        manager.limit((int) settings.number("charon.ikesa_limit", 0));
    }

    /** No more requests are answered. */
    @Deactivate
    void deactivate() {
        registration.unregister();
        startActions.unregister();
        backends.listener(null);
        traps.close();
        manager.factory(null);
        kernelEvents.handler(null);
    }
}
