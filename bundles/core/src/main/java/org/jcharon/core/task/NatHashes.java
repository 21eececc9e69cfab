// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkePath;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.NatSituation;

/** NAT_DETECTION_SOURCE_IP and NAT_DETECTION_DESTINATION_IP (RFC 7296 section 2.23), in IKE_SA_INIT and later (RFC 4555 section 3.8). */
final class NatHashes {

    private static final Log LOG = Log.of("ike");

    /**
     * What they tell.
     *
     * @param ourSide whether a NAT is before us
     * @param peerSide whether one is before the peer
     * @param seen hash of what the peer sees of us
     */
    record Finding(boolean ourSide, boolean peerSide, Chunk seen) {}

    private NatHashes() {}

    /** Adds those of a message that goes along a path. */
    static void add(IkeSa ike, IkePath path, MessageBuilder out) {
        Endpoint source = path.local();
        if (isForced(ike)) {
            LOG.control("faking NAT situation to enforce UDP encapsulation");
            source = new Endpoint(anyAddress(source.address()), 0);
        }
        long spir = ike.id().responderSpi();
        out.notify(NotifyType.NAT_DETECTION_SOURCE_IP, hash(ike, source, spir));
        out.notify(NotifyType.NAT_DETECTION_DESTINATION_IP, hash(ike, path.remote(), spir));
    }

    /** Whether a message has them. */
    static boolean isIn(IkeMessage in) {
        return in.notify(NotifyType.NAT_DETECTION_SOURCE_IP).isPresent()
                && in.notify(NotifyType.NAT_DETECTION_DESTINATION_IP).isPresent();
    }

    /** Reads those of a message that came along a path; empty if it has none. */
    static Optional<Finding> read(IkeSa ike, IkePath path, IkeMessage in) {
        List<NotifyPayload> sources = in.notifies(NotifyType.NAT_DETECTION_SOURCE_IP);
        Optional<NotifyPayload> destination = in.notify(NotifyType.NAT_DETECTION_DESTINATION_IP);
        if (sources.isEmpty() || destination.isEmpty()) {
            return Optional.empty();
        }
        // the SPIs of the message's own header: in a request the responder's is zero, though we have one already
        Chunk expectedSource = hash(ike, path.remote(), in.spir());
        boolean peerSide = sources.stream().noneMatch(n -> n.data().equalsConstantTime(expectedSource));
        Chunk seen = destination.get().data();
        boolean ourSide = !seen.equalsConstantTime(hash(ike, path.local(), in.spir()));
        return Optional.of(new Finding(ourSide, peerSide, seen));
    }

    /** Has the IKE_SA encapsulate, or not, as was found. */
    static void apply(IkeSa ike, Finding found) {
        boolean forced = isForced(ike);
        ike.nat(new NatSituation(found.ourSide() || forced, found.peerSide(), forced && !found.ourSide()));
    }

    private static Chunk hash(IkeSa ike, Endpoint end, long responderSpi) {
        return org.jcharon.core.keymat.NatDetection.hash(
                ike.services().crypto(), ike.id().initiatorSpi(), responderSpi, end.address(), end.port());
    }

    /** Asked for by the connection, or because the data plane can send ESP in UDP only. */
    private static boolean isForced(IkeSa ike) {
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
