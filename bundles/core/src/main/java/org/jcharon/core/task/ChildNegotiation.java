// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.SelectorTemplate;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.child.SelectorNarrowing;
import org.jcharon.core.keymat.ChildKeys;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.TsPayload;
import org.jcharon.core.sa.IkeSa;

/** What the makers of CHILD_SAs share: selectors, proposals, keys. Lease held. */
final class ChildNegotiation {

    private static final Log LOG = Log.of("ike");

    private ChildNegotiation() {}

    /** Our selectors of a child before the peer answers. */
    static List<TrafficSelector> localSelectors(IkeSa ike, ChildConfig config) {
        boolean requesting = ike.localVirtualIps().isEmpty()
                && !ike.peerConfig().virtualIps().isEmpty()
                && ike.id().initiator();
        return requesting
                ? SelectorNarrowing.resolve(
                        config.localSelectors(), ike.peerConfig().virtualIps(), true)
                : assignedSelectors(ike, config);
    }

    /** Our selectors of a child once it is known which virtual IPs there are, if any. */
    static List<TrafficSelector> assignedSelectors(IkeSa ike, ChildConfig config) {
        return resolve(config.localSelectors(), ike.localVirtualIps(), ike.local());
    }

    /** The peer's selectors of a child. */
    static List<TrafficSelector> remoteSelectors(IkeSa ike, ChildConfig config) {
        return resolve(config.remoteSelectors(), ike.remoteVirtualIps(), ike.remote());
    }

    private static List<TrafficSelector> resolve(
            List<SelectorTemplate> templates, List<InetAddress> virtual, Endpoint end) {
        return SelectorNarrowing.resolve(templates, virtual.isEmpty() ? List.of(end.address()) : virtual, false);
    }

    static List<TrafficSelector> selectors(IkeMessage message, boolean initiator) {
        return message.all(TsPayload.class).stream()
                .filter(ts -> ts.initiator() == initiator)
                .findFirst()
                .map(TsPayload::selectors)
                .orElse(List.of());
    }

    /** ESP proposals that the data plane can carry out. */
    static List<Proposal> proposals(IkeSa ike, ChildConfig config, boolean withKeyExchange) {
        Optional<KernelIpsec> ipsec = ike.services().kernel().ipsec();
        List<Proposal> usable = new ArrayList<>();
        for (Proposal proposal : IkeProposals.ofChild(ike, config, withKeyExchange)) {
            if (!proposal.protocol().equals(ProtocolId.ESP)) {
                continue; // no data plane runs AH; offered, it would fail once the peer agreed
            }
            List<TransformId> transforms = proposal.transforms().stream()
                    .filter(t -> ipsec.isEmpty() || isCarried(ipsec.get(), t))
                    .toList();
            boolean complete = proposal.transforms().stream()
                    .map(TransformId::type)
                    .distinct()
                    .allMatch(type -> transforms.stream().anyMatch(t -> t.type().equals(type)));
            if (complete) {
                usable.add(new Proposal(usable.size() + 1, proposal.protocol(), proposal.spi(), transforms));
            }
        }
        return usable;
    }

    private static boolean isCarried(KernelIpsec ipsec, TransformId transform) {
        if (transform.type().equals(TransformType.ESN)) {
            return transform.id() == 0 || ipsec.features().contains(KernelIpsec.Feature.ESN);
        }
        boolean kernelRuns =
                transform.type().equals(TransformType.ENCR) || transform.type().equals(TransformType.INTEG);
        return !kernelRuns || ipsec.supports(transform);
    }

    /** The same proposals with the SPI that we reserved. */
    static List<Proposal> withSpi(List<Proposal> proposals, Chunk spi) {
        return proposals.stream().map(p -> p.withSpi(spi)).toList();
    }

    /** The peer's SPI of an agreed proposal. */
    static int peerSpi(Proposal proposal) throws IkeProtocolException {
        if (!proposal.protocol().equals(ProtocolId.ESP) || proposal.spi().length() != 4) {
            throw Required.syntax("SPI of " + proposal.spi().length() + " octets for " + proposal.protocol());
        }
        int spi = ChildSa.spiNumber(proposal.spi());
        // RFC 4303 section 2.1: 0 to 255 are reserved
        if (Integer.compareUnsigned(spi, 256) < 0) {
            throw Required.syntax(String.format("reserved SPI %08x", spi));
        }
        return spi;
    }

    static Secret agree(KeyExchange keyExchange, Chunk peerValue) throws IkeProtocolException {
        try {
            return keyExchange.agree(peerValue);
        } catch (KeyMismatchException e) {
            throw Required.syntax("KE payload: " + e.getMessage());
        }
    }

    /** Installs a CHILD_SA; on failure everything of it is taken away again and the reason is returned. */
    static Optional<String> install(
            IkeSa ike,
            ChildSa child,
            Proposal agreed,
            Chunk initiatorNonce,
            Chunk responderNonce,
            List<Secret> shared,
            boolean weInitiated,
            List<TrafficSelector> ours,
            List<TrafficSelector> theirs,
            boolean outboundNow)
            throws IkeProtocolException {
        int peerSpi = peerSpi(agreed);
        LogProposals.selected(agreed);
        try (ChildKeys keys = IkeKeying.child(ike, agreed, initiatorNonce, responderNonce, shared)) {
            child.install(agreed, keys, weInitiated, peerSpi, ours, theirs, ike.localVirtualIps(), outboundNow);
            ike.children().add(child);
            return Optional.empty();
        } catch (KernelException e) {
            LOG.control("{}", e.getMessage());
            child.uninstall();
            return Optional.of("installing CHILD_SA " + child.config().name() + " failed: " + e.getMessage());
        }
    }

    static IkeProtocolException childError(NotifyType type, String reason) {
        return new IkeProtocolException(type, Chunk.EMPTY, reason);
    }

    static NotifyPayload notify(IkeProtocolException error) {
        return new NotifyPayload(error.notifyType(), error.data());
    }
}
