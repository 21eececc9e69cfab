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
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Writes the log to the files of {@code charon.filelog}, or to {@code log/charon.log} under the base if none is configured. Called by
 * the bus, off the threads that log. Lines are flushed at once with {@code flush_line}, else within a fifth of a second. A file that
 * cannot be written is reported once and tried again with each record.
 */
@Component(service = LogListener.class, immediate = true)
public final class FileLogger implements LogListener {

    private static final Log LOG = Log.of("lib");
    private static final Duration FLUSH_AFTER = Duration.ofMillis(200);

    private final Scheduler scheduler;
    private final Map<String, LogFile> files = new LinkedHashMap<>(); // written by the constructor only
    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    /** Opens the files. */
    @Activate
    public FileLogger(
            @Reference(name = "settings") Settings settings, @Reference(name = "scheduler") Scheduler scheduler) {
        this.scheduler = scheduler;
        Path base = Path.of(settings.get("jcharon.base", "")).toAbsolutePath();
        ZoneId zone = ZoneId.systemDefault();
        List<String> names = settings.sections("charon.filelog");
        for (String name : names) {
            try {
                open(name, Options.read(settings, name, base, zone));
            } catch (IllegalArgumentException e) {
                LOG.error("{}", e.getMessage());
            }
        }
        if (names.isEmpty() && settings.get("jcharon.base").isPresent()) {
            open("log/charon.log", Options.standard(base, zone));
        }
    }

    private void open(String name, Options options) {
        try {
            files.put(name, new LogFile(options));
        } catch (IOException e) {
            LOG.error("log file {} cannot be opened: {}", options.path(), String.valueOf(e));
        }
    }

    /** Writes what waits and closes the files. */
    @Deactivate
    void deactivate() {
        for (Map.Entry<String, LogFile> file : files.entrySet()) {
            try {
                file.getValue().close();
            } catch (IOException e) {
                failure(file.getKey(), file.getValue(), e);
            }
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
    public void log(LogRecord record) {
        List<Runnable> flushes = new ArrayList<>();
        // more than any file is configured for comes only when somebody raised the level of the bus
        boolean raised = record.level() > level(record.group());
        for (Map.Entry<String, LogFile> entry : files.entrySet()) {
            LogFile file = entry.getValue();
            int level = file.options().level(record.group());
            if (level < 0 || (record.level() > level && !raised)) {
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
