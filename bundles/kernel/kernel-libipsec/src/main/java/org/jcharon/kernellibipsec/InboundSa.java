// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.util.List;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.IntegrityException;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.socket.Endpoint;

/** An inbound SA: verifies packets, guards against replay and enforces its selectors. Any thread. */
final class InboundSa extends Sa {

    /** Asked about packets of an SA that came without selectors of its own. */
    interface InboundPolicies {
        boolean permits(Flow flow, int reqid);
    }

    static final int NEXT_IPV4 = 4;
    static final int NEXT_IPV6 = 41;
    static final int NEXT_NONE = 59;

    private final boolean extended;
    private Selector[] sources; // guarded by this
    private Selector[] destinations; // guarded by this
    private final InboundPolicies policies;
    private final ReplayWindow window; // guarded by this
    private final Flow flow = new Flow(); // guarded by this
    private Endpoint movedTo; // guarded by this

    InboundSa(KernelSa definition, TransformSource transforms, TimeSource time, InboundPolicies policies)
            throws KernelException {
        super(definition, transforms, time);
        this.extended = definition.extendedSequenceNumbers();
        this.sources = Selector.all(definition.sourceSelectors());
        this.destinations = Selector.all(definition.destinationSelectors());
        this.policies = policies;
        this.window = new ReplayWindow(definition.replayWindow());
    }

    /**
     * Verifies and decrypts an ESP packet in place.
     *
     * @param from where it came from if it came in UDP, else null
     * @return offset of the inner packet in the upper, its length in the lower 32 bits; or the code of a {@link Drop}
     */
    synchronized long open(byte[] packet, int offset, int length, Endpoint from) {
        if (!isUsable()) {
            return Drop.EXPIRED.code();
        }
        int inner = offset + EspTransform.HEADER + transform.ivOctets();
        int sealed = length - EspTransform.HEADER - transform.ivOctets() - transform.icvOctets();
        if (sealed < 2 || sealed % transform.blockOctets() != 0) {
            return Drop.MALFORMED.code();
        }
        long number = Octets.u32(packet, offset + 4);
        if (extended) {
            number = window.infer(number);
        }
        // Cheap checks first; the window moves only after the ICV is verified (RFC 4303 section 3.4.3).
        if (window.isTooOld(number) || (number == 0 && window.packets() > 0)) {
            return Drop.TOO_OLD.code();
        }
        if (window.isSeen(number)) {
            return Drop.REPLAYED.code();
        }
        try {
            transform.open(packet, offset, sealed, number);
        } catch (IntegrityException e) {
            return Drop.FORGED.code();
        }
        boolean newest = Long.compareUnsigned(number, window.top()) > 0;
        window.accept(number);
        if (newest && from != null) {
            follow(from);
        }
        return unwrap(packet, inner, sealed);
    }

    // Authentic from here on.
    private long unwrap(byte[] packet, int inner, int sealed) {
        int next = packet[inner + sealed - 1] & 0xFF;
        int padding = packet[inner + sealed - 2] & 0xFF;
        int payload = sealed - 2 - padding;
        if (payload < 0) {
            return Drop.BAD_PADDING.code();
        }
        for (int i = 0; i < padding; i++) {
            if (packet[inner + payload + i] != (byte) (i + 1)) {
                return Drop.BAD_PADDING.code(); // RFC 4303 section 2.4: the receiver should inspect it
            }
        }
        if (next == NEXT_NONE) {
            return Drop.DUMMY.code();
        }
        if (next != NEXT_IPV4 && next != NEXT_IPV6
                || !flow.parse(packet, inner, payload)
                || flow.ipv6 != (next == NEXT_IPV6)) {
            return Drop.BAD_INNER.code();
        }
        if (!isSelected()) {
            return Drop.SELECTOR.code();
        }
        account(flow.totalOctets);
        return (long) inner << 32 | flow.totalOctets;
    }

    // RFC 4301 section 5.2 step 4. Either list may be missing: then the policies of the reqid decide.
    private boolean isSelected() {
        if (sources.length == 0 || destinations.length == 0) {
            return policies.permits(flow, reqid());
        }
        boolean source = false;
        for (Selector selector : sources) {
            source |= selector.matchesSource(flow);
        }
        boolean destination = false;
        for (Selector selector : destinations) {
            destination |= selector.matchesDestination(flow);
        }
        return source && destination;
    }

    // Each new endpoint is reported once; core answers by moving the SA.
    private void follow(Endpoint from) {
        Path path = path();
        if (!path.encapsulated() || from.equals(path.source())) {
            movedTo = null;
        } else if (!from.equals(movedTo)) {
            movedTo = from;
            signal(MOVED);
        }
    }

    /** The endpoint that the last {@link Sa#MOVED} is about; null if the peer is where it was again. */
    synchronized Endpoint movedTo() {
        return movedTo;
    }

    @Override
    synchronized void move(SaId newId, Path newPath) {
        super.move(newId, newPath);
        movedTo = null;
    }

    @Override
    synchronized void select(List<TrafficSelector> newSources, List<TrafficSelector> newDestinations) {
        super.select(newSources, newDestinations);
        sources = Selector.all(newSources);
        destinations = Selector.all(newDestinations);
    }

    synchronized long top() {
        return window.top();
    }

    synchronized long[] windowWords() {
        return window.snapshot();
    }

    synchronized void restoreWindow(long top, long[] words) {
        window.restore(top, words);
    }
}
