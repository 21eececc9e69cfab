// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jcharon.api.bus.Log;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.Extension;
import org.jcharon.core.sa.IkePath;
import org.jcharon.core.sa.IkeSa;

/** Addresses as responder of INFORMATIONAL exchanges (RFC 4555 sections 3.5 to 3.9). */
final class MobikeResponder implements Task {

    private static final Log LOG = Log.of("ike");
    private static final Set<NotifyType> CONCERNED = Set.of(
            NotifyType.ADDITIONAL_IP4_ADDRESS,
            NotifyType.ADDITIONAL_IP6_ADDRESS,
            NotifyType.NO_ADDITIONAL_ADDRESSES,
            NotifyType.UPDATE_SA_ADDRESSES,
            NotifyType.NO_NATS_ALLOWED,
            NotifyType.COOKIE2,
            NotifyType.NAT_DETECTION_SOURCE_IP,
            NotifyType.NAT_DETECTION_DESTINATION_IP);

    private final IkeSa ike;
    private Optional<NotifyPayload> cookie = Optional.empty();
    private boolean natDetection;
    private boolean moved;
    private IkePath path;

    MobikeResponder(IkeSa ike) {
        this.ike = ike;
    }

    /** Whether a request is its business. */
    static boolean concerns(IkeMessage request) {
        return request.all(NotifyPayload.class).stream().anyMatch(notify -> CONCERNED.contains(notify.notifyType()));
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_MOBIKE;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.INFORMATIONAL;
    }

    @Override
    public TaskResult process(IkeMessage in) throws IkeProtocolException {
        path = ike.tasks().requestPath();
        cookie = in.notify(NotifyType.COOKIE2);
        natDetection = NatHashes.isIn(in);
        NatProhibition.check(path, in);
        if (ike.supports(Extension.MOBIKE) && ike.state() != IkeSaState.REKEYED) {
            move(in);
        } else if (in.notify(NotifyType.UPDATE_SA_ADDRESSES).isPresent()) {
            LOG.control("UPDATE_SA_ADDRESSES ignored: {}", ike.state() == IkeSaState.REKEYED ? "rekeyed" : "no MOBIKE");
        }
        return TaskResult.NEED_MORE;
    }

    private void move(IkeMessage in) {
        Optional<List<InetAddress>> addresses = AdditionalAddresses.read(in);
        addresses.ifPresent(ike.mobility()::peerAddresses);
        boolean update = in.notify(NotifyType.UPDATE_SA_ADDRESSES).isPresent();
        // by its list from elsewhere an original responder asks for what only we may decide (RFC 4555 section 3.6)
        boolean implied = addresses.isPresent() && ike.isOriginalInitiator();
        if (update || (implied && !path.equals(ike.path()))) {
            moved = !path.equals(ike.path());
            ike.move(path);
            NatHashes.read(ike, path, in).ifPresent(found -> NatHashes.apply(ike, found));
            carryOver(!update);
        }
    }

    private void carryOver(boolean weDecide) {
        ike.children().followLocally();
        if (!ike.children().isBehind()) {
            return;
        }
        if (weDecide) {
            ike.tasks().moves().decideLater();
        } else {
            ike.tasks().moves().checkLater();
        }
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        if (natDetection) {
            NatHashes.add(ike, path, out);
        }
        cookie.ifPresent(value -> out.notify(NotifyType.COOKIE2, value.data()));
        if (moved) {
            ike.tasks().moves().pathChanged();
        }
        return TaskResult.DONE;
    }
}
