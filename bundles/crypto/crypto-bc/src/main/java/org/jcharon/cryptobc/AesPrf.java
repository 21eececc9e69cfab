// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptobc;

import java.util.Arrays;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.macs.CMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jcharon.api.crypto.Prf;
import org.jcharon.api.wire.Secret;

/** AES-XCBC-PRF-128 (RFC 4434) and AES-CMAC-PRF-128 (RFC 4615), which take keys of any length. */
final class AesPrf implements Prf {

    private static final int OCTETS = 16;

    private final boolean cmac;
    private final org.bouncycastle.crypto.Mac mac;

    private AesPrf(boolean cmac) {
        this.cmac = cmac;
        this.mac = cmac ? new CMac(AESEngine.newInstance()) : new XcbcMac();
        init(new byte[OCTETS]);
    }

    static AesPrf xcbc() {
        return new AesPrf(false);
    }

    static AesPrf cmac() {
        return new AesPrf(true);
    }

    @Override
    public int octets() {
        return OCTETS;
    }

    @Override
    public void key(Secret key) {
        byte[] octets = key.reveal();
        byte[] fitting;
        if (octets.length == OCTETS || (!cmac && octets.length < OCTETS)) {
            fitting = Arrays.copyOf(octets, OCTETS); // RFC 4434 section 2: a short key is padded with zeros
        } else {
            // RFC 4434 section 2 for long keys, RFC 4615 section 3 for all others: the MAC of the key under zeros.
            init(new byte[OCTETS]);
            mac.update(octets, 0, octets.length);
            fitting = compute();
        }
        init(fitting);
        Arrays.fill(fitting, (byte) 0);
        Arrays.fill(octets, (byte) 0);
    }

    @Override
    public void update(byte[] octets, int offset, int length) {
        mac.update(octets, offset, length);
    }

    @Override
    public byte[] compute() {
        byte[] output = new byte[OCTETS];
        mac.doFinal(output, 0);
        return output;
    }

    @Override
    public void close() {
        init(new byte[OCTETS]);
    }

    private void init(byte[] key) {
        mac.init(new KeyParameter(key));
    }
}
