// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

/** A hash function with its state. Not thread-safe; owned by whoever created it. Pure. */
public interface HashFunction {

    /** Adds octets. */
    void update(byte[] octets, int offset, int length);

    /** The digest of what was added, owned by the caller; begins anew. */
    byte[] digest();
}
