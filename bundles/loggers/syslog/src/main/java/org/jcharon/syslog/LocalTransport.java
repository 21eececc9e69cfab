// SPDX-License-Identifier: Apache-2.0
package org.jcharon.syslog;

import java.io.IOException;
import java.nio.file.Path;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.Linux;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.UnixDatagramSocket;

/** The socket of this machine's syslog. */
final class LocalTransport implements Transport {

    private final Linux linux;
    private final Path path;
    private UnixDatagramSocket socket; // guarded by this

    LocalTransport(Linux linux, Path path) {
        this.linux = linux;
        this.path = path;
    }

    @Override
    public synchronized boolean send(byte[] message) throws IOException {
        if (socket != null) {
            try {
                return socket.send(message, 0, message.length);
            } catch (LinuxException e) {
                if (e.errno() == Errno.EMSGSIZE) {
                    return true; // it would stand in the way of all others for ever
                }
                close(); // syslog was restarted: its new socket is tried at once
            }
        }
        socket = linux.unixDatagram(path);
        return socket.send(message, 0, message.length);
    }

    @Override
    public synchronized void close() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    @Override
    public boolean mayWait() {
        return false;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
