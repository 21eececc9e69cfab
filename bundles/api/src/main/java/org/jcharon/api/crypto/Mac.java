// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

import org.jcharon.api.wire.Secret;

/** An integrity transform: a MAC truncated to its ICV. Not thread-safe; {@link #close()} wipes the key. Pure. */
public interface Mac extends AutoCloseable {

    /** Length of the key in octets. */
    int keyOctets();

    /** Length of the ICV in octets, after truncation. */
    int icvOctets();

    /** Sets the key; throws {@link IllegalArgumentException} unless it has {@link #keyOctets()}. The octets are copied. */
    void key(Secret key);

    /** Adds octets to the message. */
    void update(byte[] octets, int offset, int length);

    /** Writes the ICV of what was added into {@code target} at {@code offset}; the key stays, the message begins anew. */
    void icv(byte[] target, int offset);

    @Override
    void close();
}
