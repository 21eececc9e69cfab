// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.vici.RecordingLog;
import org.jcharon.vici.message.Section;

/** A server at a socket in a folder, with commands to try it and a clock that the test moves. */
final class Rig implements Commands, AutoCloseable {

    /** Small, so that tests reach them. */
    static final Limits LIMITS =
            new Limits(600, 20_000, 16 << 10, 256 << 10, Duration.ofSeconds(30), Duration.ofSeconds(60));

    final Path file;
    final FakeTime time = new FakeTime();
    final Threads threads = new Threads();
    final Server server;
    final Queue<CompletableFuture<Section>> waiting = new ConcurrentLinkedQueue<>();
    final Queue<Section> requests = new ConcurrentLinkedQueue<>();
    final Queue<String> registrations = new ConcurrentLinkedQueue<>();
    final Set<String> events = ConcurrentHashMap.newKeySet();
    volatile boolean faulty; // publishes that those who hear of registrations throw

    Rig(Path folder, Limits limits) throws IOException {
        RecordingLog.forget();
        events.addAll(List.of("log", "news"));
        this.file = folder.resolve("charon.vici");
        this.server = new Server(
                List.of(Door.open("unix://" + file, new Door.Access(0600, ""))), this, threads, time, limits);
        server.start();
    }

    Socket connect() throws IOException {
        return new Socket(file);
    }

    @Override
    public Optional<Command> command(String name) {
        return switch (name) {
            case "echo" ->
                Optional.of((request, client) -> CompletableFuture.completedFuture(Section.builder()
                        .put("text", request.text("text").orElse(""))
                        .build()));
            case "wait" ->
                Optional.of((request, client) -> {
                    CompletableFuture<Section> answer = new CompletableFuture<>();
                    requests.add(request);
                    waiting.add(answer);
                    client.cancelWhenGone(answer);
                    return answer;
                });
            case "fail" ->
                Optional.of((request, client) -> {
                    throw new CommandFailed("for a reason");
                });
            case "bug" ->
                Optional.of((request, client) -> {
                    throw new IllegalStateException("a bug");
                });
            case "huge" ->
                Optional.of((request, client) -> CompletableFuture.completedFuture(Section.builder()
                        .list("l", List.of("x".repeat(60_000)))
                        .put("more", huge())
                        .build()));
            default -> Optional.empty();
        };
    }

    private static Section huge() {
        Section.Builder out = Section.builder();
        for (int i = 0; i < 9; i++) {
            out.put("k" + i, "x".repeat(60_000));
        }
        return out.build();
    }

    @Override
    public boolean isEvent(String name) {
        return events.contains(name);
    }

    @Override
    public void registrations(String event, int clients) {
        registrations.add(event + " " + clients);
        if (faulty) {
            throw new IllegalStateException("a fault of a listener");
        }
    }

    /** Waits for something that other threads bring about. */
    static void await(String what, BooleanSupplier condition) {
        await(() -> what, condition);
    }

    static void await(Supplier<String> what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            LockSupport.parkNanos(500_000);
        }
    }

    void awaitClients(int count) {
        await(() -> server.clients() + " clients, not " + count, () -> server.clients() == count);
    }

    void awaitLine(String part) {
        await(
                () -> part + " in " + RecordingLog.lines(),
                () -> RecordingLog.lines().stream().anyMatch(line -> line.contains(part)));
    }

    @Override
    public void close() {
        server.close();
        threads.close();
    }
}
