// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

/** Why a packet was dropped. */
enum Drop {
    /** Shorter than its headers say, or a length that the cipher cannot have. */
    MALFORMED(0, "malformed"),
    /** ESP for an SPI that is not ours. */
    NO_SA(1, "no SA"),
    /** Sequence number left of the window. */
    TOO_OLD(2, "sequence number left of the window"),
    /** Sequence number in the window that has arrived before. */
    REPLAYED(3, "replayed"),
    /** The ICV does not match. */
    FORGED(4, "integrity check failed"),
    /** Padding that no sender makes. */
    BAD_PADDING(5, "bad padding"),
    /** A dummy packet (RFC 4303 section 2.6): normal. */
    DUMMY(6, "dummy packet"),
    /** Not an IP packet inside, or of another version than the trailer says. */
    BAD_INNER(7, "wrong inner packet"),
    /** Decrypted, but not what the SA is for. */
    SELECTOR(8, "outside the selectors of the SA"),
    /** Past a hard limit, or the sequence numbers are used up. */
    EXPIRED(9, "SA has ended"),
    /** From the device, no policy or one that does not protect: never sent in clear. */
    NO_POLICY(10, "no policy"),
    /** From the device, the policy has no SA yet or no more. */
    NO_OUTBOUND_SA(11, "policy without SA"),
    /** The socket refused it or there is none. */
    NOT_SENT(12, "not sent"),
    /** The device refused it. */
    NOT_DELIVERED(13, "not delivered"),
    /** Congestion was marked outside and the inner packet cannot carry the mark (RFC 6040 section 4.2). */
    CONGESTION(14, "congestion on a packet without ECN"),
    /** A fault of ours or of a crypto provider; the log has the first. */
    FAULT(15, "internal fault");

    private static final Drop[] ALL = values();

    private final int index;
    final String text;

    Drop(int index, String text) {
        this.index = index;
        this.text = text;
    }

    /** Place in a table of all reasons. */
    int index() {
        return index;
    }

    /** This reason as a negative result. */
    int code() {
        return -1 - index;
    }

    static Drop of(long code) {
        return ALL[(int) (-1 - code)];
    }
}
