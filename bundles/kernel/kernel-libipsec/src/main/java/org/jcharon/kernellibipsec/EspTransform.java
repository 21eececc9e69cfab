// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.util.Arrays;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.Cipher;
import org.jcharon.api.crypto.IntegrityException;
import org.jcharon.api.crypto.Mac;

/**
 * Protects and opens ESP packets in place. In the array lie, from {@code header} on: SPI, low half of the sequence number, IV,
 * payload with trailer, ICV. Not thread-safe; {@link #close()} wipes the keys.
 */
abstract class EspTransform implements AutoCloseable {

    static final int HEADER = 8;

    /** Length of the IV in octets. */
    abstract int ivOctets();

    /** Length of the ICV in octets. */
    abstract int icvOctets();

    /** Payload and trailer together are a multiple of this, at least 4 (RFC 4303 section 2.4). */
    abstract int alignment();

    /** Ciphertext is a multiple of this; less strict than {@link #alignment()}, for what peers send. */
    abstract int blockOctets();

    /** Writes the IV. */
    abstract void writeIv(byte[] packet, int at, long sequence);

    /** Encrypts {@code length} octets of payload and trailer and writes the ICV; SPI, number and IV are there. */
    abstract void seal(byte[] packet, int header, int length, long sequence);

    /** Verifies the ICV, then decrypts {@code length} octets of payload and trailer. */
    abstract void open(byte[] packet, int header, int length, long sequence) throws IntegrityException;

    @Override
    public abstract void close();

    /** Ciphers with integrity (RFC 4106, 4309, 7634). The sequence number is the IV: it never repeats under one key. */
    static final class Combined extends EspTransform {

        private final Aead aead;
        private final boolean extended;
        private final byte[] associated = new byte[12];

        Combined(Aead aead, boolean extended) {
            this.aead = aead;
            this.extended = extended;
        }

        @Override
        int ivOctets() {
            return aead.ivOctets();
        }

        @Override
        int icvOctets() {
            return aead.icvOctets();
        }

        @Override
        int alignment() {
            return 4;
        }

        @Override
        int blockOctets() {
            return 1;
        }

        @Override
        void writeIv(byte[] packet, int at, long sequence) {
            Octets.put64(packet, at, sequence);
        }

        @Override
        void seal(byte[] packet, int header, int length, long sequence) {
            int iv = header + HEADER;
            int data = iv + aead.ivOctets();
            if (extended) {
                associate(packet, header, sequence);
                aead.encrypt(packet, iv, associated, 0, associated.length, packet, data, length);
            } else {
                aead.encrypt(packet, iv, packet, header, HEADER, packet, data, length);
            }
        }

        @Override
        void open(byte[] packet, int header, int length, long sequence) throws IntegrityException {
            int iv = header + HEADER;
            int data = iv + aead.ivOctets();
            if (extended) {
                associate(packet, header, sequence);
                aead.decrypt(packet, iv, associated, 0, associated.length, packet, data, length);
            } else {
                aead.decrypt(packet, iv, packet, header, HEADER, packet, data, length);
            }
        }

        // RFC 4106 section 5: SPI and the whole sequence number.
        private void associate(byte[] packet, int header, long sequence) {
            System.arraycopy(packet, header, associated, 0, 4);
            Octets.put64(associated, 4, sequence);
        }

        @Override
        public void close() {
            aead.close();
        }
    }

    /** A cipher and a MAC over everything before the ICV (RFC 4303 section 2.8). */
    static final class Separate extends EspTransform {

        private final Cipher cipher;
        private final Mac mac;
        private final boolean extended;
        private final Ivs ivs;
        private final byte[] high = new byte[4];
        private final byte[] icv;

        Separate(Cipher cipher, Mac mac, boolean extended, Ivs ivs) {
            this.cipher = cipher;
            this.mac = mac;
            this.extended = extended;
            this.ivs = ivs;
            this.icv = new byte[mac.icvOctets()];
        }

        @Override
        int ivOctets() {
            return cipher.ivOctets();
        }

        @Override
        int icvOctets() {
            return mac.icvOctets();
        }

        @Override
        int alignment() {
            return Math.max(4, cipher.blockOctets());
        }

        @Override
        int blockOctets() {
            return cipher.blockOctets();
        }

        @Override
        void writeIv(byte[] packet, int at, long sequence) {
            int octets = cipher.ivOctets();
            if (cipher.blockOctets() > 1) {
                ivs.next(packet, at, octets); // CBC: unpredictable (RFC 3602 section 3)
            } else if (octets >= 8) {
                Arrays.fill(packet, at, at + octets - 8, (byte) 0);
                Octets.put64(packet, at + octets - 8, sequence); // CTR: unique (RFC 3686 section 3.1)
            }
        }

        @Override
        void seal(byte[] packet, int header, int length, long sequence) {
            int iv = header + HEADER;
            cipher.encrypt(packet, iv, packet, iv + cipher.ivOctets(), length);
            authenticate(packet, header, HEADER + cipher.ivOctets() + length, sequence);
            System.arraycopy(icv, 0, packet, iv + cipher.ivOctets() + length, icv.length);
        }

        @Override
        void open(byte[] packet, int header, int length, long sequence) throws IntegrityException {
            int data = header + HEADER + cipher.ivOctets();
            authenticate(packet, header, HEADER + cipher.ivOctets() + length, sequence);
            int difference = 0;
            for (int i = 0; i < icv.length; i++) {
                difference |= icv[i] ^ packet[data + length + i];
            }
            if (difference != 0) {
                throw new IntegrityException();
            }
            cipher.decrypt(packet, header + HEADER, packet, data, length);
        }

        private void authenticate(byte[] packet, int header, int octets, long sequence) {
            mac.update(packet, header, octets);
            if (extended) {
                Octets.put32(high, 0, (int) (sequence >>> 32)); // authenticated, not sent (RFC 4303 section 2.2.1)
                mac.update(high, 0, high.length);
            }
            mac.icv(icv, 0);
        }

        @Override
        public void close() {
            cipher.close();
            mac.close();
        }
    }
}
