// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import java.io.EOFException;
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

/** A client that may also misbehave. */
final class Socket implements AutoCloseable {

    final SocketChannel channel;

    Socket(Path file) throws IOException {
        channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(file));
    }

    /** Any octets. */
    Socket send(byte[] octets) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(octets);
        while (all.hasRemaining()) {
            channel.write(all);
        }
        return this;
    }

    Socket command(String name, Section message) throws IOException, WireException {
        return send(request(Packet.CMD_REQUEST, name, message));
    }

    Socket about(int type, String event) throws IOException, WireException {
        return send(request(type, event, Section.EMPTY));
    }

    static byte[] request(int type, String name, Section message) throws WireException {
        byte[] octets = name.getBytes(StandardCharsets.UTF_8);
        WireWriter out = new WireWriter().u32(0).u8(type).u8(octets.length).array(octets);
        MessageCodec.write(message, out);
        out.patchU32(0, out.length() - 4);
        return out.toArray();
    }

    /** The next segment without its length. */
    byte[] receive() throws IOException {
        return octets(ByteBuffer.wrap(octets(4)).getInt());
    }

    private byte[] octets(int count) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(count);
        while (all.hasRemaining()) {
            if (channel.read(all) < 0) {
                throw new EOFException("closed by the server");
            }
        }
        return all.array();
    }

    /** The next segment, which has to be an answer to a command. */
    Section answer() throws IOException, WireException {
        WireReader in = new WireReader(receive());
        if (in.u8("type") != Packet.CMD_RESPONSE) {
            throw new IOException("no answer");
        }
        return MessageCodec.read(in);
    }

    /** Whether the server closed the connection, once all that it sent was read. */
    boolean isCutOff() {
        try {
            while (true) {
                receive();
            }
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
