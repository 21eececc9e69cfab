// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.keymat;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.macs.CMac;
import org.bouncycastle.crypto.modes.CCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.Cipher;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.HashFunction;
import org.jcharon.api.crypto.IntegrityException;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.Mac;
import org.jcharon.api.crypto.Prf;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.cryptojca.JcaCiphers;
import org.jcharon.cryptojca.JcaHashes;
import org.jcharon.lib.testkit.ScriptedRandom;

/** A registry over the JDK's algorithms, and over 3DES and AES-CCM for old recordings; transforms can be taken away. */
public final class TestCrypto implements CryptoRegistry {

    private static final Map<String, TransformId> NAMES = names();

    private final JcaCiphers ciphers = new JcaCiphers();
    private final JcaHashes hashes = new JcaHashes();
    private final RandomSource random = new ScriptedRandom(7);
    private boolean empty;

    private static Map<String, TransformId> names() {
        Map<String, TransformId> names = new HashMap<>();
        names.put("HMAC-SHA1", TransformId.prf(Transforms.PRF_HMAC_SHA1));
        names.put("HMAC-SHA2-256", TransformId.prf(Transforms.PRF_HMAC_SHA2_256));
        names.put("HMAC-SHA2-384", TransformId.prf(Transforms.PRF_HMAC_SHA2_384));
        names.put("HMAC-SHA2-512", TransformId.prf(Transforms.PRF_HMAC_SHA2_512));
        names.put("HMAC-SHA1-96", TransformId.integ(Transforms.AUTH_HMAC_SHA1_96));
        names.put("HMAC-SHA2-256-128", TransformId.integ(Transforms.AUTH_HMAC_SHA2_256_128));
        names.put("3DES-CBC", TransformId.encr(Transforms.ENCR_3DES, 0));
        names.put("AES-CBC-128", TransformId.encr(Transforms.ENCR_AES_CBC, 128));
        names.put("AES-CBC-256", TransformId.encr(Transforms.ENCR_AES_CBC, 256));
        names.put("AES-GCM-16-256", TransformId.encr(Transforms.ENCR_AES_GCM_16, 256));
        names.put("AES-CCM-12-128", TransformId.encr(Transforms.ENCR_AES_CCM_12, 128));
        names.put("AES-CCM-16-256", TransformId.encr(Transforms.ENCR_AES_CCM_16, 256));
        return names;
    }

    /** The transform that vector files call so; what follows a blank is a remark. */
    public static TransformId named(String name) {
        TransformId transform = NAMES.get(name.split(" ", 2)[0]);
        if (transform == null) {
            throw new IllegalArgumentException("no transform " + name);
        }
        return transform;
    }

    /** From now on no provider has any transform, as after an uninstall. */
    public void takeAway() {
        empty = true;
    }

    @Override
    public List<TransformId> transforms(TransformType type) {
        return ciphers.transforms().stream().filter(t -> t.type().equals(type)).toList();
    }

    @Override
    public boolean supports(TransformId transform) {
        return !empty && ciphers.transforms().contains(transform);
    }

    @Override
    public Optional<Cipher> cipher(TransformId encr) {
        if (!empty && encr.id() == Transforms.ENCR_3DES) {
            return Optional.of(new TripleDes());
        }
        return supports(encr) ? Optional.of(ciphers.cipher(encr)) : Optional.empty();
    }

    @Override
    public Optional<Aead> aead(TransformId encr) {
        if (!empty && encr.id() == Transforms.ENCR_AES_CCM_12) {
            return Optional.of(new Ccm(encr.keyBits() / 8, 12));
        }
        if (!empty && encr.id() == Transforms.ENCR_AES_CCM_16) {
            return Optional.of(new Ccm(encr.keyBits() / 8, 16));
        }
        return supports(encr) ? Optional.of(ciphers.aead(encr)) : Optional.empty();
    }

    @Override
    public Optional<Prf> prf(TransformId prf) {
        if (!empty && prf.id() == Transforms.PRF_AES128_CMAC) {
            return Optional.of(new CmacPrf());
        }
        return supports(prf) ? Optional.of(ciphers.prf(prf)) : Optional.empty();
    }

    @Override
    public Optional<Mac> mac(TransformId integ) {
        return supports(integ) ? Optional.of(ciphers.mac(integ)) : Optional.empty();
    }

    @Override
    public Optional<KeyExchange> keyExchange(TransformId ke, boolean initiator) {
        return Optional.empty();
    }

    @Override
    public Optional<HashFunction> hash(HashAlgorithm algorithm) {
        return empty ? Optional.empty() : Optional.of(hashes.hash(algorithm));
    }

    @Override
    public boolean supports(SignatureScheme scheme) {
        return false;
    }

    @Override
    public PublicKey readPublicKey(Chunk spki) throws KeyMismatchException {
        throw new KeyMismatchException("no keys here");
    }

    @Override
    public PublicKey publicKeyOf(Secret pkcs8) throws KeyMismatchException {
        throw new KeyMismatchException("no keys here");
    }

    @Override
    public byte[] sign(SignatureScheme scheme, Secret pkcs8, byte[] data) throws KeyMismatchException {
        throw new KeyMismatchException("no keys here");
    }

    @Override
    public boolean verify(SignatureScheme scheme, PublicKey key, byte[] data, byte[] signature) {
        return false;
    }

    @Override
    public List<Algorithm> algorithms() {
        return List.of();
    }

    @Override
    public RandomSource random() {
        return random;
    }

    /** 3DES-CBC, which no plugin offers any more but recordings have. */
    private static final class TripleDes implements Cipher {
        private byte[] key = {};

        @Override
        public int keyOctets() {
            return 24;
        }

        @Override
        public int ivOctets() {
            return 8;
        }

        @Override
        public int blockOctets() {
            return 8;
        }

        @Override
        public void key(Secret secret) {
            key = secret.reveal();
        }

        @Override
        public void encrypt(byte[] iv, int ivOffset, byte[] data, int offset, int length) {
            run(javax.crypto.Cipher.ENCRYPT_MODE, iv, ivOffset, data, offset, length);
        }

        @Override
        public void decrypt(byte[] iv, int ivOffset, byte[] data, int offset, int length) {
            run(javax.crypto.Cipher.DECRYPT_MODE, iv, ivOffset, data, offset, length);
        }

        private void run(int mode, byte[] iv, int ivOffset, byte[] data, int offset, int length) {
            try {
                javax.crypto.Cipher cipher = javax.crypto.Cipher.getInstance("DESede/CBC/NoPadding");
                cipher.init(mode, new SecretKeySpec(key, "DESede"), new IvParameterSpec(iv, ivOffset, 8));
                byte[] out = cipher.doFinal(data, offset, length);
                System.arraycopy(out, 0, data, offset, length);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** AES-CMAC-PRF-128 (RFC 4615). */
    private static final class CmacPrf implements Prf {
        private final CMac cmac = new CMac(AESEngine.newInstance());

        @Override
        public int octets() {
            return 16;
        }

        @Override
        public void key(Secret key) {
            byte[] octets = key.reveal();
            if (octets.length != 16) {
                cmac.init(new KeyParameter(new byte[16]));
                cmac.update(octets, 0, octets.length);
                octets = compute();
            }
            cmac.init(new KeyParameter(octets));
        }

        @Override
        public void update(byte[] octets, int offset, int length) {
            cmac.update(octets, offset, length);
        }

        @Override
        public byte[] compute() {
            byte[] out = new byte[16];
            cmac.doFinal(out, 0);
            return out;
        }

        @Override
        public void close() {
            cmac.init(new KeyParameter(new byte[16]));
        }
    }

    /** AES-CCM as RFC 5282 uses it: nonce of three octets salt and eight octets IV. */
    private static final class Ccm implements Aead {
        private final int aesOctets;
        private final int icvOctets;
        private byte[] key = {};

        Ccm(int aesOctets, int icvOctets) {
            this.aesOctets = aesOctets;
            this.icvOctets = icvOctets;
        }

        @Override
        public int keyOctets() {
            return aesOctets + 3;
        }

        @Override
        public int ivOctets() {
            return 8;
        }

        @Override
        public int icvOctets() {
            return icvOctets;
        }

        @Override
        public void key(Secret keyAndSalt) {
            key = keyAndSalt.reveal();
        }

        @Override
        public void encrypt(
                byte[] iv,
                int ivOffset,
                byte[] aad,
                int aadOffset,
                int aadLength,
                byte[] data,
                int offset,
                int length) {
            try {
                run(
                        true,
                        iv,
                        ivOffset,
                        Arrays.copyOfRange(aad, aadOffset, aadOffset + aadLength),
                        data,
                        offset,
                        length);
            } catch (InvalidCipherTextException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void decrypt(
                byte[] iv, int ivOffset, byte[] aad, int aadOffset, int aadLength, byte[] data, int offset, int length)
                throws IntegrityException {
            byte[] associated = Arrays.copyOfRange(aad, aadOffset, aadOffset + aadLength);
            try {
                run(false, iv, ivOffset, associated, data, offset, length + icvOctets);
            } catch (InvalidCipherTextException e) {
                throw new IntegrityException();
            }
        }

        private void run(boolean encrypt, byte[] iv, int ivOffset, byte[] aad, byte[] data, int offset, int length)
                throws InvalidCipherTextException {
            byte[] nonce = new byte[11];
            System.arraycopy(key, aesOctets, nonce, 0, 3);
            System.arraycopy(iv, ivOffset, nonce, 3, 8);
            CCMBlockCipher ccm = (CCMBlockCipher) CCMBlockCipher.newInstance(AESEngine.newInstance());
            KeyParameter aes = new KeyParameter(key, 0, aesOctets);
            ccm.init(encrypt, new AEADParameters(aes, icvOctets * 8, nonce, aad));
            byte[] out = ccm.processPacket(data, offset, length);
            System.arraycopy(out, 0, data, offset, out.length);
        }

        @Override
        public void close() {
            Arrays.fill(key, (byte) 0);
        }
    }
}
