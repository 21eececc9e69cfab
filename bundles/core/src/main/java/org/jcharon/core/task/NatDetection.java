// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
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
        Endpoint source = ike.local();
        if (isForced()) {
            LOG.control("faking NAT situation to enforce UDP encapsulation");
            source = new Endpoint(anyAddress(source.address()), 0);
        }
        long spir = ike.id().responderSpi();
        out.notify(NotifyType.NAT_DETECTION_SOURCE_IP, hash(source, spir));
        out.notify(NotifyType.NAT_DETECTION_DESTINATION_IP, hash(ike.remote(), spir));
        return initiator ? TaskResult.NEED_MORE : TaskResult.DONE;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        List<NotifyPayload> sources = in.notifies(NotifyType.NAT_DETECTION_SOURCE_IP);
        Optional<NotifyPayload> destination = in.notify(NotifyType.NAT_DETECTION_DESTINATION_IP);
        if (sources.isEmpty() || destination.isEmpty()) {
            // no support at the peer: ESP in UDP would not be understood
            return initiator ? TaskResult.DONE : TaskResult.NEED_MORE;
        }
        // the SPIs of the message's own header: in a request the responder's is zero, though we have one already
        Chunk expectedSource = hash(ike.remote(), in.spir());
        boolean peerSide = sources.stream().noneMatch(n -> n.data().equalsConstantTime(expectedSource));
        boolean ourSide = !destination.get().data().equalsConstantTime(hash(ike.local(), in.spir()));
        if (ourSide) {
            LOG.control("local host is behind NAT, sending keep alives");
        }
        if (peerSide) {
            LOG.control("remote host is behind NAT");
        }
        ike.nat(ourSide || isForced(), peerSide);
        ike.natFake(isForced() && !ourSide);
        if (initiator && ike.isNat()) {
            ike.floatPorts();
        }
        return initiator ? TaskResult.DONE : TaskResult.NEED_MORE;
    }

    private Chunk hash(Endpoint end, long responderSpi) {
        return org.jcharon.core.keymat.NatDetection.hash(
                ike.services().crypto(), ike.id().initiatorSpi(), responderSpi, end.address(), end.port());
    }

    /** Asked for by the connection, or because the data plane can send ESP in UDP only. */
    private boolean isForced() {
        boolean udpOnly = ike.services()
                .kernel()
                .ipsec()
                .filter(ipsec -> !ipsec.features().contains(KernelIpsec.Feature.PLAIN_ESP))
                .isPresent();
        return udpOnly || (ike.ikeConfig() != null && ike.ikeConfig().forceEncapsulation());
    }

    private static InetAddress anyAddress(InetAddress like) {
        return org.jcharon.api.config.Addresses.ofOctets(new byte[like.getAddress().length]);
    }
}
