// SPDX-License-Identifier: Apache-2.0
package org.jcharon.syslog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.settings.SettingsListener;
import org.jcharon.lib.linux.Linux;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Writes the log to the syslogs of {@code charon.syslog}; without a facility there, audit lines to {@code authpriv} and the others to
 * {@code daemon}, as charon does. Called by the bus, off the threads that log. A reload keeps what waits for a syslog that stays.
 */
@Component(
        service = {LogListener.class, SettingsListener.class},
        immediate = true)
public final class SyslogLogger implements LogListener, SettingsListener {

    private static final Log LOG = Log.of("lib");
    private static final Path LOCAL = Path.of("/dev/log");
    private static final String IDENTIFIER = "charon";

    private record Sink(Options options, Target target) {}

    private final Settings settings;
    private final Linux linux;
    private final Processor processor;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final Path local;
    private final String host;
    private volatile Messages messages; // publishes the settings read last, as the next
    private volatile Map<String, Sink> sinks = Map.of();
    private final Map<Optional<Options.Server>, Target> targets = new HashMap<>(); // guarded by this

    /** Opens nothing yet. */
    @Activate
    public SyslogLogger(
            @Reference(name = "settings") Settings settings,
            @Reference(name = "linux") Linux linux,
            @Reference(name = "processor") Processor processor,
            @Reference(name = "scheduler") Scheduler scheduler,
            @Reference(name = "time") TimeSource time) {
        this(settings, linux, processor, scheduler, time, LOCAL);
    }

    SyslogLogger(
            Settings settings, Linux linux, Processor processor, Scheduler scheduler, TimeSource time, Path local) {
        this.settings = settings;
        this.linux = linux;
        this.processor = processor;
        this.scheduler = scheduler;
        this.time = time;
        this.local = local;
        this.host = hostName();
        settingsChanged();
    }

    @Override
    public synchronized void settingsChanged() {
        Map<String, Sink> old = sinks;
        Map<String, Sink> next = new LinkedHashMap<>();
        List<String> names = settings.sections("charon.syslog");
        String identifier = settings.get("charon.syslog.identifier", IDENTIFIER).replaceAll("[^\\x21-\\x7e]", "_");
        messages = new Messages(identifier, host, ProcessHandle.current().pid(), ZoneId.systemDefault());
        for (String name : names) {
            try {
                Options.read(settings, name)
                        .ifPresent(options -> next.put(name, new Sink(options, target(options.server()))));
            } catch (IllegalArgumentException e) {
                LOG.error("{}", e.getMessage());
                if (old.containsKey(name)) {
                    next.put(name, old.get(name));
                }
            }
        }
        if (names.isEmpty()) {
            next.put("daemon", new Sink(Options.standard(Options.DAEMON, 1), target(null)));
            next.put("authpriv", new Sink(Options.standard(Options.AUTHPRIV, 0), target(null)));
        }
        sinks = next;
        targets.values().removeIf(target -> {
            boolean unused = next.values().stream().noneMatch(sink -> sink.target() == target);
            if (unused) {
                target.close();
            }
            return unused;
        });
    }

    private Target target(Options.Server server) {
        return targets.computeIfAbsent(Optional.ofNullable(server), unused -> {
            Transport transport = server == null ? new LocalTransport(linux, local) : new RemoteTransport(server);
            return new Target(transport, processor, scheduler, lost -> loss(server, lost));
        });
    }

    private byte[] loss(Options.Server server, long lost) {
        Options options = Options.standard(Options.DAEMON, 1);
        String line = "00[LIB] " + lost + " messages were lost while syslog was away";
        return server == null
                ? messages.local(options.priority(1), time.now(), line)
                : messages.remote(options.priority(1), time.now(), "lib", line);
    }

    /** Gives what waits half a second to leave. */
    @Deactivate
    synchronized void deactivate() {
        sinks = Map.of();
        targets.values().forEach(Target::close);
        targets.clear();
    }

    @Override
    public int level(String group) {
        return sinks.values().stream()
                .mapToInt(sink -> sink.options().levels().of(group))
                .max()
                .orElse(-1);
    }

    @Override
    public void log(LogRecord record) {
        Messages form = messages;
        for (Sink sink : List.copyOf(sinks.values())) {
            Options options = sink.options();
            int level = options.levels().of(record.group());
            if (level < 0 || (record.level() > level && !record.isRaised())) {
                continue;
            }
            int priority = options.priority(record.level());
            List<byte[]> lines = new ArrayList<>();
            for (String line : Messages.lines(record, options)) {
                lines.add(
                        options.server() == null
                                ? form.local(priority, record.time(), line)
                                : form.remote(priority, record.time(), record.group(), line));
            }
            lines.forEach(sink.target()::log);
        }
    }

    /** Not by way of a name server, which may be what is broken. */
    private static String hostName() {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            return name.matches("[\\x21-\\x7e]{1,255}") ? name : "-";
        } catch (IOException e) {
            return "-";
        }
    }
}
