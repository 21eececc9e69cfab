// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptobc;

import java.util.Arrays;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.Mac;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.params.KeyParameter;

/** AES-XCBC-MAC with all 16 octets of output (RFC 3566 section 4). */
final class XcbcMac implements Mac {

    private static final int BLOCK = 16;

    private final BlockCipher aes = AESEngine.newInstance();
    private final byte[] whole = new byte[BLOCK];
    private final byte[] padded = new byte[BLOCK];
    private final byte[] chain = new byte[BLOCK];
    private final byte[] last = new byte[BLOCK];
    private int held;

    @Override
    public void init(CipherParameters parameters) {
        aes.init(true, parameters);
        byte[] first = derived(1);
        System.arraycopy(derived(2), 0, whole, 0, BLOCK);
        System.arraycopy(derived(3), 0, padded, 0, BLOCK);
        aes.init(true, new KeyParameter(first));
        Arrays.fill(first, (byte) 0);
        reset();
    }

    @Override
    public String getAlgorithmName() {
        return "AES-XCBC-MAC";
    }

    @Override
    public int getMacSize() {
        return BLOCK;
    }

    @Override
    public void update(byte octet) {
        if (held == BLOCK) { // the last block waits: it is treated differently
            absorb();
        }
        last[held++] = octet;
    }

    @Override
    public void update(byte[] octets, int offset, int length) {
        int at = offset;
        int left = length;
        while (left > 0) {
            if (held == BLOCK) {
                absorb();
            }
            int taken = Math.min(left, BLOCK - held);
            System.arraycopy(octets, at, last, held, taken);
            held += taken;
            at += taken;
            left -= taken;
        }
    }

    @Override
    public int doFinal(byte[] target, int offset) {
        byte[] mask = whole;
        if (held < BLOCK) {
            mask = padded;
            last[held] = (byte) 0x80;
            Arrays.fill(last, held + 1, BLOCK, (byte) 0);
        }
        for (int i = 0; i < BLOCK; i++) {
            last[i] ^= mask[i];
        }
        absorb();
        System.arraycopy(chain, 0, target, offset, BLOCK);
        reset();
        return BLOCK;
    }

    @Override
    public void reset() {
        Arrays.fill(chain, (byte) 0);
        Arrays.fill(last, (byte) 0);
        held = 0;
    }

    private void absorb() {
        for (int i = 0; i < BLOCK; i++) {
            chain[i] ^= last[i];
        }
        aes.processBlock(chain, 0, chain, 0);
        held = 0;
    }

    private byte[] derived(int value) {
        byte[] block = new byte[BLOCK];
        Arrays.fill(block, (byte) value);
        aes.processBlock(block, 0, block, 0);
        return block;
    }
}
