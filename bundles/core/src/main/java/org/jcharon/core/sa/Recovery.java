// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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
    private boolean reauthenticating;
    private CompletableFuture<Outcome> reauthenticated = new CompletableFuture<>();

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
        if (ike.state() == IkeSaState.DELETING) {
            if (reauthenticating) {
                LOG.control("delete during reauthentication failed, trying to reestablish IKE_SA anyway");
                reestablish(Cause.REAUTHENTICATION);
            } else {
                LOG.control("proper IKE_SA delete failed, peer not responding");
            }
        } else if (ike.state() != IkeSaState.REKEYED) {
            reestablish(Cause.SILENCE);
        }
    }

    /** The peer closes the IKE_SA: {@code close_action} of each CHILD_SA. */
    public void closedByPeer() {
        if (ike.state() == IkeSaState.ESTABLISHED || ike.state() == IkeSaState.REKEYING) {
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
        ike.children().inUse().forEach(child -> plan(cause, child, restart));
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
        if (reauthenticating) {
            return reauthenticated;
        }
        if (!ike.id().initiator() && !ike.remoteVirtualIps().isEmpty()) {
            // only the peer can ask for its address
            String text = "initiator did not reauthenticate as requested";
            LOG.control(text);
            return CompletableFuture.completedFuture(Outcome.failed(text));
        }
        LOG.audit("reauthenticating IKE_SA {}", ike.label());
        reauthenticating = true;
        reauthenticated = new CompletableFuture<>();
        if (!ike.services().settings().makeBeforeBreak()) {
            ike.tasks().queueReauthentication();
            return reauthenticated;
        }
        List<ChildConfig> children = new ArrayList<>();
        ike.children().inUse().forEach(child -> plan(Cause.REAUTHENTICATION, child, children));
        ike.after(
                ike.services().reconnector().connect(plan(children, ike.uniqueId())),
                "reauthenticated",
                (outcome, failure) -> replacedBy(outcome));
        return reauthenticated;
    }

    private void replacedBy(Outcome outcome) {
        reauthenticating = false;
        reauthenticated.complete(outcome);
        if (outcome.success()) {
            ike.delete("reauthenticated");
        } else {
            LOG.control("reauthenticating IKE_SA {} failed: {}, keeping it", ike.label(), outcome.reason());
        }
    }

    /** Break before make: the peer knows that the IKE_SA is gone. */
    public void broken() {
        reestablish(Cause.REAUTHENTICATION).thenAccept(reauthenticated::complete);
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
