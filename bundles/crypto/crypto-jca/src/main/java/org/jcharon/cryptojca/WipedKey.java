// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.util.Arrays;
import javax.crypto.SecretKey;

/** A key whose octets are wiped on {@link #destroy()}, which the JDK's {@code SecretKeySpec} does not do. Never serialised. */
final class WipedKey implements SecretKey {

    private static final long serialVersionUID = 1L;

    private final String algorithm;
    private final transient byte[] octets;
    private transient boolean destroyed;

    /** Takes {@code octets} over. */
    WipedKey(String algorithm, byte[] octets) {
        this.algorithm = algorithm;
        this.octets = octets;
    }

    /** Zeros in a key's place: initialising a cipher with them drops the schedule of the key before. */
    static WipedKey zeros(String algorithm, int length) {
        return new WipedKey(algorithm, new byte[length]);
    }

    /** What stands for the key before there is one: as good as destroyed. */
    static WipedKey none(String algorithm) {
        WipedKey none = new WipedKey(algorithm, new byte[0]);
        none.destroy();
        return none;
    }

    @Override
    public String getAlgorithm() {
        return algorithm;
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    @Override
    public byte[] getEncoded() {
        return octets.clone();
    }

    @Override
    public void destroy() {
        destroyed = true;
        Arrays.fill(octets, (byte) 0);
    }

    @Override
    public boolean isDestroyed() {
        return destroyed;
    }
}
