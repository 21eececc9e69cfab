// SPDX-License-Identifier: Apache-2.0
package org.jcharon.socketdefault;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jcharon.api.socket.Endpoint;

/** Makes endpoints of raw addresses and keeps the last one: streams of ESP come from one place. Not thread-safe. */
final class EndpointMemo {

    private byte[] lastAddress = {};
    private Endpoint last;

    /** @param octets 4 or 16 octets count, at the front of {@code address}, which is borrowed */
    Endpoint of(byte[] address, int octets, int port) {
        if (last != null
                && last.port() == port
                && Arrays.equals(address, 0, octets, lastAddress, 0, lastAddress.length)) {
            return last;
        }
        lastAddress = Arrays.copyOf(address, octets);
        try {
            last = new Endpoint(InetAddress.getByAddress(lastAddress), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address of " + octets + " octets", e);
        }
        return last;
    }
}
