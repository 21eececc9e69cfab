// SPDX-License-Identifier: Apache-2.0
package org.jcharon.filelog;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jcharon.api.bus.Log;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.settings.SettingsListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Writes the log to the files of {@code charon.filelog}, or to {@code log/charon.log} under the base if none is configured. Called by
 * the bus, off the threads that log. Lines are flushed at once with {@code flush_line}, else within a fifth of a second. A file that
 * cannot be written is reported once and tried again with each record. A reload opens what is new or was moved away, and keeps a file
 * whose section is wrong as it is.
 */
@Component(
        service = {LogListener.class, SettingsListener.class},
        immediate = true)
public final class FileLogger implements LogListener, SettingsListener {

    private static final Log LOG = Log.of("lib");
    private static final Duration FLUSH_AFTER = Duration.ofMillis(200);

    private final Settings settings;
    private final Scheduler scheduler;
    private final Set<String> failed = ConcurrentHashMap.newKeySet();
    private volatile Map<String, LogFile> files = Map.of(); // publishes the files of the settings read last

    /** Opens the files. */
    @Activate
    public FileLogger(
            @Reference(name = "settings") Settings settings, @Reference(name = "scheduler") Scheduler scheduler) {
        this.settings = settings;
        this.scheduler = scheduler;
        settingsChanged();
    }

    @Override
    public synchronized void settingsChanged() {
        Path base = Path.of(settings.get("jcharon.base", "")).toAbsolutePath();
        ZoneId zone = ZoneId.systemDefault();
        Map<String, LogFile> old = files;
        Map<String, LogFile> next = new LinkedHashMap<>();
        List<String> names = settings.sections("charon.filelog");
        for (String name : names) {
            try {
                open(name, Options.read(settings, name, base, zone), old.get(name), next);
            } catch (IllegalArgumentException e) {
                LOG.error("{}", e.getMessage());
                if (old.containsKey(name)) {
                    next.put(name, old.get(name));
                }
            }
        }
        if (names.isEmpty() && settings.get("jcharon.base").isPresent()) {
            String name = "log/charon.log";
            open(name, Options.standard(base, zone), old.get(name), next);
        }
        files = next;
        failed.clear();
        old.forEach((name, file) -> {
            if (next.get(name) != file) {
                close(name, file);
            }
        });
    }

    private static void open(String name, Options options, LogFile old, Map<String, LogFile> next) {
        try {
            next.put(name, old != null && old.follow(options) ? old : new LogFile(options));
        } catch (IOException e) {
            LOG.error("log file {} cannot be opened: {}", options.path(), String.valueOf(e));
        }
    }

    /** Writes what waits and closes the files. */
    @Deactivate
    void deactivate() {
        files.forEach(this::close);
    }

    private void close(String name, LogFile file) {
        try {
            file.close();
        } catch (IOException e) {
            failure(name, file, e);
        }
    }

    @Override
    public int level(String group) {
        return files.values().stream()
                .mapToInt(file -> file.options().level(group))
                .max()
                .orElse(-1);
    }

    @Override
    public synchronized void log(LogRecord record) {
        List<Runnable> flushes = new ArrayList<>();
        for (Map.Entry<String, LogFile> entry : files.entrySet()) {
            LogFile file = entry.getValue();
            int level = file.options().level(record.group());
            if (level < 0 || (record.level() > level && !record.isRaised())) {
                continue;
            }
            try {
                if (file.write(record)) {
                    flushes.add(() -> flush(entry.getKey(), file));
                }
                failed.remove(entry.getKey());
            } catch (IOException e) {
                failure(entry.getKey(), file, e);
            }
        }
        flushes.forEach(flush -> scheduler.schedule(Job.of("flush log", Priority.LOW, flush), FLUSH_AFTER));
    }

    private void flush(String name, LogFile file) {
        try {
            file.flush();
        } catch (IOException e) {
            failure(name, file, e);
        }
    }

    private void failure(String name, LogFile file, IOException e) {
        if (failed.add(name)) {
            LOG.error("log file {} cannot be written: {}", file.options().path(), String.valueOf(e));
        }
    }
}
