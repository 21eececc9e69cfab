// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.crypto.IntegrityException;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;

/** Octets of messages protected by an SK payload (RFC 7296 section 3.14) or by SKF payloads (RFC 7383). */
public final class EncryptedMessage {

    /** Fragments of one message: charon's limit; the field would allow 65535. */
    public static final int MAX_FRAGMENTS = 255;

    private static final int FRAGMENT_FIELDS_OCTETS = 4;
    /** Reason of an error: the octets are not what somebody with the keys sent. */
    public static final String INTEGRITY = "integrity check failed";

    private static final int SK_HEADER_OCTETS = IkeHeader.OCTETS + PayloadCodecs.GENERIC_OCTETS;
    private static final int LENGTH_OFFSET = IkeHeader.OCTETS - 4;
    private static final int UDP_OCTETS = 8;
    private static final int NON_ESP_MARKER_OCTETS = 4;

    private EncryptedMessage() {}

    /**
     * One protected message.
     *
     * @throws IllegalArgumentException if a payload, or all together, are longer than 65535 octets
     * @throws IllegalStateException if no provider has a transform of the IKE_SA now
     */
    public static Chunk protect(IkeMessage message, MessageCrypter crypter) {
        return seal(IkeHeader.of(message, PayloadType.SK, 0), first(message), inner(message), crypter);
    }

    /**
     * The message as one SK payload if that has at most {@code maxOctets}, otherwise as SKF payloads of at most that.
     *
     * @param maxOctets largest IKE message in octets, without IP and UDP headers and non-ESP marker: see {@link #maxOctets}
     * @throws IllegalArgumentException if a payload is longer than 65535 octets, or more than {@link #MAX_FRAGMENTS} are needed
     * @throws IllegalStateException if no provider has a transform of the IKE_SA now
     */
    public static List<Chunk> protectFragments(IkeMessage message, MessageCrypter crypter, int maxOctets) {
        byte[] inner = inner(message);
        int overhead = crypter.ivOctets() + crypter.icvOctets();
        if (SK_HEADER_OCTETS + overhead + inner.length + crypter.padOctets(inner.length) + 1 <= maxOctets) {
            return List.of(seal(IkeHeader.of(message, PayloadType.SK, 0), first(message), inner, crypter));
        }
        int part = crypter.innerOctets(maxOctets - SK_HEADER_OCTETS - FRAGMENT_FIELDS_OCTETS - overhead);
        int total = part < 1 ? Integer.MAX_VALUE : Math.max(1, (inner.length + part - 1) / part);
        if (total > MAX_FRAGMENTS) {
            throw new IllegalArgumentException(
                    "message of " + inner.length + " octets in fragments of " + maxOctets + " octets");
        }
        List<Chunk> fragments = new ArrayList<>(total);
        for (int number = 1; number <= total; number++) {
            int from = (number - 1) * part;
            int length = Math.min(part, inner.length - from);
            // RFC 7383 section 2.5: only the first fragment names the type of the first payload
            WireWriter head =
                    head(IkeHeader.of(message, PayloadType.SKF, 0), number == 1 ? first(message) : PayloadType.NONE);
            head.u16(number).u16(total);
            fragments.add(seal(head, Chunk.of(inner, from, length), crypter));
        }
        return List.copyOf(fragments);
    }

    /** Octets of the message protected as a whole. */
    public static int octets(IkeMessage message, MessageCrypter crypter) {
        int inner = inner(message).length;
        return SK_HEADER_OCTETS + crypter.ivOctets() + inner + crypter.padOctets(inner) + 1 + crypter.icvOctets();
    }

    /**
     * Octets left for an IKE message in an IP datagram, as charon counts {@code fragment_size}.
     *
     * @param datagramOctets largest IP datagram, IP header included
     * @param marker whether a non-ESP marker goes before the message (any port but 500)
     */
    public static int maxOctets(int datagramOctets, boolean ipv6, boolean marker) {
        return datagramOctets - (ipv6 ? 40 : 20) - UDP_OCTETS - (marker ? NON_ESP_MARKER_OCTETS : 0);
    }

    /**
     * The message as RFC 9242 section 3.3.2 authenticates it: IKE header, generic header of the SK payload, inner payloads, with
     * lengths that count no IV, padding or ICV; the same whether it is sent in fragments or not.
     */
    public static Chunk plain(IkeMessage message) {
        return plain(
                head(IkeHeader.of(message, PayloadType.SK, 0), first(message)).toArray(), Chunk.wrap(inner(message)));
    }

    /**
     * Takes the protection off. Never throws for whatever octets.
     *
     * @throws IllegalStateException if no provider has a transform of the IKE_SA now
     */
    public static DecodeResult unprotect(Chunk octets, MessageCrypter crypter) {
        byte[] message = octets.toArray();
        Outer outer;
        try {
            outer = Outer.read(message);
        } catch (IkeProtocolException e) {
            return new DecodeResult.UnprotectedError(e.notifyType(), e.data(), e.getMessage());
        } catch (WireException e) {
            return unprotectedError(e.getMessage());
        }
        if (outer.header.initiatorFlag() == crypter.isInitiator()) {
            return unprotectedError("message of our own direction");
        }
        int length;
        try {
            length = crypter.open(message, outer.aadOctets);
        } catch (IntegrityException e) {
            return unprotectedError(INTEGRITY);
        }
        int start = outer.aadOctets + crypter.ivOctets();
        int padding = message[start + length - 1] & 0xFF;
        if (padding >= length) {
            return protectedError(outer.header, "padding of " + padding + " in " + length + " octets");
        }
        Chunk inner = Chunk.of(message, start, length - 1 - padding);
        try {
            outer.checkUnprotectedPayloads();
        } catch (IkeProtocolException e) {
            return new DecodeResult.ProtectedError(outer.header, e.notifyType(), e.data(), e.getMessage());
        }
        if (outer.isFragment()) {
            return new DecodeResult.Fragment(outer.header, outer.number, outer.total, inner, outer.first);
        }
        return whole(
                outer.header,
                outer.first,
                inner,
                plain(Chunk.of(message, 0, outer.aadOctets).toArray(), inner));
    }

    /** A message put together from fragments. */
    static DecodeResult reassembled(IkeHeader header, PayloadType first, Chunk inner) {
        IkeHeader unfragmented = new IkeHeader(
                header.spii(),
                header.spir(),
                PayloadType.SK,
                header.majorVersion(),
                header.exchangeType(),
                header.initiatorFlag(),
                header.response(),
                header.messageId(),
                0);
        return whole(unfragmented, first, inner, plain(head(unfragmented, first).toArray(), inner));
    }

    private static DecodeResult whole(IkeHeader header, PayloadType first, Chunk inner, Chunk plain) {
        try {
            IkeMessage message = IkeMessage.of(header, PayloadCodecs.decodeChain(first, new WireReader(inner)));
            PayloadRules.check(message);
            return new DecodeResult.Whole(message, plain);
        } catch (IkeProtocolException e) {
            return new DecodeResult.ProtectedError(header, e.notifyType(), e.data(), e.getMessage());
        }
    }

    private static DecodeResult unprotectedError(String reason) {
        return new DecodeResult.UnprotectedError(NotifyType.INVALID_SYNTAX, Chunk.EMPTY, reason);
    }

    private static DecodeResult protectedError(IkeHeader header, String reason) {
        return new DecodeResult.ProtectedError(header, NotifyType.INVALID_SYNTAX, Chunk.EMPTY, reason);
    }

    private static PayloadType first(IkeMessage message) {
        return PayloadCodecs.firstType(message.payloads());
    }

    private static byte[] inner(IkeMessage message) {
        WireWriter out = new WireWriter(512);
        PayloadCodecs.encodeChain(message.payloads(), out);
        return out.toArray();
    }

    /** IKE header and generic header, lengths left open. */
    private static WireWriter head(IkeHeader header, PayloadType first) {
        WireWriter out = new WireWriter(SK_HEADER_OCTETS + FRAGMENT_FIELDS_OCTETS);
        header.encode(out);
        return out.u8(first.value()).u8(0).u16(0);
    }

    static Chunk seal(IkeHeader header, PayloadType first, byte[] inner, MessageCrypter crypter) {
        return seal(head(header, first), Chunk.wrap(inner), crypter);
    }

    private static Chunk seal(WireWriter head, Chunk inner, MessageCrypter crypter) {
        byte[] message = layout(head, inner, Chunk.of(new byte[crypter.padOctets(inner.length())]), crypter);
        crypter.seal(message, head.length());
        return Chunk.wrap(message);
    }

    /** With IV and padding of a recorded message; for known answers only. */
    static Chunk seal(IkeMessage message, Chunk iv, Chunk padding, MessageCrypter crypter) {
        WireWriter head = head(IkeHeader.of(message, PayloadType.SK, 0), first(message));
        byte[] octets = layout(head, Chunk.wrap(inner(message)), padding, crypter);
        crypter.seal(octets, head.length(), iv.toArray());
        return Chunk.wrap(octets);
    }

    private static byte[] layout(WireWriter head, Chunk inner, Chunk padding, MessageCrypter crypter) {
        int aadOctets = head.length();
        int length = aadOctets + crypter.ivOctets() + inner.length() + padding.length() + 1 + crypter.icvOctets();
        head.patchU32(LENGTH_OFFSET, length);
        head.patchU16(IkeHeader.OCTETS + 2, length - IkeHeader.OCTETS);
        byte[] message = new byte[length];
        System.arraycopy(head.toArray(), 0, message, 0, aadOctets);
        int at = aadOctets + crypter.ivOctets();
        inner.copyTo(message, at);
        padding.copyTo(message, at + inner.length());
        message[at + inner.length() + padding.length()] = (byte) padding.length();
        return message;
    }

    /** {@code aad} ends with the generic header of the SK payload. */
    private static Chunk plain(byte[] aad, Chunk inner) {
        WireWriter out = new WireWriter(aad.length + inner.length());
        out.array(aad).chunk(inner);
        out.patchU32(LENGTH_OFFSET, out.length());
        out.patchU16(aad.length - 2, PayloadCodecs.GENERIC_OCTETS + inner.length());
        return out.toChunk();
    }

    /** What can be read of a protected message before it is decrypted. */
    private record Outer(
            IkeHeader header,
            List<PayloadType> unprotected,
            PayloadType criticalUnknown,
            PayloadType first,
            int number,
            int total,
            int aadOctets) {

        static Outer read(byte[] message) throws IkeProtocolException, WireException {
            WireReader in = new WireReader(message);
            IkeHeader header = IkeMessageCodec.header(in, message.length);
            List<PayloadType> unprotected = new ArrayList<>();
            PayloadType criticalUnknown = PayloadType.NONE;
            PayloadType type = header.nextPayload();
            while (!type.equals(PayloadType.SK) && !type.equals(PayloadType.SKF)) {
                if (type.equals(PayloadType.NONE) || unprotected.size() == PayloadCodecs.MAX_PAYLOADS) {
                    throw in.error("no encrypted payload");
                }
                unprotected.add(type);
                PayloadType next = new PayloadType(in.u8("next payload"));
                boolean critical = (in.u8("critical bit") & PayloadCodecs.CRITICAL) != 0;
                if (critical && !PayloadCodecs.knows(type)) {
                    criticalUnknown = type;
                }
                in.skip(in.u16("payload length") - PayloadCodecs.GENERIC_OCTETS, "payload " + type);
                type = next;
            }
            boolean fragment = type.equals(PayloadType.SKF);
            PayloadType first = new PayloadType(in.u8("next payload"));
            in.skip(1, "critical bit");
            int length = in.u16("payload length") - PayloadCodecs.GENERIC_OCTETS;
            if (length != in.remaining()) { // RFC 7296 section 3.14: it is the last payload
                throw in.error("encrypted payload of " + length + " octets in " + in.remaining());
            }
            int number = fragment ? in.u16("fragment number") : 0;
            int total = fragment ? in.u16("total fragments") : 0;
            // RFC 7383 section 2.5: numbers start at 1 and end at the total
            if (fragment && (number < 1 || number > total || total > MAX_FRAGMENTS)) {
                throw in.error("fragment " + number + " of " + total);
            }
            if (fragment && number > 1) {
                first = PayloadType.NONE;
            }
            return new Outer(header, unprotected, criticalUnknown, first, number, total, in.offset());
        }

        boolean isFragment() {
            return total > 0;
        }

        /** Payloads before the encrypted one are authentic but readable: none that we know belongs there. */
        void checkUnprotectedPayloads() throws IkeProtocolException {
            if (!criticalUnknown.equals(PayloadType.NONE)) {
                throw new IkeProtocolException(
                        NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD,
                        Chunk.of((byte) criticalUnknown.value()),
                        "critical payload of unknown type " + criticalUnknown.value());
            }
            for (PayloadType type : unprotected) {
                if (PayloadCodecs.knows(type)) {
                    throw IkeProtocolException.syntax("payload " + type + " outside of the encrypted payload");
                }
            }
        }
    }
}
