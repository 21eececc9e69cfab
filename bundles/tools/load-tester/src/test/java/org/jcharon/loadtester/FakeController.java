// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.IkeCounters;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.control.PolicyInfo;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.sa.IkeSaInfo;

/** A daemon whose commands end when the test says so. Not thread-safe. */
final class FakeController implements Controller {

    /** What was asked, in order. */
    final List<String> asked = new ArrayList<>();

    private final Deque<CompletableFuture<Outcome>> open = new ArrayDeque<>();

    /** Commands that have not ended. */
    int underWay() {
        return open.size();
    }

    /** Ends the oldest. */
    void end(Outcome outcome) {
        open.remove().complete(outcome);
    }

    @Override
    public CompletionStage<Outcome> initiate(
            String connection, String child, boolean withinLimits, Duration timeout, LogListener log) {
        return begin(connection + " " + child);
    }

    @Override
    public CompletionStage<Outcome> terminate(Selector selector, boolean force, Duration timeout, LogListener log) {
        return begin("terminate " + selector.ikeName());
    }

    private CompletionStage<Outcome> begin(String what) {
        asked.add(what);
        CompletableFuture<Outcome> result = new CompletableFuture<>();
        open.add(result);
        return result;
    }

    @Override
    public CompletionStage<Outcome> rekey(Selector selector, boolean reauthenticate, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Outcome> redirect(RedirectSelector selector, Identification gateway) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Outcome> install(String connection, String child) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Outcome> uninstall(String connection, String child) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Stream<PolicyInfo> listPolicies() {
        return Stream.empty();
    }

    @Override
    public Stream<IkeSaInfo> listSas() {
        return Stream.empty();
    }

    @Override
    public Stream<IkeSaInfo> listSas(Selector selector) {
        return Stream.empty();
    }

    /** What statistics tell. */
    long halfOpen;

    @Override
    public Map<String, Long> statistics() {
        return Map.of("ikesas.half-open", halfOpen);
    }

    @Override
    public Optional<IkeCounters> counters() {
        return Optional.empty();
    }

    @Override
    public List<String> plugins() {
        return List.of();
    }

    @Override
    public Instant startedAt() {
        return Instant.EPOCH;
    }
}
