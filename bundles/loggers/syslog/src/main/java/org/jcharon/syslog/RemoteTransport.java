// SPDX-License-Identifier: Apache-2.0
package org.jcharon.syslog;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;

/** Another machine's syslog, over UDP (RFC 5426) or TCP (RFC 6587). Its name is looked up whenever it is opened. */
final class RemoteTransport implements Transport {

    private static final int CONNECT_MILLIS = 5_000;

    private final Options.Server server;
    private volatile Socket stream; // published for whoever closes it
    private volatile DatagramSocket datagrams; // the same

    RemoteTransport(Options.Server server) {
        this.server = server;
    }

    @Override
    public boolean send(byte[] message) throws IOException {
        if (server.tcp()) {
            sendStream(Messages.counted(message));
        } else {
            sendDatagram(message);
        }
        return true;
    }

    private void sendStream(byte[] frame) throws IOException {
        Socket open = stream;
        if (open == null) {
            open = new Socket();
            stream = open;
            open.connect(address(), CONNECT_MILLIS);
            open.shutdownInput();
        }
        open.getOutputStream().write(frame);
    }

    private void sendDatagram(byte[] message) throws IOException {
        DatagramSocket open = datagrams;
        if (open == null) {
            open = new DatagramSocket();
            datagrams = open;
            open.connect(address());
        }
        open.send(new DatagramPacket(message, message.length));
    }

    private InetSocketAddress address() throws UnknownHostException {
        InetSocketAddress address = new InetSocketAddress(server.host(), server.port());
        if (address.isUnresolved()) {
            throw new UnknownHostException(server.host());
        }
        return address;
    }

    @Override
    public void close() {
        Socket open = stream;
        stream = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // Nothing is left to be done with it.
            }
        }
        DatagramSocket socket = datagrams;
        datagrams = null;
        if (socket != null) {
            socket.close();
        }
    }

    @Override
    public boolean mayWait() {
        return true;
    }

    @Override
    public String toString() {
        return server.toString();
    }
}
