// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.bus.Log;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.CertReqPayload;
import org.jcharon.core.sa.Handshake;
import org.jcharon.core.sa.IkeSa;

/** CERTREQ payloads (RFC 7296 section 3.7): which certification authorities a side accepts, with strongSwan's log lines. Lease held. */
final class CertificateRequests {

    private static final Log LOG = Log.of("ike");

    /** SHA-1 of a public key. */
    private static final int HASH_LENGTH = 20;

    /** Of a stranger's list; the others are ignored. */
    private static final int MOST = 100;

    private CertificateRequests() {}

    /** Looks up what {@link #send} names; the trust anchors that we know if {@code demanded} is empty. */
    static CompletableFuture<Map<Chunk, Certificate>> lookUp(IkeSa ike, List<Certificate> demanded) {
        return ike.services().credentials().authorities(demanded).toCompletableFuture();
    }

    /** Looks up the trust anchors for {@link #logReceived}, if there is anything to say of them. */
    static CompletableFuture<Map<Chunk, Certificate>> lookUpReceived(IkeSa ike) {
        return ike.handshake().requestedAuthorities().isEmpty()
                ? CompletableFuture.completedFuture(Map.of())
                : lookUp(ike, List.of());
    }

    /** Adds one payload that names all of a finished look-up, if there are any. */
    static void send(CompletableFuture<Map<Chunk, Certificate>> authorities, MessageBuilder out) {
        Map<Chunk, Certificate> accepted = found(authorities);
        if (accepted.isEmpty()) {
            return;
        }
        accepted.values().forEach(authority -> LOG.control("sending cert request for {}", authority));
        out.add(new CertReqPayload(
                Certificates.X509_SIGNATURE, Chunk.concat(accepted.keySet().toArray(Chunk[]::new))));
    }

    /** Takes down whom the peer accepts. */
    static void read(IkeSa ike, CertReqPayload request) {
        Handshake handshake = ike.handshake();
        handshake.certificateRequested();
        if (request.encoding() == Certificates.X509_SIGNATURE) {
            Chunk hashes = request.data();
            Set<Chunk> accepted = handshake.requestedAuthorities();
            for (int at = 0; at + HASH_LENGTH <= hashes.length() && accepted.size() < MOST; at += HASH_LENGTH) {
                accepted.add(hashes.slice(at, at + HASH_LENGTH));
            }
        }
    }

    /** Says which of the authorities that the peer accepts are among ours. */
    static void logReceived(IkeSa ike, CompletableFuture<Map<Chunk, Certificate>> known) {
        Map<Chunk, Certificate> ours = found(known);
        int unknown = 0;
        for (Chunk hash : ike.handshake().requestedAuthorities()) {
            Certificate authority = ours.get(hash);
            if (authority == null) {
                unknown++;
            } else {
                LOG.control("received cert request for {}", authority);
            }
        }
        if (unknown > 0) {
            LOG.control("received {} cert requests for an unknown ca", unknown);
        }
    }

    private static Map<Chunk, Certificate> found(CompletableFuture<Map<Chunk, Certificate>> lookup) {
        return lookup.isCompletedExceptionally() ? Map.of() : lookup.join();
    }
}
