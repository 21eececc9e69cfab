// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Zeroed memory outside the heap with its address; freed when nothing refers to it any more. */
record Memory(ByteBuffer buffer, long address) {

    static Memory allocate(int octets) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(octets).order(ByteOrder.nativeOrder());
        return new Memory(buffer, addressOf(buffer));
    }

    /** Address of position 0 of a direct buffer. */
    static long addressOf(ByteBuffer direct) {
        return MemoryIO.getInstance().getDirectBufferAddress(direct);
    }

    int size() {
        return buffer.capacity();
    }
}
