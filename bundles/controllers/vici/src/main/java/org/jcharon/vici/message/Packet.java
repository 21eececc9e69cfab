// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.message;

import java.nio.ByteBuffer;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;

/**
 * What a client sends in one segment.
 *
 * @param type {@link #CMD_REQUEST}, {@link #EVENT_REGISTER} or {@link #EVENT_UNREGISTER}
 * @param name of the command or event
 * @param message arguments of a command, else empty
 */
public record Packet(int type, String name, Section message) {

    /** Octets of a segment, without its length. */
    public static final int MAX_SEGMENT = 524_288;

    /** A command. */
    public static final int CMD_REQUEST = 0;
    /** Its answer. */
    public static final int CMD_RESPONSE = 1;
    /** No such command. */
    public static final int CMD_UNKNOWN = 2;
    /** Wants an event. */
    public static final int EVENT_REGISTER = 3;
    /** Wants it no more. */
    public static final int EVENT_UNREGISTER = 4;
    /** Answer to both. */
    public static final int EVENT_CONFIRM = 5;
    /** No such event, or it was not registered. */
    public static final int EVENT_UNKNOWN = 6;
    /** An event. */
    public static final int EVENT = 7;

    /** Reads a segment of a client. */
    public static Packet read(byte[] segment) throws WireException {
        WireReader in = new WireReader(segment);
        int type = in.u8("packet type");
        if (type != CMD_REQUEST && type != EVENT_REGISTER && type != EVENT_UNREGISTER) {
            throw in.error("packet of type " + type);
        }
        String name = MessageCodec.name(in);
        if (type != CMD_REQUEST) {
            in.end("packet about an event");
            return new Packet(type, name, Section.EMPTY);
        }
        return new Packet(type, name, MessageCodec.read(in));
    }

    /** An answer to a command, with its length before it. */
    public static ByteBuffer response(Section message) throws WireException {
        WireWriter out = new WireWriter().u32(0).u8(CMD_RESPONSE);
        MessageCodec.write(message, out);
        return segment(out);
    }

    /** An event, with its length before it. */
    public static ByteBuffer event(String name, Section message) throws WireException {
        WireWriter out = new WireWriter().u32(0).u8(EVENT);
        MessageCodec.name(name, out);
        MessageCodec.write(message, out);
        return segment(out);
    }

    /** A packet that is nothing but its type, with its length before it. */
    public static ByteBuffer bare(int type) {
        return ByteBuffer.wrap(new WireWriter().u32(1).u8(type).toArray());
    }

    private static ByteBuffer segment(WireWriter out) throws WireException {
        int length = out.length() - Integer.BYTES;
        if (length > MAX_SEGMENT) {
            throw new WireException("message of " + length + " octets, more than " + MAX_SEGMENT, out.length());
        }
        out.patchU32(0, length);
        return ByteBuffer.wrap(out.toArray());
    }
}
