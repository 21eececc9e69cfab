// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NoncePayload;
import org.jcharon.core.sa.IkeSa;

/** NAT detection in IKE_SA_INIT (RFC 7296 section 2.23), in either role. */
final class NatDetection implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final boolean initiator;

    NatDetection(IkeSa ike, boolean initiator) {
        this.ike = ike;
        this.initiator = initiator;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_NATD;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.IKE_SA_INIT;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        MessageBuilder hashes = new MessageBuilder();
        NatHashes.add(ike, ike.path(), hashes);
        out.addAfter(NoncePayload.class, hashes); // where strongSwan has them
        return initiator ? TaskResult.NEED_MORE : TaskResult.DONE;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        Optional<NatHashes.Finding> found = NatHashes.read(ike, ike.path(), in);
        // without them the peer would not understand ESP in UDP
        found.ifPresent(this::apply);
        return initiator ? TaskResult.DONE : TaskResult.NEED_MORE;
    }

    private void apply(NatHashes.Finding found) {
        if (found.ourSide()) {
            LOG.control("local host is behind NAT, sending keep alives");
        }
        if (found.peerSide()) {
            LOG.control("remote host is behind NAT");
        }
        NatHashes.apply(ike, found);
        ike.mobility().natTraversal();
        // RFC 4555 section 3.3: with MOBIKE even if there is no NAT yet, since later no exchange would make the switch
        boolean mobike = ike.peerConfig() != null && ike.peerConfig().mobike();
        if (initiator && (ike.nat().isAny() || mobike)) {
            ike.floatPorts();
        }
    }
}
