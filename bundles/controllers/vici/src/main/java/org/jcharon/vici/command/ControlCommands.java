// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.bus.Log;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.credential.IdType;
import org.jcharon.api.credential.Identification;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.server.Client;
import org.jcharon.vici.server.CommandFailed;
import org.jcharon.vici.server.Commands.Command;
import org.jcharon.vici.server.Replies;

/** Commands that make SAs come, go and change. Any thread. */
final class ControlCommands {

    private static final Log LOG = Log.of("cfg");

    private final Controller controller;

    ControlCommands(Controller controller) {
        this.controller = controller;
    }

    Map<String, Command> all() {
        return Map.of(
                "initiate", this::initiate,
                "terminate", this::terminate,
                "rekey", (request, client) -> rekey(request),
                "redirect", (request, client) -> redirect(request),
                "install", (request, client) -> install(request),
                "uninstall", (request, client) -> uninstall(request));
    }

    private CompletionStage<Section> initiate(Section request, Client client) throws CommandFailed {
        Arguments given = new Arguments(request);
        String child = given.text("child");
        String ike = given.text("ike");
        if (child == null && ike == null) {
            throw new CommandFailed("missing configuration name");
        }
        Duration timeout = given.timeout();
        String what = (child == null ? "IKE_SA" : "CHILD_SA");
        String name = "'" + (child == null ? ike : child) + "'";
        LOG.control("vici initiate {} {}", what, name);
        CompletionStage<Outcome> outcome = controller.initiate(
                ike, child, given.flag("init-limits"), atLeastZero(timeout), log(timeout, given, client));
        return awaited(outcome, timeout, client, Replies.done(), done -> switch (done.kind()) {
            case DONE -> Replies.done();
            case NOT_FOUND -> Replies.failed(what + " config " + name + " not found");
            case TIMEOUT -> Replies.failed(what + " " + name + " not established after " + timeout.toMillis() + "ms");
            case LIMITED ->
                Replies.failed("establishing " + what + " " + name + " not possible at the moment due to limits");
            case FAILED -> Replies.failed("establishing " + what + " " + name + " failed: " + done.reason());
        });
    }

    private CompletionStage<Section> terminate(Section request, Client client) throws CommandFailed {
        Arguments given = new Arguments(request);
        Controller.Selector selector = given.requiredSelector("missing terminate selector");
        Duration timeout = given.timeout();
        log("terminate", selector);
        long matches = count(selector);
        CompletionStage<Outcome> outcome =
                controller.terminate(selector, given.flag("force"), atLeastZero(timeout), log(timeout, given, client));
        Section begun = counted(true, matches).put("terminated", matches).build();
        return awaited(outcome, timeout, client, begun, done -> {
            long concerned = Math.max(matches, done.matches());
            Section.Builder out = switch (done.kind()) {
                case DONE -> counted(true, done.matches());
                case NOT_FOUND -> counted(false, 0);
                default -> counted(false, concerned);
            };
            out.put("terminated", done.completed());
            switch (done.kind()) {
                case DONE -> {}
                case NOT_FOUND -> out.put("errmsg", "no matching SAs to terminate found");
                default ->
                    out.put(
                            "errmsg",
                            concerned > 1
                                    ? "not all matching SAs could be terminated"
                                    : "terminating SA failed: " + done.reason());
            }
            return out.build();
        });
    }

    /** Does not wait for the new SAs, as in charon. */
    private CompletionStage<Section> rekey(Section request) throws CommandFailed {
        Arguments given = new Arguments(request);
        Controller.Selector selector = given.requiredSelector("missing rekey selector");
        log("rekey", selector);
        long matches = count(selector);
        CompletableFuture<Outcome> outcome =
                controller.rekey(selector, given.flag("reauth"), Duration.ZERO).toCompletableFuture();
        if (outcome.isDone()) {
            Outcome now = outcome.join();
            if (now.kind() == Outcome.Kind.NOT_FOUND) {
                return done(counted(false, 0)
                        .put("errmsg", "no matching SAs to rekey found")
                        .build());
            }
            if (!now.success()) {
                return done(counted(false, now.matches())
                        .put("errmsg", now.reason())
                        .build());
            }
        }
        return done(counted(true, matches).build());
    }

    private CompletionStage<Section> redirect(Section request) throws CommandFailed {
        Arguments given = new Arguments(request);
        Identification gateway = Identification.parse(given.required("gateway", "missing target gateway"));
        IdType type = gateway.type();
        if (!type.equals(IdType.IPV4_ADDR) && !type.equals(IdType.IPV6_ADDR) && !type.equals(IdType.FQDN)) {
            throw new CommandFailed("unsupported gateway identity");
        }
        String address = given.text("peer-ip");
        if (address != null && !isAddressOrRange(address)) {
            throw new CommandFailed("invalid peer IP selector");
        }
        String peer = given.text("peer-id");
        Identification peerId = peer == null ? null : Identification.parse(peer);
        Controller.RedirectSelector selector =
                new Controller.RedirectSelector(given.text("ike"), given.number("ike-id", 0), address, peerId);
        if (selector.ikeName() == null && selector.ikeId() == 0 && address == null && peerId == null) {
            throw new CommandFailed("missing redirect selector");
        }
        return controller.redirect(selector, gateway).thenApply(done -> {
            if (done.success()) {
                return counted(true, done.matches()).build();
            }
            boolean none = done.kind() == Outcome.Kind.NOT_FOUND;
            return counted(false, done.matches())
                    .put("errmsg", none ? "no matching SAs to redirect found" : done.reason())
                    .build();
        });
    }

    private static boolean isAddressOrRange(String text) {
        String[] ends = text.split("-", 2);
        if (ends.length == 2) {
            return Addresses.literal(ends[0].strip()).isPresent()
                    && Addresses.literal(ends[1].strip()).isPresent();
        }
        String[] parts = text.split("/", 2);
        return Addresses.literal(parts[0]).isPresent() && (parts.length == 1 || parts[1].matches("\\d{1,3}"));
    }

    private CompletionStage<Section> install(Section request) throws CommandFailed {
        Arguments given = new Arguments(request);
        String child = given.required("child", "missing configuration name");
        LOG.control("vici install '{}'", child);
        return controller.install(given.text("ike"), child).thenApply(done -> switch (done.kind()) {
            case DONE -> Replies.done();
            case NOT_FOUND -> Replies.failed("configuration name not found");
            default -> Replies.failed("installing policy '" + child + "' failed: " + done.reason());
        });
    }

    private CompletionStage<Section> uninstall(Section request) throws CommandFailed {
        Arguments given = new Arguments(request);
        String child = given.required("child", "missing configuration name");
        LOG.control("vici uninstall '{}'", child);
        return controller
                .uninstall(given.text("ike"), child)
                .thenApply(
                        done -> done.success() ? Replies.done() : Replies.failed("policy '" + child + "' not found"));
    }

    /**
     * The answer when the outcome is known, or {@code begun} at once if the client does not wait and nothing is wrong yet. Whoever
     * disconnects waits no longer.
     */
    private static CompletionStage<Section> awaited(
            CompletionStage<Outcome> stage,
            Duration timeout,
            Client client,
            Section begun,
            java.util.function.Function<Outcome, Section> answer) {
        CompletableFuture<Outcome> outcome = stage.toCompletableFuture();
        if (timeout.isNegative()) {
            return done(outcome.isDone() ? answer.apply(outcome.join()) : begun);
        }
        client.cancelWhenGone(outcome);
        return outcome.thenApply(answer);
    }

    private static void log(String command, Controller.Selector selector) {
        boolean child = selector.wantsChildren();
        long number = child ? selector.childId() : selector.ikeId();
        String which = number != 0 ? "#" + number : "'" + (child ? selector.childName() : selector.ikeName()) + "'";
        LOG.control("vici {} {} {}", command, child ? "CHILD_SA" : "IKE_SA", which);
    }

    private static LogListener log(Duration timeout, Arguments given, Client client) {
        return timeout.isNegative() ? null : new ControlLog(client, given.logLevel());
    }

    private static Duration atLeastZero(Duration timeout) {
        return timeout.isNegative() ? Duration.ZERO : timeout;
    }

    private long count(Controller.Selector selector) {
        return selector.wantsChildren()
                ? controller
                        .listSas(selector)
                        .mapToLong(sa -> sa.children().size())
                        .sum()
                : controller.listSas(selector).count();
    }

    private static Section.Builder counted(boolean success, long matches) {
        return Section.builder().put("success", success ? "yes" : "no").put("matches", matches);
    }

    private static CompletionStage<Section> done(Section answer) {
        return CompletableFuture.completedFuture(answer);
    }
}
