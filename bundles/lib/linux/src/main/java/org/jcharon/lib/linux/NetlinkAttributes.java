// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import static org.jcharon.lib.linux.NetlinkMessage.malformed;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The attributes of a netlink message or of a nested attribute. Immutable. Where a type occurs several times the last one
 * counts, as in the kernel; {@link #all} gives each. A missing or short attribute is a {@link LinuxException} with EBADMSG.
 */
public final class NetlinkAttributes {

    static final NetlinkAttributes EMPTY = new NetlinkAttributes(new int[0], List.of(), "");

    private static final int HEADER_OCTETS = 4;
    // The two upper bits say "nested" and "network byte order".
    private static final int TYPE_MASK = 0x3FFF;

    private final int[] types;
    private final List<byte[]> values;
    private final String where;

    private NetlinkAttributes(int[] types, List<byte[]> values, String where) {
        this.types = types;
        this.values = values;
        this.where = where;
    }

    static NetlinkAttributes parse(byte[] octets, int offset, int length, String where) throws LinuxException {
        int[] types = new int[8];
        List<byte[]> values = new ArrayList<>();
        int at = offset;
        int end = offset + length;
        // The kernel pads the last attribute too; fewer octets than a header are padding.
        while (end - at >= HEADER_OCTETS) {
            int size = (short) NetlinkMessage.U16.get(octets, at) & 0xFFFF;
            int type = (short) NetlinkMessage.U16.get(octets, at + 2) & TYPE_MASK;
            if (size < HEADER_OCTETS || size > end - at) {
                throw malformed(where + ": attribute " + type + " of " + size + " octets, " + (end - at) + " left");
            }
            if (values.size() == types.length) {
                types = Arrays.copyOf(types, types.length * 2);
            }
            types[values.size()] = type;
            values.add(Arrays.copyOfRange(octets, at + HEADER_OCTETS, at + size));
            at = Math.min(end, at + NetlinkBuilder.aligned(size));
        }
        return new NetlinkAttributes(Arrays.copyOf(types, values.size()), List.copyOf(values), where);
    }

    /** Number of attributes, repeated ones counted. */
    public int size() {
        return types.length;
    }

    public boolean has(int type) {
        return find(type) != null;
    }

    /** A copy of the value, or nothing. */
    public Optional<byte[]> octets(int type) {
        byte[] value = find(type);
        return value == null ? Optional.empty() : Optional.of(value.clone());
    }

    /** Copies of the values of all attributes of the type, in order. */
    public List<byte[]> all(int type) {
        List<byte[]> found = new ArrayList<>();
        for (int i = 0; i < types.length; i++) {
            if (types[i] == type) {
                found.add(values.get(i).clone());
            }
        }
        return found;
    }

    /** 0..255. */
    public int u8(int type) throws LinuxException {
        return required(type, 1)[0] & 0xFF;
    }

    /** 16 bits, 0..65535. */
    public int u16(int type) throws LinuxException {
        return (short) NetlinkMessage.U16.get(required(type, 2), 0) & 0xFFFF;
    }

    /** 32 bits; the caller reads them as signed or unsigned. */
    public int u32(int type) throws LinuxException {
        return (int) NetlinkMessage.U32.get(required(type, 4), 0);
    }

    /** As {@link #u32(int)}; {@code absent} if there is no such attribute. */
    public int u32(int type, int absent) throws LinuxException {
        return has(type) ? u32(type) : absent;
    }

    /** 64 bits. */
    public long u64(int type) throws LinuxException {
        return (long) NetlinkMessage.U64.get(required(type, 8), 0);
    }

    /** Text up to its zero octet. */
    public String text(int type) throws LinuxException {
        byte[] value = required(type, 0);
        int end = 0;
        while (end < value.length && value[end] != 0) {
            end++;
        }
        return new String(value, 0, end, StandardCharsets.UTF_8);
    }

    /** The attributes inside an attribute; none if it is absent. */
    public NetlinkAttributes nested(int type) throws LinuxException {
        byte[] value = find(type);
        return value == null ? EMPTY : parse(value, 0, value.length, where + "/" + type);
    }

    private byte[] find(int type) {
        for (int i = types.length - 1; i >= 0; i--) {
            if (types[i] == type) {
                return values.get(i);
            }
        }
        return null;
    }

    private byte[] required(int type, int octets) throws LinuxException {
        byte[] value = find(type);
        if (value == null) {
            throw malformed(where + ": no attribute " + type);
        }
        if (value.length < octets) {
            throw malformed(where + ": attribute " + type + " has " + value.length + " octets, not " + octets);
        }
        return value;
    }
}
