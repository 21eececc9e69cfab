// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.keymat;

import java.net.InetAddress;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.HashFunction;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireWriter;

/** Data of NAT_DETECTION_SOURCE_IP and NAT_DETECTION_DESTINATION_IP (RFC 7296 section 2.23). */
public final class NatDetection {

    private NatDetection() {}

    /**
     * SHA-1(SPIi | SPIr | address | port), with the SPIs of the message's own header.
     *
     * @param port 0 to 65535
     * @throws IllegalStateException if no provider has SHA-1
     */
    public static Chunk hash(CryptoRegistry crypto, long spii, long spir, InetAddress address, int port) {
        byte[] octets = new WireWriter()
                .u64(spii)
                .u64(spir)
                .array(address.getAddress())
                .u16(port)
                .toArray();
        HashFunction sha1 = crypto.hash(HashAlgorithm.SHA1)
                .orElseThrow(() -> new IllegalStateException("no provider has SHA-1, which NAT detection needs"));
        sha1.update(octets, 0, octets.length);
        return Chunk.wrap(sha1.digest());
    }
}
