// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.network;

import org.jcharon.api.wire.Chunk;
import org.jcharon.core.manager.IkeHeader;

/**
 * What the cookie check needs of an IKE_SA_INIT request, found on the raw octets without parsing any payload.
 *
 * @param nonce data of the Nonce payload
 * @param cookie data of the first COOKIE notify, empty if there is none
 */
record InitScan(Chunk nonce, Chunk cookie) {

    private static final int NOTIFY = 41;
    private static final int NONCE = 40;
    private static final int COOKIE = 16390;
    private static final int PAYLOADS = 64;
    private static final int PAYLOAD_HEADER = 4;
    private static final int NOTIFY_HEADER = 8;
    private static final int MIN_NONCE = 16;
    private static final int MAX_NONCE = 256;

    /** Walks at most {@value #PAYLOADS} payloads; null if the chain is broken or has no usable nonce (RFC 7296 section 3.9). */
    static InitScan of(IkeHeader header, Chunk message) {
        Chunk nonce = Chunk.EMPTY;
        Chunk cookie = Chunk.EMPTY;
        int type = header.nextPayload();
        int at = IkeHeader.OCTETS;
        for (int count = 0; type != 0; count++) {
            if (count == PAYLOADS || at + PAYLOAD_HEADER > message.length()) {
                return null;
            }
            int length = u16(message, at + 2);
            if (length < PAYLOAD_HEADER || at + length > message.length()) {
                return null;
            }
            if (type == NONCE && nonce.isEmpty()) {
                nonce = message.slice(at + PAYLOAD_HEADER, at + length);
            } else if (type == NOTIFY && cookie.isEmpty() && length >= NOTIFY_HEADER) {
                int data = at + NOTIFY_HEADER + message.at(at + 5);
                if (u16(message, at + 6) == COOKIE && data <= at + length) {
                    cookie = message.slice(data, at + length);
                }
            }
            type = message.at(at);
            at += length;
        }
        if (at != message.length() || nonce.length() < MIN_NONCE || nonce.length() > MAX_NONCE) {
            return null;
        }
        return new InitScan(nonce, cookie);
    }

    private static int u16(Chunk octets, int at) {
        return octets.at(at) << 8 | octets.at(at + 1);
    }
}
