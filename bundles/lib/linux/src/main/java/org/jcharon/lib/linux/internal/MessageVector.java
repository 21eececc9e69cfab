// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * One block of memory with everything that recvmmsg and sendmmsg want for a number of datagrams: headers, vectors, socket
 * addresses, ancillary data, payloads. Not thread-safe.
 */
class MessageVector {

    static final int MAX_DATAGRAMS = 1024;
    static final int MAX_OCTETS = 65_535;
    // Ancillary data of one datagram: the larger packet info, and some more in case the kernel adds what nobody asked
    // for.
    static final int CONTROL_ROOM = 64;

    final int family;
    final int count;
    final int room;
    final Memory memory;
    final ByteBuffer buffer;
    private final int vectors;
    private final int names;
    private final int controls;
    private final int payloads;
    private final int stride;
    private final ByteBuffer[] slots;

    MessageVector(int family, int count, int room) {
        if (count < 1 || count > MAX_DATAGRAMS || room < 1 || room > MAX_OCTETS) {
            throw new IllegalArgumentException(count + " datagrams of " + room + " octets");
        }
        this.family = family;
        this.count = count;
        this.room = room;
        this.stride = (room + 63) & ~63; // a cache line each
        this.vectors = count * Layout.MMSGHDR;
        this.names = vectors + count * Layout.IOVEC;
        this.controls = names + count * Addresses.ROOM;
        this.payloads = controls + count * CONTROL_ROOM;
        this.memory = Memory.allocate(Math.addExact(payloads, Math.multiplyExact(count, stride)));
        this.buffer = memory.buffer();
        this.slots = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            slots[i] = buffer.slice(payload(i), room);
            int header = header(i);
            buffer.putLong(header + Layout.MSGHDR_NAME, memory.address() + name(i));
            buffer.putLong(header + Layout.MSGHDR_IOV, memory.address() + vector(i));
            buffer.putLong(header + Layout.MSGHDR_IOVLEN, 1);
            buffer.putLong(header + Layout.MSGHDR_CONTROL, memory.address() + control(i));
            buffer.putLong(vector(i) + Layout.IOVEC_BASE, memory.address() + payload(i));
            buffer.putLong(vector(i) + Layout.IOVEC_LEN, room);
        }
    }

    final int header(int index) {
        return index * Layout.MMSGHDR;
    }

    final int vector(int index) {
        return vectors + index * Layout.IOVEC;
    }

    final int name(int index) {
        return names + index * Addresses.ROOM;
    }

    final int control(int index) {
        return controls + index * CONTROL_ROOM;
    }

    final int payload(int index) {
        return payloads + index * stride;
    }

    final ByteBuffer slot(int index) {
        return slots[index];
    }

    final long headerAddress(int index) {
        return memory.address() + header(index);
    }

    static int checked(int index, int size) {
        return Objects.checkIndex(index, size);
    }
}
