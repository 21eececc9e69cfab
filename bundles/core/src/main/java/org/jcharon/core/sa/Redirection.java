// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.bus.Log;
import org.jcharon.api.sa.IkeSaState;

/** Following a gateway that sends us to another one (RFC 5685), at most 5 times in 300 s. Lease held. */
public final class Redirection {

    private static final Log LOG = Log.of("ike");
    private static final int MOST = 5;
    private static final Duration PERIOD = Duration.ofSeconds(300);

    private final IkeSa ike;
    private final List<Long> moments = new ArrayList<>();
    private Optional<InetAddress> from = Optional.empty();

    Redirection(IkeSa ike) {
        this.ike = ike;
    }

    /** The gateway that sent us here. */
    public Optional<InetAddress> from() {
        return from;
    }

    /** It is made because {@code old} was sent elsewhere: the limit counts for both. */
    public void continues(IkeSa old) {
        moments.addAll(old.redirection().moments);
        from = Optional.of(old.remote().address());
    }

    /**
     * Goes to another gateway: one that comes up begins anew there; one that is up stays until another one is.
     *
     * @param gateway address or DNS name
     * @return why not; empty: it does
     */
    public Optional<String> follow(String gateway) {
        if (!ike.services().settings().followRedirects()) {
            return Optional.of("redirects are not followed");
        }
        long now = ike.services().time().nanos();
        moments.removeIf(moment -> now - moment > PERIOD.toNanos());
        if (moments.size() >= MOST) {
            return Optional.of("only " + MOST + " redirects are allowed within " + PERIOD.toSeconds() + " seconds");
        }
        moments.add(now);
        LOG.control("redirected to {}", gateway);
        ike.history().agreed("we go to the gateway " + gateway + ", to which this one redirects us");
        if (ike.isHalfOpen()) {
            begin(gateway);
        } else {
            move(gateway);
        }
        return Optional.empty();
    }

    private void begin(String gateway) {
        from = Optional.of(ike.remote().address());
        ike.restart();
        ike.after(way(gateway), "redirect", (path, failure) -> {
            if (failure != null) {
                ike.destroy("redirected to '" + gateway + "', which has no address that we reach");
                return;
            }
            ike.path(path);
            ike.tasks().initiate();
        });
    }

    private void move(String gateway) {
        ike.after(way(gateway), "redirect", (path, failure) -> {
            if (failure != null) {
                LOG.control("gateway '{}' has no address that we reach, staying", gateway);
            } else if (ike.state() == IkeSaState.ESTABLISHED) {
                connect(path);
            }
        });
    }

    private CompletionStage<IkePath> way(String gateway) {
        return ike.services().reconnector().gateway(ike.ikeConfig(), gateway);
    }

    private void connect(IkePath path) {
        Reconnector.Plan plan =
                new Reconnector.Plan(ike.peerConfig(), ike.children().inUse(), path, ike.uniqueId());
        ike.recovery()
                .giveWayTo(
                        ike.services()
                                .reconnector()
                                .connectTo(plan, fresh -> fresh.redirection().continues(ike)),
                        "redirected to another gateway");
    }
}
