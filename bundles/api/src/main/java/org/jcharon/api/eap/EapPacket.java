// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.eap;

import java.util.Optional;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;

/**
 * One EAP packet (RFC 3748 section 4).
 *
 * @param code what it is
 * @param identifier matches responses to requests, 0 to 255
 * @param type EAP type, 0 for success and failure
 * @param data octets behind the type
 */
public record EapPacket(Code code, int identifier, int type, Chunk data) {

    /** Kinds of packets. */
    public enum Code {
        /** From the server. */
        REQUEST(1),
        /** From the peer. */
        RESPONSE(2),
        /** Authentication succeeded. */
        SUCCESS(3),
        /** Authentication failed. */
        FAILURE(4);

        private final int value;

        Code(int value) {
            this.value = value;
        }

        private static Optional<Code> of(int value) {
            return value >= 1 && value <= 4 ? Optional.of(values()[value - 1]) : Optional.empty();
        }
    }

    /** Throws {@link IllegalArgumentException} for an identifier or type outside 0 to 255. */
    public EapPacket {
        if (identifier < 0 || identifier > 255 || type < 0 || type > 255) {
            throw new IllegalArgumentException("EAP identifier " + identifier + " type " + type);
        }
    }

    /** Decodes exactly one packet. */
    public static EapPacket decode(Chunk octets) throws WireException {
        WireReader in = new WireReader(octets);
        int number = in.u8("EAP code");
        Code code = Code.of(number).orElseThrow(() -> in.error("EAP code " + number));
        int identifier = in.u8("EAP identifier");
        int length = in.u16("EAP length");
        if (length != octets.length()) {
            throw in.error("EAP length " + length + " in " + octets.length() + " octets");
        }
        if (code == Code.SUCCESS || code == Code.FAILURE) {
            in.end("EAP " + code);
            return new EapPacket(code, identifier, 0, Chunk.EMPTY);
        }
        return new EapPacket(code, identifier, in.u8("EAP type"), in.rest());
    }

    /** The octets of the packet. */
    public Chunk encode() {
        boolean typed = code == Code.REQUEST || code == Code.RESPONSE;
        WireWriter out = new WireWriter().u8(code.value).u8(identifier).u16(typed ? 5 + data.length() : 4);
        return typed ? out.u8(type).chunk(data).toChunk() : out.toChunk();
    }
}
