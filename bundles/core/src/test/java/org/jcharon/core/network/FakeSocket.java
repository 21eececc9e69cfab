// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.network;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.IkeSocket;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.socket.PacketSink;

/** A socket that keeps what it is to send. */
final class FakeSocket implements IkeSocket {

    final List<Packet> sent = new ArrayList<>();
    boolean failing;

    @Override
    public int port() {
        return 500;
    }

    @Override
    public int natPort() {
        return 4500;
    }

    @Override
    public boolean supports(boolean ipv6) {
        return true;
    }

    @Override
    public void start(PacketSink sink) {}

    @Override
    public void send(Packet packet) throws IOException {
        if (failing) {
            throw new IOException("EPERM");
        }
        sent.add(packet);
    }

    @Override
    public void sendEsp(Endpoint source, Endpoint destination, byte[] octets, int offset, int length)
            throws IOException {
        if (failing) {
            throw new IOException("EAGAIN");
        }
    }

    @Override
    public void sendKeepalive(Endpoint source, Endpoint destination) {}
}
