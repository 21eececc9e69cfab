// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jcharon.api.wire.Secret;

/** Octets of a message, usually text. They may be a secret: what was received is wiped once it was dealt with. Any thread. */
public final class Value implements Element {

    private final byte[] octets;

    private Value(byte[] octets) {
        this.octets = octets;
    }

    /** Takes the octets over. */
    public static Value own(byte[] octets) {
        return new Value(octets);
    }

    /** Text as UTF-8. */
    public static Value of(String text) {
        return new Value(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Number of octets. */
    public int length() {
        return octets.length;
    }

    /** As text; octets that are no UTF-8 are replaced. */
    public String text() {
        return new String(octets, StandardCharsets.UTF_8);
    }

    /** A copy, owned and if need be wiped by the caller. */
    public byte[] octets() {
        return octets.clone();
    }

    /** A copy, owned by the caller. */
    public Secret secret() {
        return Secret.copyOf(octets);
    }

    void wipe() {
        Arrays.fill(octets, (byte) 0);
    }

    void copyTo(org.jcharon.api.wire.WireWriter out) {
        out.array(octets);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Value value && Arrays.equals(octets, value.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    /** Without the octets, which may be a secret. */
    @Override
    public String toString() {
        return "Value[" + octets.length + "]";
    }
}
