// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.util.Optional;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.Cipher;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.Mac;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.processing.TimeSource;

/** Makes SAs with the transforms that the registry has now. Any thread. */
final class SaFactory {

    private final CryptoRegistry crypto;
    private final Ivs ivs;
    private final TimeSource time;
    private final InboundSa.InboundPolicies policies;

    SaFactory(CryptoRegistry crypto, TimeSource time, InboundSa.InboundPolicies policies) {
        this.crypto = crypto;
        this.ivs = new Ivs(crypto.random());
        this.time = time;
        this.policies = policies;
    }

    /** An SA with copies of the keys; {@code definition} stays the caller's. */
    Sa make(KernelSa definition) throws KernelException {
        if (definition.replayWindow() < 0 || definition.replayWindow() > ReplayWindow.MAX_PACKETS) {
            throw new KernelException(
                    0,
                    "replay window of " + definition.replayWindow() + " packets: at most " + ReplayWindow.MAX_PACKETS);
        }
        KernelSa own = definition.toBuilder()
                .encryptionKey(definition.encryptionKey().copy())
                .integrityKey(definition.integrityKey().copy())
                .build();
        boolean made = false;
        try {
            Sa sa = own.inbound()
                    ? new InboundSa(own, this::transform, time, policies)
                    : new OutboundSa(own, this::transform, time);
            made = true;
            return sa;
        } finally {
            if (!made) {
                own.close();
            }
        }
    }

    private EspTransform transform(KernelSa sa) throws KernelException {
        boolean extended = sa.extendedSequenceNumbers();
        try {
            if (sa.encryption().isAead()) {
                Aead aead = need(crypto.aead(sa.encryption()), sa.encryption());
                aead.key(sa.encryptionKey());
                return new EspTransform.Combined(aead, extended);
            }
            if (sa.integrity().id() == Transforms.AUTH_NONE) {
                throw new KernelException(0, "ESP with " + sa.encryption() + " and no integrity is refused");
            }
            Cipher cipher = need(crypto.cipher(sa.encryption()), sa.encryption());
            Mac mac = need(crypto.mac(sa.integrity()), sa.integrity());
            cipher.key(sa.encryptionKey());
            mac.key(sa.integrityKey());
            return new EspTransform.Separate(cipher, mac, extended, ivs);
        } catch (IllegalArgumentException e) {
            throw new KernelException(0, "keys of " + sa + " do not fit: " + e.getMessage(), e);
        }
    }

    private static <T> T need(Optional<T> transform, TransformId id) throws KernelException {
        return transform.orElseThrow(() -> new KernelException(0, "no crypto plugin provides " + id));
    }
}
