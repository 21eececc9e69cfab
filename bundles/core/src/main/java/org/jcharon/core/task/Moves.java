// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.core.sa.IkePath;
import org.jcharon.core.sa.IkeSa;

/** What waits in an IKE_SA's queue about its addresses, and when it is put there. Lease held. */
public final class Moves {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final TaskManager tasks;
    private final List<Task> queued;
    private final PathProber prober;
    private final Retransmitter retransmitter;
    private final Roaming roaming;

    /** {@code queued} is the queue of {@code tasks} itself. */
    Moves(IkeSa ike, TaskManager tasks, List<Task> queued, PathProber prober, Retransmitter retransmitter) {
        this.ike = ike;
        this.tasks = tasks;
        this.queued = queued;
        this.prober = prober;
        this.retransmitter = retransmitter;
        this.roaming = new Roaming(ike, prober);
    }

    /** Our addresses ({@code address}) or routes changed. */
    public void roam(boolean address) {
        Optional<MobikeInitiator> wanted = roaming.changed(address);
        boolean probed = wanted.filter(MobikeInitiator::decidesPath).isPresent();
        wanted.ifPresent(this::add);
        if (wanted.isEmpty() && roaming.isToBeChecked()) {
            LOG.control("checking if current path still works using DPD");
            tasks.queueDpd();
        }
        if (probed || retransmitter.isDeferred()) {
            retransmitter.pathChanged();
        }
        tasks.initiate();
    }

    /** ESP of the peer came from another place than its SA knows. */
    public void mapped(Endpoint remote) {
        roaming.mapped(remote);
    }

    /** An authentic request, the newest one, came along a path. */
    void requestCame(IkePath path) {
        roaming.heardFrom(path);
    }

    /** The response that was waited for came along a path; whatever exchange found it, the peer has to learn where we are. */
    void responseCame(IkePath path) {
        if (!retransmitter.isProbing()) {
            roaming.heardFrom(path);
            return;
        }
        roaming.answeredOn(path);
        tellIfOwed();
    }

    /** Goes on in a rekeyed IKE_SA with a move that its predecessor was about. */
    void resume() {
        tellIfOwed();
        boolean checking = tasks.has(task -> task instanceof ReturnRoutability);
        if (!ike.mobility().owesUpdate() && !checking && ike.children().isBehind()) {
            queued.add(new ReturnRoutability(ike));
        }
    }

    private void tellIfOwed() {
        if (ike.mobility().owesUpdate() && !tasks.has(task -> task instanceof MobikeInitiator)) {
            queued.add(new MobikeInitiator(ike, MobikeInitiator.Step.PROBE, false));
        }
    }

    private void add(MobikeInitiator wanted) {
        // one that has not begun is as good as none
        for (Task task : List.copyOf(queued)) {
            if (task instanceof MobikeInitiator waiting) {
                wanted.absorb(waiting);
                queued.remove(waiting);
            }
        }
        queued.add(wanted);
    }

    /** The peer moved and that address is to be checked, after the response that is being built. */
    void checkLater() {
        queued.removeIf(waiting -> waiting instanceof ReturnRoutability);
        queued.add(new ReturnRoutability(ike));
    }

    /** The peer asked for a move that only we may decide: it is told, after the response that is being built. */
    void decideLater() {
        ike.mobility().owesUpdate(true);
        add(new MobikeInitiator(ike, MobikeInitiator.Step.UPDATE, false));
    }

    /** Whether a task waits that looks for the path, or tells it. */
    boolean isDecisionQueued() {
        return queued.stream().anyMatch(task -> task instanceof MobikeInitiator mobike && mobike.decidesPath());
    }

    /** What waits for an answer goes along the path that is in use now. */
    void pathChanged() {
        retransmitter.pathChanged();
    }

    /** Whether there is another path than the one in use. */
    boolean hasAlternatives() {
        return prober.hasAlternatives();
    }
}
