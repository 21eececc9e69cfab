// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import org.jcharon.api.bus.Log;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.auth.LocalAuthenticator;
import org.jcharon.core.auth.PeerVerifier;
import org.jcharon.core.keymat.AuthOctets;
import org.jcharon.core.keymat.IkeKeys;
import org.jcharon.core.message.AuthPayload;
import org.jcharon.core.message.CertPayload;
import org.jcharon.core.message.CertReqPayload;
import org.jcharon.core.message.IdPayload;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.sa.Extension;
import org.jcharon.core.sa.Handshake;
import org.jcharon.core.sa.IkeSa;

/** What both roles of IKE_AUTH share. Lease held. */
final class AuthContext {

    private static final Log LOG = Log.of("ike");

    private AuthContext() {}

    /** What we authenticate: our last IKE_SA_INIT message, the peer's nonce, our ID payload (RFC 7296 section 2.15). */
    static Chunk localOctets(IkeSa ike, IkeKeys keys, IdPayload id) {
        Handshake handshake = ike.handshake();
        return AuthOctets.of(
                ike.services().crypto(),
                prf(ike),
                handshake.sentInit(),
                handshake.remoteNonce(),
                ike.id().initiator() ? keys.skPi() : keys.skPr(),
                id.body(),
                handshake.intermediate().authTail());
    }

    /** What the peer must have authenticated. */
    static Chunk remoteOctets(IkeSa ike, IkeKeys keys, IdPayload id) {
        Handshake handshake = ike.handshake();
        return AuthOctets.of(
                ike.services().crypto(),
                prf(ike),
                handshake.receivedInit(),
                handshake.localNonce(),
                ike.id().initiator() ? keys.skPr() : keys.skPi(),
                id.body(),
                handshake.intermediate().authTail());
    }

    static TransformId prf(IkeSa ike) {
        return ike.proposal().first(TransformType.PRF).orElseThrow();
    }

    static PeerVerifier verifier(IkeSa ike, IkeKeys keys, AuthPayload auth, IdPayload id) {
        return new PeerVerifier(
                ike.services().crypto(),
                ike.services().credentials(),
                prf(ike),
                auth.method(),
                auth.data(),
                remoteOctets(ike, keys, id),
                !ike.supports(Extension.SIGNATURE_AUTH));
    }

    static LocalAuthenticator authenticator(IkeSa ike) {
        return new LocalAuthenticator(
                ike.services().crypto(),
                ike.services().credentials(),
                prf(ike),
                java.util.Set.copyOf(ike.handshake().peerHashes()),
                ike.supports(Extension.SIGNATURE_AUTH),
                java.util.List.copyOf(ike.handshake().requestedAuthorities()));
    }

    /** Keeps the certificates and authorities that a message brings. */
    static void readCertificates(IkeSa ike, IkeMessage in) {
        int left = ike.services().settings().maxPeerCertificates()
                - ike.handshake().receivedCertificates().size();
        for (CertPayload payload : in.all(CertPayload.class)) {
            if (left-- <= 0) {
                LOG.control(
                        "received more than {} certificates, ignoring the others",
                        ike.services().settings().maxPeerCertificates());
                break; // nobody has shown yet that these are worth anything
            }
            if (payload.encoding() == Certificates.X509_SIGNATURE) {
                ike.services().credentials().decode(payload.data()).ifPresent(certificate -> {
                    var received = ike.handshake().receivedCertificates();
                    // RFC 7296 section 3.6: the first is that of the peer itself
                    LogCertificates.received(received.isEmpty() ? "end entity" : "issuer", certificate);
                    received.add(certificate);
                });
            }
        }
        in.all(CertReqPayload.class).forEach(request -> CertificateRequests.read(ike, request));
    }

    /** Adds our certificates where the connection and the peer want them. */
    static void addCertificates(IkeSa ike, LocalAuthenticator.Identity identity, MessageBuilder out) {
        boolean asked = ike.handshake().isCertificateRequested();
        boolean send = ike.peerConfig().sendCertificateAlways()
                || (asked && !ike.peerConfig().sendCertificateNever());
        if (identity.credential().isEmpty() || !send) {
            return;
        }
        var credential = identity.credential().get();
        LogCertificates.sending("end entity", credential.certificate());
        out.add(new CertPayload(
                Certificates.X509_SIGNATURE, credential.certificate().der()));
        credential.intermediates().forEach(issuer -> {
            LogCertificates.sending("issuer", issuer);
            out.add(new CertPayload(Certificates.X509_SIGNATURE, issuer.der()));
        });
    }
}
