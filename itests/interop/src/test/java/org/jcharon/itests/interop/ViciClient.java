// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** As much of a client of vici as tests need that swanctl cannot do: one that reads when it is told. */
final class ViciClient implements AutoCloseable {

    private static final int CMD_REQUEST = 0;
    private static final int CMD_RESPONSE = 1;
    private static final int EVENT_REGISTER = 3;
    private static final int EVENT_CONFIRM = 5;
    private static final int EVENT = 7;
    private static final int SECTION_START = 1;
    private static final int SECTION_END = 2;
    private static final int LIST_START = 4;
    private static final int LIST_ITEM = 5;
    private static final int LIST_END = 6;

    private final SocketChannel channel;
    private final DataInputStream in;

    private ViciClient(SocketChannel channel) {
        this.channel = channel;
        this.in = new DataInputStream(Channels.newInputStream(channel));
    }

    static ViciClient open(Path socket) {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new ViciClient(channel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks for a list, of which nothing is read yet. */
    void begin(String command, String event) {
        send(EVENT_REGISTER, event);
        if (read() != EVENT_CONFIRM) {
            throw new AssertionError("no event " + event);
        }
        send(CMD_REQUEST, command);
    }

    /** Loads a connection with two lists: remote addresses, and groups of the peer, each of which may have commas. */
    void loadConnection(String name, List<String> remoteAddresses, List<String> groups) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        section(message, name, () -> {
            list(message, "remote_addrs", remoteAddresses);
            section(message, "remote", () -> list(message, "groups", groups));
        });
        send(CMD_REQUEST, "load-conn", message.toByteArray());
        if (read() != CMD_RESPONSE) {
            throw new AssertionError("no response to load-conn");
        }
    }

    private static void section(ByteArrayOutputStream out, String name, Runnable content) {
        named(out, SECTION_START, name);
        content.run();
        out.write(SECTION_END);
    }

    private static void list(ByteArrayOutputStream out, String name, List<String> items) {
        named(out, LIST_START, name);
        for (String item : items) {
            byte[] octets = item.getBytes(StandardCharsets.UTF_8);
            out.write(LIST_ITEM);
            out.write(octets.length >> 8);
            out.write(octets.length);
            out.writeBytes(octets);
        }
        out.write(LIST_END);
    }

    private static void named(ByteArrayOutputStream out, int type, String name) {
        out.write(type);
        out.write(name.length());
        out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads what is left of a list; how many events came. */
    int finish() {
        int events = 0;
        for (int type = read(); type != CMD_RESPONSE; type = read()) {
            if (type != EVENT) {
                throw new AssertionError("segment of type " + type);
            }
            events++;
        }
        return events;
    }

    private void send(int type, String name) {
        send(type, name, new byte[0]);
    }

    private void send(int type, String name, byte[] message) {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer segment = ByteBuffer.allocate(6 + text.length + message.length)
                .putInt(2 + text.length + message.length)
                .put((byte) type)
                .put((byte) text.length)
                .put(text)
                .put(message)
                .flip();
        try {
            while (segment.hasRemaining()) {
                channel.write(segment);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one segment; its type. */
    private int read() {
        try {
            int length = in.readInt();
            int type = in.readUnsignedByte();
            in.skipNBytes(length - 1L);
            return type;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
