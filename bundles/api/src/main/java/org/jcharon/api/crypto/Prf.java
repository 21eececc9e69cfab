// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

import org.jcharon.api.wire.Secret;

/** A keyed pseudorandom function (RFC 7296 section 2.13). Not thread-safe; {@link #close()} wipes the key. Pure. */
public interface Prf extends AutoCloseable {

    /** Length of the output, which is the preferred length of the key too (SK_d, SK_p), in octets. */
    int octets();

    /** Sets the key, of any length; the octets are copied. */
    void key(Secret key);

    /** Adds octets to the message. */
    void update(byte[] octets, int offset, int length);

    /** The output for what was added, owned by the caller; the key stays, the message begins anew. */
    byte[] compute();

    @Override
    void close();
}
