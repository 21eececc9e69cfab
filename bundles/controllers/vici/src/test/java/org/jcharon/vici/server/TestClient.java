// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;
import org.jcharon.vici.message.MessageCodec;
import org.jcharon.vici.message.Packet;
import org.jcharon.vici.message.Section;

/** A client that waits for each answer. */
final class TestClient implements AutoCloseable {

    private final SocketChannel channel;

    TestClient(Path socket) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
    }

    void raw(byte... octets) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(octets);
        while (all.hasRemaining()) {
            channel.write(all);
        }
    }

    void send(int type, String name, Section message) throws IOException, WireException {
        WireWriter out = new WireWriter().u32(0).u8(type).u8(name.length());
        out.array(name.getBytes(StandardCharsets.US_ASCII));
        MessageCodec.write(message, out);
        out.patchU32(0, out.length() - 4);
        raw(out.toArray());
    }

    /** The next segment, or null at the end of the stream. */
    byte[] segment() throws IOException {
        ByteBuffer header = fill(4);
        return header == null ? null : fill(header.getInt()).array();
    }

    private ByteBuffer fill(int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                return null;
            }
        }
        return buffer.flip();
    }

    /** Type of the next packet, -1 at the end of the stream. */
    int type() throws IOException {
        try {
            byte[] segment = segment();
            return segment == null ? -1 : segment[0];
        } catch (IOException reset) {
            return -1;
        }
    }

    Section call(String name, Section message) throws IOException, WireException {
        send(Packet.CMD_REQUEST, name, message);
        while (true) {
            byte[] segment = segment();
            if (segment == null) {
                throw new IOException("closed");
            }
            if (segment[0] == Packet.CMD_RESPONSE) {
                return MessageCodec.read(new WireReader(segment, 1, segment.length - 1));
            }
        }
    }

    int register(String event) throws IOException, WireException {
        send(Packet.EVENT_REGISTER, event, Section.EMPTY);
        return type();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
