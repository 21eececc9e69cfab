// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Integers in network byte order within arrays; each access is checked against the array's bounds. */
final class Octets {

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Octets() {}

    static int u16(byte[] octets, int at) {
        return (short) SHORT.get(octets, at) & 0xFFFF;
    }

    static int i32(byte[] octets, int at) {
        return (int) INT.get(octets, at);
    }

    static long u32(byte[] octets, int at) {
        return (int) INT.get(octets, at) & 0xFFFF_FFFFL;
    }

    static long u64(byte[] octets, int at) {
        return (long) LONG.get(octets, at);
    }

    static void put16(byte[] octets, int at, int value) {
        SHORT.set(octets, at, (short) value);
    }

    static void put32(byte[] octets, int at, int value) {
        INT.set(octets, at, value);
    }

    static void put64(byte[] octets, int at, long value) {
        LONG.set(octets, at, value);
    }
}
