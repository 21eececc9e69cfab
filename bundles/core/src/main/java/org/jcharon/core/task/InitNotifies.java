// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;
import org.jcharon.core.message.CertReqPayload;
import org.jcharon.core.message.GatewayIdentity;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.Extension;
import org.jcharon.core.sa.IkeSa;

/** Extensions announced in IKE_SA_INIT. */
final class InitNotifies {

    /** Never SHA-1 (RFC 8247 section 4.2). */
    private static final List<HashAlgorithm> ANNOUNCED =
            List.of(HashAlgorithm.SHA2_256, HashAlgorithm.SHA2_384, HashAlgorithm.SHA2_512, HashAlgorithm.IDENTITY);

    private InitNotifies() {}

    static void add(IkeSa ike, MessageBuilder out) {
        if (ike.ikeConfig().fragmentation() != IkeConfig.Fragmentation.NO) {
            out.notify(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED);
        }
        WireWriter hashes = new WireWriter();
        ANNOUNCED.forEach(hash -> hashes.u16(hash.number()));
        out.notify(NotifyType.SIGNATURE_HASH_ALGORITHMS, hashes.toChunk());
        boolean intermediate = ike.id().initiator()
                ? AdditionalKeyExchanges.isIn(IkeProposals.of(ike))
                : ike.supports(Extension.INTERMEDIATE);
        if (intermediate) {
            out.notify(NotifyType.INTERMEDIATE_EXCHANGE_SUPPORTED);
        }
        if (ike.id().initiator() ? PpkInitiator.isConfigured(ike.peerConfig()) : ike.supports(Extension.PPK)) {
            out.notify(NotifyType.USE_PPK);
        }
        if (ike.id().initiator() && ike.services().settings().followRedirects()) {
            // RFC 5685 sections 3 and 4: one of the two
            ike.redirection()
                    .from()
                    .ifPresentOrElse(
                            from -> out.notify(NotifyType.REDIRECTED_FROM, GatewayIdentity.of(from)),
                            () -> out.notify(NotifyType.REDIRECT_SUPPORTED));
        }
        if (!ike.id().initiator() && ike.ikeConfig().childless() != IkeConfig.Childless.NEVER) {
            out.notify(NotifyType.CHILDLESS_IKEV2_SUPPORTED);
        }
    }

    static boolean isAnnounced(HashAlgorithm hash) {
        return ANNOUNCED.contains(hash);
    }

    static void read(IkeSa ike, IkeMessage in) {
        // RFC 7383 section 2.3: fragments are for those who both announced that they support them
        if (ike.ikeConfig().fragmentation() != IkeConfig.Fragmentation.NO
                && in.notify(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED).isPresent()) {
            ike.enable(Extension.FRAGMENTATION);
        }
        if (in.notify(NotifyType.CHILDLESS_IKEV2_SUPPORTED).isPresent()) {
            ike.enable(Extension.CHILDLESS);
        }
        if (in.notify(NotifyType.REDIRECT_SUPPORTED).isPresent()
                || in.notify(NotifyType.REDIRECTED_FROM).isPresent()) {
            ike.enable(Extension.REDIRECT);
        }
        if (in.notify(NotifyType.INTERMEDIATE_EXCHANGE_SUPPORTED).isPresent()) {
            ike.enable(Extension.INTERMEDIATE);
        }
        if (in.notify(NotifyType.USE_PPK).isPresent()) {
            ike.enable(Extension.PPK);
        }
        Optional<NotifyPayload> hashes = in.notify(NotifyType.SIGNATURE_HASH_ALGORITHMS);
        hashes.ifPresent(notify -> readHashes(ike, notify.data()));
        in.all(CertReqPayload.class).forEach(request -> CertificateRequests.read(ike, request));
    }

    private static void readHashes(IkeSa ike, Chunk data) {
        WireReader in = new WireReader(data);
        try {
            while (in.remaining() >= 2) {
                int number = in.u16("hash algorithm");
                for (HashAlgorithm hash : ANNOUNCED) {
                    if (hash.number() == number) {
                        ike.handshake().peerHashes().add(hash);
                    }
                }
            }
            ike.enable(Extension.SIGNATURE_AUTH);
        } catch (WireException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
