// SPDX-License-Identifier: Apache-2.0
package org.jcharon.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jcharon.api.bus.Log;
import org.jcharon.api.bus.LogLevels;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.settings.SettingsListener;
import org.jcharon.lib.linux.Linux;
import org.jcharon.lib.linux.UnixDatagramSocket;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Writes the log to systemd's journal, at the levels of {@code charon-systemd.journal} or else {@code charon.journal}. Called by the bus,
 * off the threads that log; never waits. Without a journal it says so once and looks for it again with a record every ten seconds at
 * most; how many records were lost is an entry of its own then.
 */
@Component(
        service = {LogListener.class, SettingsListener.class},
        immediate = true)
public final class JournalLogger implements LogListener, SettingsListener {

    private static final Log LOG = Log.of("lib");
    private static final Path SOCKET = Path.of("/run/systemd/journal/socket");
    private static final String IDENTIFIER = "charon-systemd";
    private static final long RETRY = Duration.ofSeconds(10).toNanos();

    private final Settings settings;
    private final Linux linux;
    private final TimeSource time;
    private final Path path;
    private final long process = ProcessHandle.current().pid();
    private volatile LogLevels levels; // publishes the settings read last, as the next
    private volatile String identifier;
    private UnixDatagramSocket socket; // guarded by this, as the rest
    private boolean missed;
    private long missedAt;
    private long lost;
    private boolean closed;

    /** Opens nothing yet. */
    @Activate
    public JournalLogger(
            @Reference(name = "settings") Settings settings,
            @Reference(name = "linux") Linux linux,
            @Reference(name = "time") TimeSource time) {
        this(settings, linux, time, SOCKET);
    }

    JournalLogger(Settings settings, Linux linux, TimeSource time, Path path) {
        this.settings = settings;
        this.linux = linux;
        this.time = time;
        this.path = path;
        settingsChanged();
    }

    @Override
    public void settingsChanged() {
        String section =
                settings.sections("charon-systemd").contains("journal") ? "charon-systemd.journal" : "charon.journal";
        levels = LogLevels.read(settings, section, 1);
        identifier = settings.get(section + ".identifier", IDENTIFIER);
    }

    /** The journal gets no more. */
    @Deactivate
    synchronized void deactivate() {
        closed = true;
        close();
    }

    @Override
    public int level(String group) {
        return levels.of(group);
    }

    @Override
    public synchronized void log(LogRecord record) {
        int level = levels.of(record.group());
        if (closed || level < 0 || (record.level() > level && !record.isRaised())) {
            return;
        }
        if (missed && time.nanos() - missedAt < RETRY) {
            lost++;
            return;
        }
        try {
            if (lost > 0) {
                if (!send(new Loss(time.now(), lost))) {
                    lost++;
                    return;
                }
                lost = 0;
            }
            if (!send(record)) {
                lost++;
            }
            missed = false;
        } catch (IOException e) {
            close();
            lost++;
            missedAt = time.nanos();
            if (!missed) {
                missed = true;
                LOG.control("the journal takes no entries, waiting for it: {}", e.getMessage());
            }
        }
    }

    private boolean send(LogRecord record) throws IOException {
        byte[] entry = JournalEntry.of(record, identifier, process);
        if (socket != null) {
            try {
                return socket.send(entry, 0, entry.length);
            } catch (IOException e) {
                close(); // the journal was restarted: its new socket is tried at once
            }
        }
        socket = linux.unixDatagram(path);
        return socket.send(entry, 0, entry.length);
    }

    private void close() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    private record Loss(Instant time, long lost) implements LogRecord {
        @Override
        public String group() {
            return "lib";
        }

        @Override
        public int level() {
            return 1;
        }

        @Override
        public int thread() {
            return 0;
        }

        @Override
        public String ikeSa() {
            return "";
        }

        @Override
        public String text() {
            return lost + " entries were lost while the journal was away";
        }
    }
}
