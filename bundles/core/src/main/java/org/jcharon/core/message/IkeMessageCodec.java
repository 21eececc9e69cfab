// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.util.List;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;

/** Octets of messages without protection: IKE_SA_INIT, and notifies outside of an IKE_SA (RFC 7296 section 2.21.4). */
public final class IkeMessageCodec {

    private IkeMessageCodec() {}

    /**
     * The octets of a message, unprotected.
     *
     * @throws IllegalArgumentException if a payload is longer than 65535 octets
     */
    public static Chunk encode(IkeMessage message) {
        WireWriter out = new WireWriter(512);
        IkeHeader.of(message, PayloadCodecs.firstType(message.payloads()), 0).encode(out);
        PayloadCodecs.encodeChain(message.payloads(), out);
        out.patchU32(IkeHeader.OCTETS - 4, out.length());
        return out.toChunk();
    }

    /** Decodes a message that is not protected: gives {@code Whole} or {@code UnprotectedError}. Never throws. */
    public static DecodeResult decode(Chunk octets) {
        return decode(octets.toArray());
    }

    /** Like {@link #decode(Chunk)}; the array is borrowed and must not change meanwhile. */
    public static DecodeResult decode(byte[] octets) {
        try {
            WireReader in = new WireReader(octets);
            IkeHeader header = header(in, octets.length);
            List<Payload> payloads = PayloadCodecs.decodeChain(header.nextPayload(), in);
            IkeMessage message = IkeMessage.of(header, payloads);
            checkUnprotected(message);
            return new DecodeResult.Whole(message);
        } catch (IkeProtocolException e) {
            return new DecodeResult.UnprotectedError(e.notifyType(), e.data(), e.getMessage());
        }
    }

    private static void checkUnprotected(IkeMessage message) throws IkeProtocolException {
        if (!PayloadRules.isProtected(message.exchangeType())) {
            PayloadRules.check(message);
            return;
        }
        // RFC 7296 section 1.5: outside of an IKE_SA an INFORMATIONAL carries one notify; responses to IKE_AUTH and
        // others may
        // come like that from a peer that has lost the IKE_SA. Nothing in them is to be trusted.
        boolean notifiesOnly =
                message.payloads().stream().allMatch(p -> p instanceof NotifyPayload || p instanceof UnknownPayload);
        boolean outside = message.response() || message.exchangeType().equals(ExchangeType.INFORMATIONAL);
        if (!notifiesOnly || !outside || message.all(NotifyPayload.class).size() != 1) {
            throw IkeProtocolException.syntax("unprotected " + message.summary());
        }
    }

    /** Reads and judges a header. */
    static IkeHeader header(WireReader in, int octets) throws IkeProtocolException {
        IkeHeader header;
        try {
            header = IkeHeader.decode(in);
        } catch (WireException e) {
            throw IkeProtocolException.syntax("IKE header: " + e.getMessage());
        }
        if (header.majorVersion() != IkeHeader.VERSION) {
            throw new IkeProtocolException( // RFC 7296 section 2.5
                    NotifyType.INVALID_MAJOR_VERSION, Chunk.EMPTY, "major version " + header.majorVersion());
        }
        if (header.length() != octets) {
            throw IkeProtocolException.syntax("message length " + header.length() + " in " + octets + " octets");
        }
        return header;
    }
}
