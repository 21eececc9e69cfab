// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.IkeCounters;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.settings.SettingsReload;
import org.jcharon.vici.event.Texts;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.server.CommandFailed;
import org.jcharon.vici.server.Commands.Command;
import org.jcharon.vici.server.Replies;

/** Commands about the daemon itself. Any thread. */
final class DaemonCommands {

    private static final List<String> KINDS =
            List.of("encryption", "integrity", "aead", "hasher", "prf", "xof", "kdf", "drbg", "ke", "rng", "nonce-gen");

    private final Controller controller;
    private final CryptoRegistry crypto;
    private final SettingsReload settings;
    private final TimeSource time;
    private final Offloaded offloaded;
    private final String version;

    DaemonCommands(CommandTable.Core core, Offloaded offloaded) {
        this.controller = core.controller();
        this.crypto = core.crypto();
        this.settings = core.settings();
        this.time = core.time();
        this.offloaded = offloaded;
        this.version = core.version();
    }

    Map<String, Command> all() {
        return Map.of(
                "version", (request, client) -> Answers.of(version()),
                "stats", (request, client) -> Answers.of(stats()),
                "reload-settings", (request, client) -> reload(),
                "get-algorithms", (request, client) -> algorithms(),
                "get-counters", (request, client) -> getCounters(request),
                "reset-counters", (request, client) -> resetCounters(request));
    }

    private Section version() {
        String machine = System.getProperty("os.arch", "").replace("amd64", "x86_64");
        return Section.builder()
                .put("daemon", "jcharon")
                .put("version", version)
                .put("sysname", System.getProperty("os.name", ""))
                .put("release", System.getProperty("os.version", ""))
                .put("machine", machine)
                .build();
    }

    private Section stats() {
        Map<String, Long> numbers = controller.statistics();
        Section.Builder active = Section.builder();
        Section.Builder queues = Section.builder();
        for (Priority priority : Priority.values()) {
            String name = priority.name().toLowerCase(Locale.ROOT);
            active.put(name, numbers.getOrDefault("workers.active." + name, 0L));
            queues.put(name, numbers.getOrDefault("queues." + name, 0L));
        }
        Runtime runtime = Runtime.getRuntime();
        long heap = runtime.totalMemory();
        long free = runtime.freeMemory();
        return Section.builder()
                .put(
                        "uptime",
                        Section.builder()
                                .put("running", Texts.span(Duration.between(controller.startedAt(), time.now())))
                                .put("since", Texts.date(controller.startedAt(), ZoneId.systemDefault()))
                                .build())
                .put(
                        "workers",
                        Section.builder()
                                .put("total", numbers.getOrDefault("workers.total", 0L))
                                .put("idle", numbers.getOrDefault("workers.idle", 0L))
                                .put("active", active.build())
                                .build())
                .put("queues", queues.build())
                .put("scheduled", numbers.getOrDefault("scheduled", 0L))
                .put(
                        "ikesas",
                        Section.builder()
                                .put("total", numbers.getOrDefault("ikesas.total", 0L))
                                .put("half-open", numbers.getOrDefault("ikesas.half-open", 0L))
                                .build())
                .list("plugins", controller.plugins())
                // the Java heap in the place of malloc's: what it has, of that in use, and free
                .put(
                        "mallinfo",
                        Section.builder()
                                .put("sbrk", heap)
                                .put("mmap", 0)
                                .put("used", heap - free)
                                .put("free", free)
                                .build())
                .build();
    }

    private CompletionStage<Section> reload() {
        return settings.reload()
                .thenApply(problem -> problem.map(Replies::failed).orElseGet(Replies::done));
    }

    private CompletionStage<Section> algorithms() {
        return offloaded.always("vici algorithms", crypto::algorithms).thenApply(all -> {
            Map<String, Section.Builder> kinds = new LinkedHashMap<>();
            KINDS.forEach(kind -> kinds.put(kind, Section.builder()));
            all.forEach(one -> kinds.computeIfAbsent(one.kind(), unused -> Section.builder())
                    .put(one.name(), one.plugin()));
            Section.Builder out = Section.builder();
            kinds.forEach((kind, names) -> out.put(kind, names.build()));
            return out.build();
        });
    }

    private IkeCounters counters() throws CommandFailed {
        Optional<IkeCounters> counters = controller.counters();
        return counters.orElseThrow(() -> new CommandFailed("no counters available (plugin missing?)"));
    }

    private CompletionStage<Section> getCounters(Section request) throws CommandFailed {
        IkeCounters counters = counters();
        Section.Builder all = Section.builder();
        if (request.flag("all")) {
            counters.all().forEach((name, values) -> {
                if (!name.isEmpty()) { // those of the whole daemon are asked for by no name
                    all.put(name, section(values));
                }
            });
        } else {
            String name = request.text("name").orElse("");
            Map<String, Long> values = counters.of(name);
            if (values.isEmpty()) {
                return Answers.of(Section.builder()
                        .put("counters", Section.EMPTY)
                        .put("success", "no")
                        .put("errmsg", "no counters found for this connection")
                        .build());
            }
            all.put(name, section(values));
        }
        return Answers.of(Section.builder()
                .put("counters", all.build())
                .put("success", "yes")
                .build());
    }

    private static Section section(Map<String, Long> values) {
        Section.Builder out = Section.builder();
        values.forEach(out::put);
        return out.build();
    }

    private CompletionStage<Section> resetCounters(Section request) throws CommandFailed {
        IkeCounters counters = counters();
        if (request.flag("all")) {
            counters.resetAll();
        } else {
            counters.reset(request.text("name").orElse("")); // what did not count stands at zero
        }
        return Answers.of(Replies.done());
    }
}
