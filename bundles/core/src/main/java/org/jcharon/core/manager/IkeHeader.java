// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

import java.nio.ByteBuffer;
import org.jcharon.api.wire.Chunk;

/**
 * The first 28 octets of an IKE message (RFC 7296 section 3.1).
 *
 * @param spii initiator's SPI, as a number of 8 octets
 * @param spir responder's SPI
 * @param nextPayload type of the first payload, 0 to 255
 * @param version major version in the upper, minor in the lower 4 bits
 * @param exchangeType 0 to 255
 * @param flags 0 to 255
 * @param messageId unsigned, 0 to 2^32-1
 * @param length of the whole message in octets, 0 to 2^32-1
 */
public record IkeHeader(
        long spii, long spir, int nextPayload, int version, int exchangeType, int flags, long messageId, long length) {

    /** Octets of the header. */
    public static final int OCTETS = 28;
    /** Exchange type IKE_SA_INIT. */
    public static final int IKE_SA_INIT = 34;
    /** Exchange type IKE_AUTH. */
    public static final int IKE_AUTH = 35;
    /** Exchange type CREATE_CHILD_SA. */
    public static final int CREATE_CHILD_SA = 36;
    /** Exchange type INFORMATIONAL. */
    public static final int INFORMATIONAL = 37;
    /** Flag: sent by the original initiator. */
    public static final int FLAG_INITIATOR = 0x08;
    /** Flag: a response. */
    public static final int FLAG_RESPONSE = 0x20;

    private static final int SKF = 53;

    /** Reads it from the beginning of {@code message}, which has at least 28 octets. Checks nothing. */
    public static IkeHeader of(Chunk message) {
        ByteBuffer in = message.buffer();
        return new IkeHeader(
                in.getLong(),
                in.getLong(),
                in.get() & 0xFF,
                in.get() & 0xFF,
                in.get() & 0xFF,
                in.get() & 0xFF,
                in.getInt() & 0xFFFF_FFFFL,
                in.getInt() & 0xFFFF_FFFFL);
    }

    /** Whether the original initiator sent it. */
    public boolean fromInitiator() {
        return (flags & FLAG_INITIATOR) != 0;
    }

    /** Whether it is a response. */
    public boolean isResponse() {
        return (flags & FLAG_RESPONSE) != 0;
    }

    /** Whether it asks for a new IKE_SA: an IKE_SA_INIT request with message ID 0 and no responder SPI. */
    public boolean isInitialRequest() {
        return exchangeType == IKE_SA_INIT && fromInitiator() && !isResponse() && messageId == 0 && spir == 0;
    }

    /** Whether it is a fragment of RFC 7383: several of one message ID belong together. */
    public boolean isFragment() {
        return nextPayload == SKF;
    }

    /** Our own SPI if we are the one whom it is for. */
    public long receiverSpi() {
        return fromInitiator() ? spir : spii;
    }
}
