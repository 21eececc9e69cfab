// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.util.Optional;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.Cipher;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.IntegrityException;
import org.jcharon.api.crypto.Mac;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.keymat.IkeKeys;

/**
 * Encryption and integrity of the messages of one IKE_SA, both directions. Not thread-safe: lease held.
 *
 * <p>It owns copies of the keys, wiped by {@link #close()}, and makes the transforms anew for each message, so that an IKE_SA
 * outlives the crypto plugin that it began with.
 */
public final class MessageCrypter implements AutoCloseable {

    private record Keys(Secret encr, Secret integ) implements AutoCloseable {
        @Override
        public void close() {
            encr.close();
            integ.close();
        }
    }

    private final CryptoRegistry crypto;
    private final TransformId encr;
    private final Optional<TransformId> integ; // empty with an AEAD
    private final boolean initiator;
    private final Keys out;
    private final Keys in;
    private final int ivOctets;
    private final int blockOctets;
    private final int icvOctets;
    private long counter;

    private MessageCrypter(
            CryptoRegistry crypto,
            TransformId encr,
            Optional<TransformId> integ,
            boolean initiator,
            Keys out,
            Keys in,
            int ivOctets,
            int blockOctets,
            int icvOctets) {
        this.crypto = crypto;
        this.encr = encr;
        this.integ = integ;
        this.initiator = initiator;
        this.out = out;
        this.in = in;
        this.ivOctets = ivOctets;
        this.blockOctets = blockOctets;
        this.icvOctets = icvOctets;
    }

    /**
     * The crypter of an IKE_SA.
     *
     * @param selected the selected proposal
     * @param keys copied, the caller keeps them
     * @param initiator whether we are the original initiator
     * @throws IllegalArgumentException if the proposal has no encryption, or no integrity where the cipher needs it
     * @throws IllegalStateException if no provider has a transform now
     */
    public static MessageCrypter create(CryptoRegistry crypto, Proposal selected, IkeKeys keys, boolean initiator) {
        TransformId encr = selected.first(TransformType.ENCR)
                .orElseThrow(() -> new IllegalArgumentException("no encryption in " + selected));
        Optional<TransformId> integ = encr.isAead() ? Optional.empty() : selected.first(TransformType.INTEG);
        if (!encr.isAead() && integ.filter(mac -> mac.id() != 0).isEmpty()) {
            throw new IllegalArgumentException("no integrity in " + selected);
        }
        int iv;
        int block;
        int icv;
        if (encr.isAead()) {
            try (Aead aead = aead(crypto, encr)) {
                iv = aead.ivOctets();
                block = 1;
                icv = aead.icvOctets();
            }
        } else {
            try (Cipher cipher = cipher(crypto, encr);
                    Mac mac = mac(crypto, integ.orElseThrow())) {
                iv = cipher.ivOctets();
                block = cipher.blockOctets();
                icv = mac.icvOctets();
            }
        }
        Keys i = new Keys(keys.skEi().copy(), keys.skAi().copy());
        Keys r = new Keys(keys.skEr().copy(), keys.skAr().copy());
        return new MessageCrypter(crypto, encr, integ, initiator, initiator ? i : r, initiator ? r : i, iv, block, icv);
    }

    /** Whether we are the original initiator. */
    public boolean isInitiator() {
        return initiator;
    }

    int ivOctets() {
        return ivOctets;
    }

    int icvOctets() {
        return icvOctets;
    }

    /** Padding for {@code inner} octets: none or less than a block, so that with the length octet it fills blocks. */
    int padOctets(int inner) {
        return (blockOctets - (inner + 1) % blockOctets) % blockOctets;
    }

    /** The most inner octets that encrypt to {@code octets} or less, IV and ICV not counted; negative if none. */
    int innerOctets(int octets) {
        return octets - Math.floorMod(octets, blockOctets) - 1;
    }

    /**
     * Encrypts in place: {@code message} has {@code aadOctets} of headers, room for the IV, padded plaintext, room for the ICV.
     */
    void seal(byte[] message, int aadOctets) {
        byte[] iv = new byte[ivOctets];
        if (encr.isAead() || blockOctets == 1) {
            // RFC 4106 section 3.1, RFC 3686 section 2.1: it must not repeat; a counter cannot
            counter = Math.incrementExact(counter);
            for (int i = 0; i < iv.length && i < Long.BYTES; i++) {
                iv[iv.length - 1 - i] = (byte) (counter >>> (8 * i));
            }
        } else {
            crypto.random().fill(iv); // RFC 7296 section 3.14: it must be unpredictable
        }
        seal(message, aadOctets, iv);
    }

    /** Like {@link #seal(byte[], int)} with a given IV; for known answers only. */
    void seal(byte[] message, int aadOctets, byte[] iv) {
        System.arraycopy(iv, 0, message, aadOctets, ivOctets);
        int start = aadOctets + ivOctets;
        int length = message.length - icvOctets - start;
        if (encr.isAead()) {
            try (Aead aead = aead(crypto, encr)) {
                aead.key(out.encr);
                aead.encrypt(message, aadOctets, message, 0, aadOctets, message, start, length);
            }
            return;
        }
        try (Cipher cipher = cipher(crypto, encr);
                Mac mac = mac(crypto, integ.orElseThrow())) {
            cipher.key(out.encr);
            cipher.encrypt(message, aadOctets, message, start, length);
            mac.key(out.integ);
            mac.update(message, 0, start + length);
            mac.icv(message, start + length);
        }
    }

    /**
     * Verifies and decrypts in place what {@link #seal} made.
     *
     * @return length of the padded plaintext, which begins behind headers and IV; at least 1
     * @throws IntegrityException if it was not made by the peer, or is too short or no multiple of the block
     */
    int open(byte[] message, int aadOctets) throws IntegrityException {
        int start = aadOctets + ivOctets;
        int length = message.length - icvOctets - start;
        if (length < 1 || length % blockOctets != 0) {
            throw new IntegrityException();
        }
        if (encr.isAead()) {
            try (Aead aead = aead(crypto, encr)) {
                aead.key(in.encr);
                aead.decrypt(message, aadOctets, message, 0, aadOctets, message, start, length);
            }
            return length;
        }
        try (Mac mac = mac(crypto, integ.orElseThrow())) {
            byte[] icv = new byte[icvOctets];
            mac.key(in.integ);
            mac.update(message, 0, start + length);
            mac.icv(icv, 0);
            byte[] received = java.util.Arrays.copyOfRange(message, start + length, message.length);
            if (!java.security.MessageDigest.isEqual(icv, received)) {
                throw new IntegrityException();
            }
        }
        try (Cipher cipher = cipher(crypto, encr)) {
            cipher.key(in.encr);
            cipher.decrypt(message, aadOctets, message, start, length);
        }
        return length;
    }

    private static Aead aead(CryptoRegistry crypto, TransformId encr) {
        return crypto.aead(encr).orElseThrow(() -> missing(encr));
    }

    private static Cipher cipher(CryptoRegistry crypto, TransformId encr) {
        return crypto.cipher(encr).orElseThrow(() -> missing(encr));
    }

    private static Mac mac(CryptoRegistry crypto, TransformId integ) {
        return crypto.mac(integ).orElseThrow(() -> missing(integ));
    }

    private static IllegalStateException missing(TransformId transform) {
        return new IllegalStateException("no provider has " + transform);
    }

    @Override
    public void close() {
        out.close();
        in.close();
    }
}
