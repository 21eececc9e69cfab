// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import org.jcharon.api.bus.Log;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.api.wire.WireWriter;
import org.jcharon.core.keymat.ChildKeys;
import org.jcharon.core.keymat.IkeKeys;
import org.jcharon.core.message.MessageCrypter;
import org.jcharon.core.sa.Handshake;
import org.jcharon.core.sa.IkeSa;

/** Gives SAs the keys that an exchange agreed on. Lease held. */
final class IkeKeying {

    private static final Log IKE = Log.of("ike");
    private static final Log CHD = Log.of("chd");

    private IkeKeying() {}

    /** Has an IKE_SA protect its messages with these keys. */
    private static void use(IkeSa ike, Proposal agreed, IkeKeys keys) {
        IKE.dump("Sk_d secret", keys.skD());
        IKE.dump("Sk_ai secret", keys.skAi());
        IKE.dump("Sk_ar secret", keys.skAr());
        IKE.dump("Sk_ei secret", keys.skEi());
        IKE.dump("Sk_er secret", keys.skEr());
        IKE.dump("Sk_pi secret", keys.skPi());
        IKE.dump("Sk_pr secret", keys.skPr());
        ike.keys(
                agreed,
                keys,
                MessageCrypter.create(
                        ike.services().crypto(), agreed, keys, ike.id().initiator()));
    }

    /** Keys after IKE_SA_INIT (RFC 7296 section 2.14). */
    static void initial(IkeSa ike, Proposal chosen, Secret shared) {
        Handshake handshake = ike.handshake();
        boolean initiator = ike.id().initiator();
        Chunk ni = initiator ? handshake.localNonce() : handshake.remoteNonce();
        Chunk nr = initiator ? handshake.remoteNonce() : handshake.localNonce();
        CryptoRegistry crypto = ike.services().crypto();
        IkeKeys keys = IkeKeys.derive(
                crypto, chosen, ni, nr, ike.id().initiatorSpi(), ike.id().responderSpi(), shared);
        ike.authNonces(ni, nr);
        use(ike, chosen, keys);
    }

    /** Keys after an additional key exchange in IKE_INTERMEDIATE (RFC 9370 section 2.2.2). */
    static void additional(IkeSa ike, Secret shared) {
        CryptoRegistry crypto = ike.services().crypto();
        IkeSa.Nonces nonces = ike.authNonces();
        IkeKeys keys = ike.keys()
                .update(
                        crypto,
                        ike.proposal(),
                        nonces.initiator(),
                        nonces.responder(),
                        ike.id().initiatorSpi(),
                        ike.id().responderSpi(),
                        shared);
        use(ike, ike.proposal(), keys);
    }

    /** Keys of the successor of an IKE_SA (RFC 7296 section 2.18). */
    static void rekeyed(IkeSa old, IkeSa fresh, Proposal chosen, List<Secret> shared, Chunk ni, Chunk nr) {
        CryptoRegistry crypto = old.services().crypto();
        Proposal bare = chosen.withSpi(Chunk.EMPTY);
        IkeKeys keys = IkeKeys.rekey(
                crypto,
                AuthContext.prf(old),
                old.keys().skD(),
                bare,
                ni,
                nr,
                fresh.id().initiatorSpi(),
                fresh.id().responderSpi(),
                shared);
        fresh.authNonces(ni, nr);
        use(fresh, bare, keys);
    }

    /**
     * Keys of a CHILD_SA (RFC 7296 section 2.17).
     *
     * @param shared secrets of its own key exchanges, the main one first; none without
     */
    static ChildKeys child(
            IkeSa ike, Proposal agreed, Chunk initiatorNonce, Chunk responderNonce, List<Secret> shared) {
        ChildKeys keys = ChildKeys.derive(
                ike.services().crypto(),
                AuthContext.prf(ike),
                ike.keys().skD(),
                agreed,
                initiatorNonce,
                responderNonce,
                shared);
        CHD.dump("encryption initiator key", keys.encrI());
        CHD.dump("encryption responder key", keys.encrR());
        CHD.dump("integrity initiator key", keys.integI());
        CHD.dump("integrity responder key", keys.integR());
        return keys;
    }

    /** An IKE SPI as it stands in payloads. */
    static Chunk spiOctets(long spi) {
        return new WireWriter(8).u64(spi).toChunk();
    }

    /** Whether octets are the SPI of an IKE_SA: 8 of them, and not zero (RFC 7296 section 3.1). */
    static boolean isSpi(Chunk octets) {
        return octets.length() == 8 && spiNumber(octets) != 0;
    }

    /** The number of an IKE SPI of 8 octets. */
    static long spiNumber(Chunk octets) {
        return octets.buffer().getLong();
    }
}
