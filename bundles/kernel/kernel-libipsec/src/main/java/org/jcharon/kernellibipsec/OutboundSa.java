// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.processing.TimeSource;

/** An outbound SA: numbers packets and protects them. Any thread. */
final class OutboundSa extends Sa {

    /** Space that the longest header and IV need in front of a packet. */
    static final int HEADROOM = 32;

    /** Space that padding, trailer and ICV need behind a packet. */
    static final int TAILROOM = 320;

    private static final long LAST_OF_32_BITS = 0xFFFF_FFFFL;
    /** Rekeying starts while a quarter of the numbers is left. */
    private static final long NEARLY_USED_UP = 0xC000_0000L;

    private final int headerOctets;
    private final boolean extended;
    private final int tfcPadding;
    private long sequence; // of the last packet; guarded by this

    OutboundSa(KernelSa definition, TransformSource transforms, TimeSource time) throws KernelException {
        super(definition, transforms, time);
        this.headerOctets = EspTransform.HEADER + transform.ivOctets();
        this.extended = definition.extendedSequenceNumbers();
        this.tfcPadding = definition.tfcPadding();
    }

    /** Octets that {@link #protect} puts in front of a packet; constant. */
    int headerOctets() {
        return headerOctets;
    }

    synchronized long sequence() {
        return sequence;
    }

    /** Continues behind {@code last}. */
    synchronized void continueAfter(long last) {
        sequence = last;
    }

    /**
     * Makes an ESP packet around an inner one. Writes {@link #headerOctets()} in front of it and up to {@link #TAILROOM} octets behind.
     *
     * @param octets counted against the limits: {@code length} unless it is a dummy
     * @param nextHeader 4, 41, or 59 for a dummy (RFC 4303 section 2.6)
     * @return octets of the ESP packet, or the code of a {@link Drop}
     */
    synchronized int protect(byte[] packet, int inner, int length, int nextHeader, int octets) {
        if (!isUsable()) {
            return Drop.EXPIRED.code();
        }
        if (!extended && sequence >= LAST_OF_32_BITS) {
            raise(HARD); // RFC 4303 section 3.3.3: the counter must not cycle
            return Drop.EXPIRED.code();
        }
        int header = inner - headerOctets();
        int end = pad(packet, inner, length);
        packet[end++] = (byte) nextHeader;
        sequence++;
        Octets.put32(packet, header, spi);
        Octets.put32(packet, header + 4, (int) sequence);
        transform.writeIv(packet, header + EspTransform.HEADER, sequence);
        transform.seal(packet, header, end - inner, sequence);
        account(octets);
        if (!extended && sequence >= NEARLY_USED_UP) {
            raise(SOFT);
        }
        return end - header + transform.icvOctets();
    }

    // TFC padding, then 1, 2, 3, ... and its length (RFC 4303 sections 2.4 and 2.7). Returns the place of the next
    // header.
    private int pad(byte[] packet, int inner, int length) {
        int end = inner + length;
        if (length < tfcPadding) {
            int wanted = Math.min(inner + tfcPadding, packet.length - TAILROOM);
            while (end < wanted) {
                packet[end++] = 0;
            }
        }
        int alignment = transform.alignment();
        int padding = (alignment - (end - inner + 2) % alignment) % alignment;
        for (int i = 1; i <= padding; i++) {
            packet[end++] = (byte) i;
        }
        packet[end++] = (byte) padding;
        return end;
    }
}
