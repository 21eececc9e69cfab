// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.Cipher;
import org.jcharon.api.crypto.IntegrityException;
import org.jcharon.api.crypto.Mac;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.testkit.SeededRandom;
import org.jcharon.lib.testkit.Vectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Published ESP packets. */
class EspTransformTest {

    private final TestCrypto crypto = new TestCrypto();

    static List<Vectors> gcm() {
        return Vectors.cases(EspTransformTest.class, "aes_gcm_esp_mcgrew.json");
    }

    static List<Vectors> cbc() {
        return Vectors.cases(EspTransformTest.class, "aes_cbc_esp_rfc3602.json");
    }

    static List<Vectors> chacha() {
        return Vectors.cases(EspTransformTest.class, "chacha20poly1305.json").stream()
                .filter(vector -> vector.has("esp_packet"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("gcm")
    void makesThePacketsOfRfc4106(Vectors vector) throws IntegrityException {
        byte[] key = vector.bytes("key");
        long sequence = Long.parseUnsignedLong(vector.text("sequence"), 16);
        boolean extended = vector.text("esn").equals("true");
        check(combined(Transforms.ENCR_AES_GCM_16, key, vector.bytes("salt"), extended), vector, "packet", sequence);
    }

    @ParameterizedTest
    @MethodSource("chacha")
    void makesThePacketOfRfc7634(Vectors vector) throws IntegrityException {
        long sequence = Octets.u32(vector.bytes("aad"), 4);
        EspTransform transform =
                combined(Transforms.ENCR_CHACHA20_POLY1305, vector.bytes("key"), vector.bytes("salt"), false);
        check(transform, vector, "esp_packet", sequence);
    }

    @ParameterizedTest
    @MethodSource("cbc")
    void makesThePacketsOfRfc3602(Vectors vector) throws IntegrityException {
        Cipher cipher =
                crypto.cipher(TransformId.encr(Transforms.ENCR_AES_CBC, 128)).orElseThrow();
        cipher.key(Secret.own(vector.bytes("key")));
        Mac mac;
        if (vector.has("integ_key")) {
            mac = crypto.mac(TransformId.integ(Transforms.AUTH_HMAC_SHA1_96)).orElseThrow();
            mac.key(Secret.own(vector.bytes("integ_key")));
        } else {
            mac = new NoMac();
        }
        EspTransform transform = new EspTransform.Separate(cipher, mac, false, new Ivs(new SeededRandom(1)));
        check(transform, vector, "packet", vector.number("sequence"));
    }

    private EspTransform combined(int id, byte[] key, byte[] salt, boolean extended) {
        int bits = id == Transforms.ENCR_CHACHA20_POLY1305 ? 0 : key.length * 8;
        TransformId transform = crypto.supports(TransformId.encr(id, bits))
                ? TransformId.encr(id, bits)
                : TransformId.encr(id, key.length * 8);
        Aead aead = crypto.aead(transform).orElseThrow();
        aead.key(Secret.own(Chunk.concat(Chunk.wrap(key), Chunk.wrap(salt)).toArray()));
        return new EspTransform.Combined(aead, extended);
    }

    private static void check(EspTransform transform, Vectors vector, String packetName, long sequence)
            throws IntegrityException {
        byte[] packet = vector.bytes(packetName);
        byte[] plain = vector.bytes(vector.has("plaintext") ? "plaintext" : "plaintext_with_trailer");
        int data = EspTransform.HEADER + transform.ivOctets();
        assertEquals(packet.length, data + plain.length + transform.icvOctets());

        byte[] work = packet.clone();
        Arrays.fill(work, data, work.length, (byte) 0);
        System.arraycopy(plain, 0, work, data, plain.length);
        transform.seal(work, 0, plain.length, sequence);
        assertArrayEquals(packet, work);

        transform.open(work, 0, plain.length, sequence);
        assertArrayEquals(plain, Arrays.copyOfRange(work, data, data + plain.length));
    }

    /** For vectors without ICV. */
    private static final class NoMac implements Mac {
        @Override
        public int keyOctets() {
            return 0;
        }

        @Override
        public int icvOctets() {
            return 0;
        }

        @Override
        public void key(Secret key) {}

        @Override
        public void update(byte[] octets, int offset, int length) {}

        @Override
        public void icv(byte[] target, int offset) {}

        @Override
        public void close() {}
    }
}
