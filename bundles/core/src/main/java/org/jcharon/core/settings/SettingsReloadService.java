// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.settings;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jcharon.api.bus.Bus;
import org.jcharon.api.bus.Log;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.settings.SettingsListener;
import org.jcharon.api.settings.SettingsReload;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Reads the settings again, for the launcher on SIGHUP and for whoever has {@link SettingsReload}, and warns of unknown keys whenever
 * they were read, the first time in a job off the way of the start. Any thread.
 */
@Component(
        service = {SettingsReload.class, Runnable.class},
        property = "jcharon.reload:Boolean=true",
        immediate = true)
public final class SettingsReloadService implements SettingsReload, Runnable {

    private static final Log LOG = Log.of("cfg");
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    // One reads, the others wait for it.
    private static final int QUEUED = 4;
    private static final String PLUGIN = "jcharon.plugin";

    private final SettingsService settings;
    private final Processor processor;
    private final Bus bus;
    private final Predicate<String> installed;
    private final List<SettingsListener> listeners = new CopyOnWriteArrayList<>();
    private final Object reloading = new Object();

    /** Has the keys checked. */
    @Activate
    public SettingsReloadService(
            BundleContext context,
            @Reference(name = "settings") SettingsService settings,
            @Reference(name = "processor") Processor processor,
            @Reference(name = "bus") Bus bus) {
        this(settings, processor, bus, name -> isInstalled(context, name));
    }

    /** For use without a framework; {@code installed} knows the names of plugins. */
    SettingsReloadService(SettingsService settings, Processor processor, Bus bus, Predicate<String> installed) {
        this.settings = settings;
        this.processor = processor;
        this.bus = bus;
        this.installed = installed;
        processor.execute(Job.of("check keys of settings", Priority.LOW, this::checkKeys));
    }

    @Reference(name = "listener", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addListener(SettingsListener listener) {
        listeners.add(listener);
    }

    void removeListener(SettingsListener listener) {
        listeners.remove(listener);
    }

    @Override
    public CompletionStage<Optional<String>> reload() {
        return processor.blocking("settings", QUEUED, DEADLINE, this::reloadNow);
    }

    /** Reloads in the launcher's thread. */
    @Override
    public void run() {
        reloadNow();
    }

    private Optional<String> reloadNow() {
        synchronized (reloading) { // a leaf for all but listeners, which may reload nothing themselves
            Optional<String> problem = settings.reload();
            if (problem.isPresent()) {
                LOG.error("{}", problem.get());
                LOG.control("settings stay as they were");
                return problem;
            }
            checkKeys();
            listeners.forEach(SettingsReloadService::tell);
            bus.logLevelsChanged();
            LOG.control("settings were read again");
            return problem;
        }
    }

    private static void tell(SettingsListener listener) {
        try {
            listener.settingsChanged();
        } catch (RuntimeException | LinkageError e) { // a plugin's fault, or it left just now
            LOG.error("{} does not follow the settings: {}", listener.getClass().getName(), e.toString());
        }
    }

    private void checkKeys() {
        KeyCheck check = new KeyCheck(installed).check(settings.root(), KnownKeys.read());
        check.unknown().forEach(line -> LOG.control("{}", line));
        check.withoutEffect().forEach(line -> LOG.more("{}", line));
    }

    private static boolean isInstalled(BundleContext context, String name) {
        return Arrays.stream(context.getBundles())
                .map(bundle -> bundle.adapt(BundleRevision.class))
                .filter(revision -> revision != null)
                .flatMap(revision -> revision.getDeclaredCapabilities(PLUGIN).stream())
                .anyMatch(capability -> name.equals(capability.getAttributes().get(PLUGIN)));
    }
}
