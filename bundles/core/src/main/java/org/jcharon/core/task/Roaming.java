// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.core.sa.Extension;
import org.jcharon.core.sa.IkePath;
import org.jcharon.core.sa.IkeSa;

/** What an IKE_SA does when addresses, routes or NAT mappings change. Lease held. */
final class Roaming {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final PathProber prober;

    Roaming(IkeSa ike, PathProber prober) {
        this.ike = ike;
        this.prober = prober;
    }

    /** Our addresses ({@code address}) or routes changed; answers what is to be told or looked for. */
    Optional<MobikeInitiator> changed(boolean address) {
        if (!isUp()) {
            return Optional.empty();
        }
        if (!ike.supports(Extension.MOBIKE)) {
            reauthenticateIfLost();
            return Optional.empty();
        }
        ike.mobility().forgetRefusals();
        if (prober.hasRoute()) {
            LOG.more("keeping connection path {}", ike.path());
            if (!address) {
                return Optional.empty();
            }
            LOG.control("sending address list update using MOBIKE");
            return Optional.of(new MobikeInitiator(ike, MobikeInitiator.Step.ADDRESSES, true));
        }
        LOG.control("old path is not available anymore, try to find another");
        if (prober.paths().isEmpty()) {
            LOG.control("no route found to reach {}, MOBIKE update deferred", ike.remote());
            return Optional.empty();
        }
        LOG.control("requesting address change using MOBIKE");
        return Optional.of(new MobikeInitiator(ike, MobikeInitiator.Step.PROBE, address));
    }

    /** Whether the path in use, which looks usable, is to be tried after a change. */
    boolean isToBeChecked() {
        return ike.services().settings().checkCurrentPath()
                && ike.state() == IkeSaState.ESTABLISHED
                && prober.hasRoute();
    }

    /** Without MOBIKE only a new IKE_SA can begin elsewhere, which is the original initiator's to make. */
    private void reauthenticateIfLost() {
        boolean configured = ike.ikeConfig().localAddresses().stream()
                .flatMap(text -> Addresses.literal(text).stream())
                .anyMatch(ike.local().address()::equals);
        if (configured || prober.hasRoute() || !ike.isOriginalInitiator()) {
            LOG.more("keeping connection path {}", ike.path());
            return;
        }
        List<IkePath> paths = prober.paths();
        if (paths.isEmpty()) {
            LOG.control("no route found to reach {}", ike.remote());
            return;
        }
        LOG.control("reauthenticating IKE_SA due to address change");
        ike.move(paths.get(0)); // for the DELETE
        ike.recovery().reauthenticate();
    }

    /** ESP of the peer came from another mapping of its NAT; followed as {@link #heardFrom} follows a message. */
    void mapped(Endpoint remote) {
        heardFrom(new IkePath(ike.local(), remote));
    }

    /**
     * An authentic message that is the newest one of its direction came along a path: without MOBIKE it is followed towards a peer
     * behind a NAT, unless we are behind one ourselves (RFC 7296 section 2.23). With MOBIKE the peer, whom its liveness checks tell how
     * we see it, has to say so itself (RFC 4555 section 3.8).
     */
    void heardFrom(IkePath path) {
        if (path.equals(ike.path()) || !isUp() || !isFollowed()) {
            return;
        }
        if (ike.supports(Extension.MOBIKE)) {
            LOG.more("peer sends from {}, staying until it says so with MOBIKE", path.remote());
            return;
        }
        ike.move(path);
        ike.children().follow();
    }

    /** A request that went along several paths was answered on this one, which is therefore used (RFC 4555 section 3.10). */
    void answeredOn(IkePath path) {
        if (path.equals(ike.path())) {
            return;
        }
        ike.move(path);
        ike.mobility().owesUpdate(true);
        ike.children().followLocally();
    }

    private boolean isUp() {
        return ike.state() == IkeSaState.ESTABLISHED || ike.state() == IkeSaState.REKEYING;
    }

    private boolean isFollowed() {
        return ike.nat().remote() && !ike.nat().isOurs();
    }
}
