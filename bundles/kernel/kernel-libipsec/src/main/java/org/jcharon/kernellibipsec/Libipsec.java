// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.kernel.KernelEvents;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelHandover;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelRegistry;
import org.jcharon.api.lifecycle.Obstacle;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.settings.SettingsListener;
import org.jcharon.api.socket.EspReceiver;
import org.jcharon.api.socket.EspSender;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.linux.Linux;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Userland IPsec. Services are registered by hand, once the device is open: where it cannot be opened there is one line in the log
 * instead of a failed component, and nobody sees a kernel interface that does not work.
 */
@Component(immediate = true, service = SettingsListener.class)
public final class Libipsec implements SettingsListener {

    private static final String PLUGIN = "kernel-libipsec";
    private static final String PREFIX = "charon.plugins." + PLUGIN + ".";
    private static final String MEMORY = "memory";
    private static final Duration PARKED = Duration.ofSeconds(10);
    private static final int RANKING = 100;
    private static final Log LOG = Log.of("knl");

    private final Linux linux;
    private final Scheduler scheduler;
    private final KernelHandover handover;
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final Settings settings;
    private final String deviceName;
    private final PacketDevice device;
    private RawEsp plain;
    private LibipsecKernel kernel;
    private Dispatcher reader;

    /** Opens the device and, if that works, begins. */
    @Activate
    public Libipsec(
            BundleContext context,
            @Reference(name = "linux") Linux linux,
            @Reference(name = "crypto") CryptoRegistry crypto,
            @Reference(name = "registry") KernelRegistry registry,
            @Reference(name = "events") KernelEvents events,
            @Reference(name = "handover") KernelHandover handover,
            @Reference(name = "sender") EspSender sender,
            @Reference(name = "processor") Processor processor,
            @Reference(name = "scheduler") Scheduler scheduler,
            @Reference(name = "time") TimeSource time,
            @Reference(name = "settings") Settings settings) {
        this.linux = linux;
        this.scheduler = scheduler;
        this.handover = handover;
        this.settings = settings;
        this.deviceName = deviceName(settings);
        this.device = open(context, deviceName);
        if (device == null) {
            return;
        }
        this.plain = device instanceof TunPacketDevice ? RawEsp.open(linux) : null;
        DataPlane plane = new DataPlane(device, sender, plain, events, time);
        SaFactory factory = new SaFactory(crypto, time, plane.inboundPolicies::anyOf);
        Routes routes = new Routes(registry, device.name(), () -> settings.flag(PREFIX + "allow_peer_ts", false));
        this.kernel = new LibipsecKernel(plane, factory, crypto, scheduler, routes, plain != null);
        takeOver(factory);
        this.reader = processor.dispatcher("esp-tun", plane::pump, device::wake);
        if (plain != null) {
            plain.start(processor, plane);
        }
        register(context, plane);
        LOG.control("userland IPsec on {}", device.name().isEmpty() ? "a device in memory" : device.name());
    }

    private static String deviceName(Settings settings) {
        return settings.get(PREFIX + "device", "ipsec%d");
    }

    /** Whoever needs a value asks for it anew, but for the device, over which packets go at this moment. */
    @Override
    public void settingsChanged() {
        if (!deviceName(settings).equals(deviceName)) {
            LOG.control("changed, but not taken over before {} is restarted: [{}device]", PLUGIN, PREFIX);
        }
    }

    private PacketDevice open(BundleContext context, String name) {
        if (name.equals(MEMORY)) {
            return new MemoryDevice();
        }
        try {
            return TunPacketDevice.open(linux, name);
        } catch (IOException e) {
            String why = e.getMessage() + "; or set " + PREFIX + "device = memory to try without a device";
            LOG.error("no userland IPsec: {}", why);
            registrations.add(context.registerService(
                    Obstacle.class, new Obstacle(Obstacle.What.IPSEC, PLUGIN + ": " + why), null));
            return null;
        }
    }

    // Without its SAs the predecessor's peers notice by dead peer detection; new ones work in any case.
    private void takeOver(SaFactory factory) {
        Optional<Secret> left = handover.take(PLUGIN, StateCodec.VERSION);
        if (left.isEmpty()) {
            return;
        }
        try (Secret octets = left.get()) {
            State state = StateCodec.decode(octets, factory);
            kernel.attach(state);
            LOG.control(
                    "took {} SAs and {} policies over",
                    state.sas().size(),
                    state.policies().size());
        } catch (IOException | KernelException e) {
            LOG.error("SAs of the version before are lost: {}", e.getMessage());
        }
    }

    private void register(BundleContext context, DataPlane plane) {
        registrations.add(context.registerService(EspReceiver.class, plane, null));
        registrations.add(context.registerService(
                KernelIpsec.class, kernel, FrameworkUtil.asDictionary(Map.of("service.ranking", RANKING))));
        registrations.add(context.registerService(
                EspCommands.class,
                new EspCommands(device, plane, kernel),
                FrameworkUtil.asDictionary(
                        Map.of("osgi.command.scope", "esp", "osgi.command.function", EspCommands.FUNCTIONS))));
    }

    /** Stops the packets, then leaves SAs, policies and device to a successor. */
    @Deactivate
    public void deactivate() {
        for (int i = registrations.size() - 1; i >= 0; i--) {
            registrations.get(i).unregister();
        }
        registrations.clear();
        if (device == null) {
            return;
        }
        reader.close();
        if (plain != null) {
            plain.close();
        }
        handover.deposit(PLUGIN, StateCodec.VERSION, StateCodec.encode(kernel.detach()));
        if (device instanceof TunPacketDevice tun) {
            // The timer holds nothing of this bundle.
            scheduler.schedule(Job.of("close parked device", Priority.LOW, tun.park(linux)), PARKED);
        } else {
            device.close();
        }
    }
}
