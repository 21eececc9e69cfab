// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import org.jcharon.api.wire.Chunk;

/** The peer broke the protocol, or asks for what cannot be given; leads to an error notify. */
public final class IkeProtocolException extends Exception {

    private static final long serialVersionUID = 1L;

    private final NotifyType notifyType;
    private final Chunk data;

    /**
     * An error to tell the peer.
     *
     * @param notifyType type of the notify to answer with
     * @param data its data
     * @param detail what was expected and what came, for our own log
     */
    public IkeProtocolException(NotifyType notifyType, Chunk data, String detail) {
        super(detail);
        this.notifyType = notifyType;
        this.data = data;
    }

    /** INVALID_SYNTAX without data. */
    static IkeProtocolException syntax(String detail) {
        return new IkeProtocolException(NotifyType.INVALID_SYNTAX, Chunk.EMPTY, detail);
    }

    /** Type of the notify to answer with. */
    public NotifyType notifyType() {
        return notifyType;
    }

    /** Data of that notify. */
    public Chunk data() {
        return data;
    }
}
