// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;

/** Codec of the Security Association payload (RFC 7296 sections 3.3.1 to 3.3.5). */
final class SaCodec {

    /** Proposals of one payload; configurations have a handful. */
    static final int MAX_PROPOSALS = 128;
    /** Transforms of one payload, over all proposals. */
    static final int MAX_TRANSFORMS = 1024;

    private static final int TRANSFORM_HEADER_OCTETS = 8;
    private static final int MORE_PROPOSALS = 2;
    private static final int MORE_TRANSFORMS = 3;
    private static final int KEY_LENGTH = 14;
    private static final int TYPE_VALUE_FORMAT = 0x8000;

    private SaCodec() {}

    static SaPayload decode(WireReader in) throws WireException {
        List<Proposal> proposals = new ArrayList<>();
        int transforms = 0;
        boolean more = true;
        int previous = 0;
        while (more) {
            if (proposals.size() == MAX_PROPOSALS) {
                throw in.error("more than " + MAX_PROPOSALS + " proposals");
            }
            more = more(in.u8("last substructure"), MORE_PROPOSALS, in);
            in.skip(1, "reserved octet");
            int length = in.u16("proposal length");
            Proposal proposal = proposal(in.sub(length - 4, "proposal"));
            // RFC 7296 section 3.3.1: the first is number 1, each further one counts up; gaps do no harm
            if (proposal.number() == 0 || proposal.number() < previous) {
                throw in.error("proposal number " + proposal.number() + " after " + previous);
            }
            previous = proposal.number();
            transforms += proposal.transforms().size();
            if (transforms > MAX_TRANSFORMS) {
                throw in.error("more than " + MAX_TRANSFORMS + " transforms");
            }
            proposals.add(proposal);
        }
        in.end("after the last proposal");
        return new SaPayload(proposals);
    }

    private static boolean more(int value, int wanted, WireReader in) throws WireException {
        if (value != 0 && value != wanted) {
            throw in.error("last substructure " + value);
        }
        return value == wanted;
    }

    private static Proposal proposal(WireReader in) throws WireException {
        int number = in.u8("proposal number");
        ProtocolId protocol = new ProtocolId(in.u8("protocol"));
        int spiOctets = in.u8("SPI size");
        int count = in.u8("number of transforms");
        if (!fits(protocol, spiOctets)) {
            throw in.error(protocol + " proposal with an SPI of " + spiOctets + " octets");
        }
        Chunk spi = in.chunk(spiOctets, "SPI");
        List<TransformId> transforms = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            boolean more = more(in.u8("last substructure"), MORE_TRANSFORMS, in);
            if (more != (i + 1 < count)) {
                throw in.error("transform " + (i + 1) + " of " + count + " marked as " + (more ? "not " : "") + "last");
            }
            in.skip(1, "reserved octet");
            int length = in.u16("transform length");
            transforms.add(transform(in.sub(length - 4, "transform")));
        }
        in.end("proposal");
        return new Proposal(number, protocol, spi, transforms);
    }

    private static boolean fits(ProtocolId protocol, int spiOctets) {
        if (protocol.equals(ProtocolId.IKE)) {
            return spiOctets == 0 || spiOctets == 8;
        }
        return spiOctets == 4 || !(protocol.equals(ProtocolId.ESP) || protocol.equals(ProtocolId.AH));
    }

    private static TransformId transform(WireReader in) throws WireException {
        TransformType type = new TransformType(in.u8("transform type"));
        in.skip(1, "reserved octet");
        int id = in.u16("transform ID");
        int keyBits = 0;
        boolean understood = true;
        while (in.remaining() > 0) {
            int format = in.u16("attribute type");
            int value = in.u16("attribute value or length");
            if (format == (TYPE_VALUE_FORMAT | KEY_LENGTH) && keyBits == 0 && value > 0) {
                keyBits = value;
            } else {
                understood = false;
                if ((format & TYPE_VALUE_FORMAT) == 0) {
                    in.skip(value, "attribute value");
                }
            }
        }
        return new TransformId(type, understood ? id : SaPayload.UNUSABLE, keyBits);
    }

    static void encode(SaPayload sa, WireWriter out) {
        for (int i = 0; i < sa.proposals().size(); i++) {
            Proposal proposal = sa.proposals().get(i);
            int start = out.length();
            out.u8(i + 1 < sa.proposals().size() ? MORE_PROPOSALS : 0)
                    .u8(0)
                    .u16(0)
                    .u8(proposal.number())
                    .u8(proposal.protocol().value())
                    .u8(proposal.spi().length())
                    .u8(proposal.transforms().size())
                    .chunk(proposal.spi());
            for (int t = 0; t < proposal.transforms().size(); t++) {
                encode(
                        proposal.transforms().get(t),
                        t + 1 < proposal.transforms().size(),
                        out);
            }
            out.patchU16(start + 2, out.length() - start);
        }
    }

    private static void encode(TransformId transform, boolean more, WireWriter out) {
        boolean sized = transform.keyBits() > 0;
        out.u8(more ? MORE_TRANSFORMS : 0)
                .u8(0)
                .u16(TRANSFORM_HEADER_OCTETS + (sized ? 4 : 0))
                .u8(transform.type().value())
                .u8(0)
                .u16(transform.id());
        if (sized) {
            out.u16(TYPE_VALUE_FORMAT | KEY_LENGTH).u16(transform.keyBits());
        }
    }
}
