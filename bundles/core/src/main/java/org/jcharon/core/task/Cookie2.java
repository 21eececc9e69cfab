// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;

/** One return routability check: octets that only who gets our packets can send back (RFC 4555 section 3.7). */
final class Cookie2 {

    /** What it means for the IKE_SA that another one came back (RFC 4555 section 4.2.5). */
    static final String MISMATCH = "COOKIE2 mismatch, closing IKE_SA";

    private static final int OCTETS = 16;

    private final Chunk value;

    private Cookie2(Chunk value) {
        this.value = value;
    }

    /** Adds a fresh one to a request. */
    static Cookie2 add(IkeSa ike, MessageBuilder out) {
        Cookie2 cookie = new Cookie2(Chunk.wrap(ike.services().crypto().random().octets(OCTETS)));
        out.notify(NotifyType.COOKIE2, cookie.value);
        return cookie;
    }

    /** Whether the response has it. */
    boolean isIn(IkeMessage response) {
        return response.notify(NotifyType.COOKIE2)
                .filter(notify -> notify.data().equalsConstantTime(value))
                .isPresent();
    }
}
