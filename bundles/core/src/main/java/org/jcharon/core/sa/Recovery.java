// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.core.child.ChildSa;

/** What becomes of an IKE_SA's purpose when its peer is silent or closes it, or when it is to be authenticated anew. Lease held. */
public final class Recovery {

    private static final Log LOG = Log.of("ike");
    private static final String REAUTH = "ike-reauth";

    private enum Cause {
        SILENCE,
        CLOSED,
        REAUTHENTICATION
    }

    private final IkeSa ike;
    private int keyingTry;
    private long replaced;
    /** Break before make is under way; completes with the outcome of the new IKE_SA. */
    private CompletableFuture<Outcome> breaking;
    /** Make before break is under way. */
    private Replacement replacement;

    private record Replacement(CompletionStage<Outcome> other, String what) {}

    Recovery(IkeSa ike) {
        this.ike = ike;
    }

    // ---- attempts to come up
    // ------------------------------------------------------------------------------------------------

    /** Begins anew with another SPI, if {@code keyingtries} leaves another attempt; whether it did. */
    public boolean tryAgain() {
        int tries = ike.peerConfig().keyingTries();
        keyingTry++;
        if (tries > 0 && keyingTry >= tries) {
            return false;
        }
        LOG.control("peer not responding, trying again ({}/{})", keyingTry + 1, tries);
        ike.restart();
        ike.after(ike.services().reconnector().ends(ike.ikeConfig(), ike.path()), "try again", (path, failure) -> {
            ike.path(path);
            ike.tasks().initiate();
        });
        return true;
    }

    /** It takes the place of another IKE_SA, which stays until this one is up; 0: of none. */
    public void replaces(long uniqueId) {
        replaced = uniqueId;
    }

    /** Unique number of the IKE_SA that it takes the place of by reauthentication; 0: none. */
    long replaced() {
        return replaced;
    }

    // ---- what to bring up instead
    // -------------------------------------------------------------------------------------------

    /** The peer does not answer: {@code dpd_action} of each CHILD_SA. */
    public void peerSilent() {
        if (ike.state() == IkeSaState.DELETING
                || ike.tasks().isEnding()) { // under way, or behind what was not answered
            if (breaking != null) {
                LOG.control("delete during reauthentication failed, trying to reestablish IKE_SA anyway");
                broken();
            } else {
                LOG.control("proper IKE_SA delete failed, peer not responding");
            }
        } else if (ike.state() != IkeSaState.REKEYED) {
            reestablish(Cause.SILENCE);
        }
    }

    /** The peer closes the IKE_SA: {@code close_action} of each CHILD_SA, unless another one is on its way. */
    public void closedByPeer() {
        if (breaking != null) {
            broken();
        } else if (replacement != null) {
            LOG.more("the one that takes the place of IKE_SA {} is on its way", ike.label());
        } else if (ike.state() == IkeSaState.ESTABLISHED || ike.state() == IkeSaState.REKEYING) {
            reestablish(Cause.CLOSED);
        }
    }

    /** The peer closed one CHILD_SA, which is uninstalled: its {@code close_action}. */
    public void closedByPeer(ChildSa child) {
        ChildConfig config = child.config();
        switch (config.closeAction()) {
            case NONE -> {}
            case TRAP -> ike.services().reconnector().trap(ike.peerConfig(), config);
            default -> ike.tasks().queueChild(config, List.of(), null);
        }
    }

    private CompletionStage<Outcome> reestablish(Cause cause) {
        List<ChildConfig> restart = new ArrayList<>();
        Set<String> closing = ike.children().all().stream()
                .filter(ike.tasks()::isClosing)
                .map(child -> child.config().name())
                .collect(Collectors.toSet());
        ike.children().inUse().stream()
                .filter(child -> !closing.contains(child.name()))
                .forEach(child -> plan(cause, child, restart));
        if (restart.isEmpty() && cause != Cause.REAUTHENTICATION) {
            return CompletableFuture.completedFuture(Outcome.done("nothing to restart"));
        }
        LOG.control("restarting IKE_SA {} with {} CHILD_SAs", ike.label(), restart.size());
        return ike.services().reconnector().connect(plan(restart, 0));
    }

    private void plan(Cause cause, ChildConfig child, List<ChildConfig> restart) {
        boolean trap = switch (cause) {
            case SILENCE -> child.dpdAction() == ChildConfig.DpdAction.TRAP;
            case CLOSED -> child.closeAction() == ChildConfig.StartAction.TRAP;
            case REAUTHENTICATION -> false;
        };
        boolean again = switch (cause) {
            case SILENCE -> child.dpdAction() == ChildConfig.DpdAction.RESTART;
            case CLOSED -> !trap && child.closeAction() != ChildConfig.StartAction.NONE;
            case REAUTHENTICATION -> true;
        };
        if (trap) {
            ike.services().reconnector().trap(ike.peerConfig(), child);
        } else if (again && restart.stream().noneMatch(other -> other.name().equals(child.name()))) {
            restart.add(child);
        }
    }

    private Reconnector.Plan plan(List<ChildConfig> children, long replaces) {
        return new Reconnector.Plan(ike.peerConfig(), children, ike.path(), replaces);
    }

    // ---- reauthentication (RFC 7296 section 2.8.3)
    // -------------------------------------------------------------------------------

    /**
     * Makes the IKE_SA anew with its CHILD_SAs. With {@code charon.make_before_break} the old one is deleted once the new one is up,
     * and stays if that fails; else it is deleted first.
     *
     * @return completes with the outcome of the new one
     */
    public CompletionStage<Outcome> reauthenticate() {
        if (ike.state() != IkeSaState.ESTABLISHED) {
            return CompletableFuture.completedFuture(Outcome.failed("IKE_SA " + ike.label() + " is " + ike.state()));
        }
        if (breaking != null || replacement != null) {
            return breaking != null ? breaking : replacement.other();
        }
        if (!ike.id().initiator() && !ike.remoteVirtualIps().isEmpty()) {
            // only the peer can ask for its address
            String text = "initiator did not reauthenticate as requested";
            LOG.control(text);
            return CompletableFuture.completedFuture(Outcome.failed(text));
        }
        LOG.audit("reauthenticating IKE_SA {}", ike.label());
        if (!ike.services().settings().makeBeforeBreak()) {
            breaking = new CompletableFuture<>();
            ike.tasks().queueReauthentication();
            return breaking;
        }
        List<ChildConfig> children = new ArrayList<>();
        ike.children().inUse().forEach(child -> plan(Cause.REAUTHENTICATION, child, children));
        return giveWayTo(ike.services().reconnector().connect(plan(children, ike.uniqueId())), "reauthenticated");
    }

    /**
     * Make before break: this one is deleted once the other one is up, and stays if that fails.
     *
     * @param other completes with the outcome of the one that is to take the place
     * @param what becomes of this one, as the reason for its end
     * @return {@code other}
     */
    CompletionStage<Outcome> giveWayTo(CompletionStage<Outcome> other, String what) {
        replacement = new Replacement(other, what);
        ike.after(other, what, (outcome, failure) -> {
            if (replacement == null) {
                return; // the one that it was rekeyed to gives way
            }
            replacement = null;
            if (outcome.success()) {
                ike.delete(what);
            } else {
                LOG.control("IKE_SA {} is not {}, keeping it: {}", ike.label(), what, outcome.reason());
            }
        });
        return other;
    }

    /** Break before make: the peer knows that the IKE_SA is gone, or will find out. */
    public void broken() {
        CompletableFuture<Outcome> waiting = breaking;
        breaking = null;
        reestablish(Cause.REAUTHENTICATION).thenAccept(waiting::complete);
    }

    /** It was rekeyed from {@code old}: what that one was about to become, this one becomes. */
    void inherit(Recovery old) {
        breaking = old.breaking;
        old.breaking = null;
        if (old.replacement != null) {
            giveWayTo(old.replacement.other(), old.replacement.what());
            old.replacement = null;
        }
    }

    /** The IKE_SA is gone. */
    void ended(String reason) {
        if (breaking != null) {
            breaking.complete(Outcome.failed(reason));
        }
    }

    /** Starts the timer of reauthentication, for {@code at}. */
    void reauthenticateAt(Instant at) {
        Duration delay = Duration.between(ike.services().time().now(), at);
        ike.timers()
                .start(ike.id().localSpi(), REAUTH, delay.isNegative() ? Duration.ZERO : delay, this::reauthenticate);
    }

    /** The peer tells how long our authentication counts (RFC 4478 section 3); an earlier plan of ours stays. */
    public void authLifetime(long seconds) {
        long over = ike.peerConfig().overTime().toSeconds();
        long delay = Math.max(
                1, seconds - (seconds > over ? over : seconds / 10)); // never at once, which might go on for ever
        Instant at = ike.services().time().now().plusSeconds(delay);
        if (ike.reauthAt().filter(planned -> !planned.isAfter(at)).isPresent()) {
            LOG.control("received AUTH_LIFETIME of {}s, reauthentication already scheduled", seconds);
            return;
        }
        LOG.control("received AUTH_LIFETIME of {}s, scheduling reauthentication in {}s", seconds, delay);
        ike.reauthAt(at);
        reauthenticateAt(at);
    }
}
