// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jcharon.api.wire.WireException;
import org.jcharon.vici.message.Packet;

/** Puts segments together from what arrives; holds little more than what did arrive. Used by one thread. */
final class Assembler {

    private static final int FIRST_ROOM = 512;

    private final byte[] header = new byte[Integer.BYTES];
    private int headerOctets;
    private byte[] body = new byte[0];
    private int length;
    private int have;

    /** The next segment, without its length; null: {@code in} was used up before its end. */
    byte[] next(ByteBuffer in) throws WireException {
        while (headerOctets < header.length) {
            if (!in.hasRemaining()) {
                return null;
            }
            header[headerOctets++] = in.get();
            if (headerOctets == header.length) {
                begin(Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt()));
            }
        }
        int more = Math.min(length - have, in.remaining());
        if (have + more > body.length) {
            byte[] grown = Arrays.copyOf(body, Math.min(length, Math.max(body.length * 2, have + more)));
            Arrays.fill(body, (byte) 0);
            body = grown;
        }
        in.get(body, have, more);
        have += more;
        if (have < length) {
            return null;
        }
        byte[] whole = body;
        reset();
        return whole;
    }

    private void begin(long octets) throws WireException {
        if (octets == 0 || octets > Packet.MAX_SEGMENT) {
            throw new WireException("segment of " + octets + " octets, not 1 to " + Packet.MAX_SEGMENT, 0);
        }
        length = (int) octets;
        body = new byte[Math.min(length, FIRST_ROOM)];
    }

    private void reset() {
        body = new byte[0];
        headerOctets = 0;
        length = 0;
        have = 0;
    }

    /** Whether a segment began that did not end. */
    boolean isPartial() {
        return headerOctets > 0;
    }

    /** Octets that are held. */
    int held() {
        return body.length;
    }

    /** Wipes what is held. */
    void wipe() {
        Arrays.fill(body, (byte) 0);
        reset();
    }
}
