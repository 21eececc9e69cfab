// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.control.TraceInfo;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.manager.ReceivedMessage;
import org.jcharon.core.message.DecodeResult;
import org.jcharon.core.message.EncryptedMessage;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.FragmentBuffer;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeMessageCodec;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.Payload;
import org.jcharon.core.sa.Extension;
import org.jcharon.core.sa.IkePath;
import org.jcharon.core.sa.IkeSa;

/** Between messages and datagrams of one IKE_SA: protection, fragments, the stored response. Lease held. */
final class MessageTransport {

    private static final Log LOG = Log.of("enc");
    private static final Log NET = Log.of("net");
    private static final Log IKE = Log.of("ike");

    /** What a datagram turned out to be. */
    sealed interface Inbound {
        /** A message that may be acted on. */
        record Message(IkeMessage message) implements Inbound {}

        /** Authentic, or the first of an IKE_SA, and wrong: to be answered. */
        record Malformed(ExchangeType exchange, IkeProtocolException cause) implements Inbound {}

        /** Nothing to act on: a fragment kept, or octets that nobody vouches for. */
        record Nothing() implements Inbound {}
    }

    /** The manager lets so many wait for an IKE_SA. */
    private static final int WAITING_OCTETS = 32 * 1024;

    private static final Inbound NOTHING = new Inbound.Nothing();

    private final IkeSa ike;
    private final FragmentBuffer fragments = new FragmentBuffer();
    private Chunk pendingRequest = Chunk.EMPTY;
    private Chunk answeredRequest = Chunk.EMPTY;
    private List<Chunk> response = List.of();

    MessageTransport(IkeSa ike) {
        this.ike = ike;
    }

    /** The datagrams of a message of ours; protected once there are keys, but for IKE_SA_INIT. */
    List<Chunk> encode(ExchangeType exchange, boolean isResponse, long messageId, List<Payload> payloads) {
        IkeMessage message = IkeMessage.builder(ike.id().initiatorSpi(), responderSpi(exchange, isResponse), exchange)
                .initiatorFlag(ike.id().initiator())
                .response(isResponse)
                .messageId(messageId)
                .addAll(payloads)
                .build();
        String summary = message.summary();
        LOG.control("generating {}", summary);
        ike.history().add(TraceInfo.Kind.SENT, summary);
        ike.services().events().message(ike, message, false);
        if (exchange.equals(ExchangeType.IKE_SA_INIT)) {
            return List.of(IkeMessageCodec.encode(message));
        }
        if (exchange.equals(ExchangeType.IKE_INTERMEDIATE)) {
            ike.handshake().intermediate().cover(ike, isResponse, EncryptedMessage.plain(message));
        }
        if (!ike.supports(Extension.FRAGMENTATION)
                || ike.ikeConfig().fragmentation() == IkeConfig.Fragmentation.ACCEPT) {
            return List.of(EncryptedMessage.protect(message, ike.crypter()));
        }
        boolean ipv6 = ike.remote().address().getAddress().length == 16;
        int configured = ike.services().settings().fragmentSize();
        int datagram = configured != 0 ? configured : ipv6 ? 1280 : 576;
        List<Chunk> datagrams = EncryptedMessage.protectFragments(
                message, ike.crypter(), EncryptedMessage.maxOctets(datagram, ipv6, true));
        if (datagrams.size() > 1) {
            LOG.control(
                    "splitting IKE message ({} bytes) into {} fragments",
                    EncryptedMessage.octets(message, ike.crypter()),
                    datagrams.size());
            for (int number = 1; number <= datagrams.size(); number++) {
                LOG.control("generating {}", message.fragmentSummary(number, datagrams.size()));
            }
        }
        return datagrams;
    }

    private long responderSpi(ExchangeType exchange, boolean isResponse) {
        boolean first = exchange.equals(ExchangeType.IKE_SA_INIT) && !isResponse;
        return first ? 0 : ike.id().responderSpi();
    }

    /** Takes the protection off a datagram; where the ends moved while the IKE_SA comes up, they are followed (NAT, port 4500). */
    Inbound decode(ReceivedMessage received, boolean request) {
        Chunk octets = received.packet().data();
        boolean init = received.header().exchangeType() == ExchangeType.IKE_SA_INIT.value();
        if (!init && ike.crypter() == null) {
            LOG.more("message before keys were agreed, ignored");
            return NOTHING;
        }
        if (init && ike.crypter() != null) {
            return NOTHING;
        }
        DecodeResult result = init ? IkeMessageCodec.decode(octets) : EncryptedMessage.unprotect(octets, ike.crypter());
        if (result instanceof DecodeResult.Fragment fragment) {
            LOG.control("parsed {}", fragment.summary());
            if (request && fragment.number() == 1) {
                pendingRequest = octets;
            }
            result = fragments.add(fragment, mostOctets());
            if (result instanceof DecodeResult.Fragment kept) {
                ike.heardFromPeer(); // one that was there already might be a recording
                LOG.control(
                        "received fragment #{} of {}, waiting for complete IKE message", kept.number(), kept.total());
                return NOTHING;
            }
            if (result instanceof DecodeResult.Whole whole) {
                LOG.control(
                        "received fragment #{} of {}, reassembled fragmented IKE message ({} bytes)",
                        fragment.number(),
                        fragment.total(),
                        whole.plain().length());
            }
        } else if (request && (init || !(result instanceof DecodeResult.UnprotectedError))) {
            pendingRequest = octets; // what is not authentic must not be taken for the request that was answered
        }
        if (result instanceof DecodeResult.Whole whole) {
            ike.heardFromPeer();
            followEnds(received, init);
            if (whole.message().exchangeType().equals(ExchangeType.IKE_INTERMEDIATE)) {
                ike.handshake().intermediate().cover(ike, !request, whole.plain());
            }
            String summary = whole.message().summary();
            LOG.control("parsed {}", summary);
            ike.history().add(TraceInfo.Kind.RECEIVED, summary);
            ike.services().events().message(ike, whole.message(), true);
            return new Inbound.Message(whole.message());
        }
        if (result instanceof DecodeResult.ProtectedError error) {
            followEnds(received, init);
            alertMalformed(error.reason());
            return new Inbound.Malformed(
                    error.header().exchangeType(),
                    new IkeProtocolException(error.notifyType(), error.data(), error.reason()));
        }
        if (result instanceof DecodeResult.UnprotectedError error) {
            if (error.reason().equals(EncryptedMessage.INTEGRITY)) {
                IKE.control("{}", error.reason());
                LOG.control("could not decrypt payloads");
            }
            NET.control("ignoring message from {}: {}", received.packet().source(), error.reason());
            alertMalformed(error.reason());
            if (init && request) {
                return new Inbound.Malformed(
                        ExchangeType.IKE_SA_INIT,
                        new IkeProtocolException(error.notifyType(), error.data(), error.reason()));
            }
        }
        return NOTHING;
    }

    /**
     * What a message may have in fragments. Until AUTH has been verified all that a peer has us hold is 64 KiB: what waits in its lane,
     * its IKE_SA_INIT message, its last request, and the rest for this.
     */
    private int mostOctets() {
        if (!ike.isHalfOpen()) {
            return FragmentBuffer.MAX_OCTETS;
        }
        int held = WAITING_OCTETS + ike.handshake().receivedInit().length() + pendingRequest.length();
        return Math.max(0, FragmentBuffer.MAX_OCTETS - held);
    }

    private void alertMalformed(String reason) {
        ike.services().events().alert(ike.snapshot(), "parse-error-body", reason);
    }

    private void followEnds(ReceivedMessage received, boolean init) {
        if (!init && ike.isHalfOpen()) {
            ike.local(received.packet().destination());
            ike.remote(received.packet().source());
        }
    }

    /** A whole message whose protection holds, without any other trace; empty if it is anything else. */
    Optional<IkeMessage> open(ReceivedMessage received) {
        return EncryptedMessage.unprotect(received.packet().data(), ike.crypter()) instanceof DecodeResult.Whole whole
                ? Optional.of(whole.message())
                : Optional.empty();
    }

    /** Whether a request is the one that was answered last: the same octets, or a fragment of the same message. */
    boolean isRepeated(ReceivedMessage received, long expectedId) {
        if (received.header().messageId() != expectedId - 1 || response.isEmpty()) {
            return false;
        }
        return received.packet().data().equals(answeredRequest) || isFragmentedAnew(received);
    }

    /**
     * RFC 7383 section 2.5.2: whoever gets no answer may send the same message in other fragments, or in fragments at all. Its first one is
     * answered, if it is authentic.
     */
    private boolean isFragmentedAnew(ReceivedMessage received) {
        return ike.crypter() != null
                && received.header().isFragment()
                && EncryptedMessage.unprotect(received.packet().data(), ike.crypter())
                        instanceof DecodeResult.Fragment fragment
                && fragment.number() == 1;
    }

    /** Keeps the response to the request at hand for its repeats (RFC 7296 section 2.1). */
    void storeResponse(List<Chunk> datagrams) {
        answeredRequest = pendingRequest;
        response = List.copyOf(datagrams);
    }

    /** Sends the stored response once more, never built anew, back the way that the repeat came. */
    void repeatResponse(IkePath path) {
        response.forEach(datagram -> ike.send(datagram, path));
    }

    /** The responder forgot us (cookie, other key exchange): its SPI counts no more. */
    void restart() {
        fragments.clear();
    }

    void close() {
        fragments.clear();
        response = List.of();
    }
}
