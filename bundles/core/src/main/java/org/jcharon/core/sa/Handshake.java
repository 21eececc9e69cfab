// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.wire.Chunk;

/** What an IKE_SA keeps from IKE_SA_INIT until it is authenticated. Lease held. */
public final class Handshake {

    private Chunk localNonce = Chunk.EMPTY;
    private Chunk remoteNonce = Chunk.EMPTY;
    private Chunk sentInit = Chunk.EMPTY;
    private Chunk receivedInit = Chunk.EMPTY;
    private final Set<HashAlgorithm> peerHashes = EnumSet.noneOf(HashAlgorithm.class);
    private final List<Certificate> receivedCertificates = new ArrayList<>();
    private final Set<Chunk> requestedAuthorities = new LinkedHashSet<>();
    private final Intermediate intermediate = new Intermediate();
    private boolean certificateRequested;
    private List<PeerConfig> candidates = List.of();

    /** Our nonce. */
    public Chunk localNonce() {
        return localNonce;
    }

    /** Our nonce. */
    public void localNonce(Chunk nonce) {
        localNonce = nonce;
    }

    /** Peer's nonce. */
    public Chunk remoteNonce() {
        return remoteNonce;
    }

    /** Peer's nonce. */
    public void remoteNonce(Chunk nonce) {
        remoteNonce = nonce;
    }

    /** The last IKE_SA_INIT message that we sent, as on the wire without non-ESP marker. */
    public Chunk sentInit() {
        return sentInit;
    }

    /** The last IKE_SA_INIT message that we sent. */
    public void sentInit(Chunk octets) {
        sentInit = octets;
    }

    /** The IKE_SA_INIT message of the peer that counts, as on the wire without non-ESP marker. */
    public Chunk receivedInit() {
        return receivedInit;
    }

    /** The IKE_SA_INIT message of the peer that counts. */
    public void receivedInit(Chunk octets) {
        receivedInit = octets;
    }

    /** Hash algorithms that the peer announced for signatures (RFC 7427); empty: it knows only the older methods. */
    public Set<HashAlgorithm> peerHashes() {
        return peerHashes;
    }

    /** End entity and intermediate certificates that the peer sent, in order; bounded by the message codec. */
    public List<Certificate> receivedCertificates() {
        return receivedCertificates;
    }

    /** Key hashes of the authorities that the peer accepts. */
    public Set<Chunk> requestedAuthorities() {
        return requestedAuthorities;
    }

    /** Whether the peer sent any CERTREQ. */
    public boolean isCertificateRequested() {
        return certificateRequested;
    }

    /** The peer sent a CERTREQ. */
    public void certificateRequested() {
        certificateRequested = true;
    }

    /** Exchanges before authentication. */
    public Intermediate intermediate() {
        return intermediate;
    }

    /** Responder: connections that may be meant, best first. */
    public List<PeerConfig> candidates() {
        return candidates;
    }

    /** Responder: connections that may be meant, best first. */
    public void candidates(List<PeerConfig> configs) {
        candidates = List.copyOf(configs);
    }
}
