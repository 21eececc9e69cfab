// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jcharon.api.wire.Chunk;

/** What an IKE_SA knows about the ways to its peer (RFC 4555), handed on when it is rekeyed. Lease held. */
public final class Mobility {

    /** A peer that lists more addresses than this gets no more of them probed. */
    static final int MAX_PEER_ADDRESSES = 16;

    private final List<InetAddress> peerAddresses = new ArrayList<>();
    private final Set<IkePath> refused = new LinkedHashSet<>();
    private boolean natTraversal;
    private boolean updateOwed;
    private Chunk mapping = Chunk.EMPTY;

    Mobility() {}

    /** Whether the peer sent NAT detection payloads in IKE_SA_INIT. */
    public boolean hasNatTraversal() {
        return natTraversal;
    }

    /** The peer sent NAT detection payloads in IKE_SA_INIT. */
    public void natTraversal() {
        natTraversal = true;
    }

    /** Addresses of the peer beside the one in use. */
    public List<InetAddress> peerAddresses() {
        return List.copyOf(peerAddresses);
    }

    /** The peer's whole list of additional addresses, in place of what was known (RFC 4555 section 3.6). */
    public void peerAddresses(List<InetAddress> addresses) {
        peerAddresses.clear();
        addresses.stream()
                .filter(address -> !address.isAnyLocalAddress()
                        && !address.isMulticastAddress()
                        && !address.isLoopbackAddress()
                        && !address.isLinkLocalAddress())
                .distinct()
                .limit(MAX_PEER_ADDRESSES)
                .forEach(peerAddresses::add);
    }

    /** Whether the peer does not know yet where we are. */
    public boolean owesUpdate() {
        return updateOwed;
    }

    /** Whether the peer does not know yet where we are. */
    public void owesUpdate(boolean owed) {
        updateOwed = owed;
    }

    /**
     * The peer told how it sees us, as a hash of the mapping that a NAT before us made; whether that is another one than last time. The
     * first one counts as another: what the peer sent ESP to until then is not known.
     */
    public boolean mappingChanged(Chunk hash) {
        boolean changed = !mapping.equals(hash);
        mapping = hash;
        return changed;
    }

    /** The peer does not want this path (UNACCEPTABLE_ADDRESSES): it is not probed again until addresses change. */
    public void refuse(IkePath path) {
        refused.add(path);
    }

    /** Whether the peer refused a path. */
    public boolean isRefused(IkePath path) {
        return refused.contains(path);
    }

    /** Addresses changed: refusals are forgotten. */
    public void forgetRefusals() {
        refused.clear();
    }

    /** Takes over everything but what depends on SPIs. */
    void inherit(Mobility old) {
        natTraversal = old.natTraversal;
        updateOwed = old.updateOwed;
        peerAddresses.addAll(old.peerAddresses);
        refused.addAll(old.refused);
    }
}
