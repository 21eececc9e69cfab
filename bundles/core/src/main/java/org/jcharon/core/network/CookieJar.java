// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.network;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.wire.Chunk;

/**
 * Cookies as RFC 7296 section 2.6 suggests: version of the secret, and an HMAC-SHA-256 with it over Ni, source address and port, and
 * SPIi. Nothing is stored per peer. A secret is replaced after 120 s of use; the one before it is still accepted. Any thread.
 */
final class CookieJar {

    private static final Duration LIFETIME = Duration.ofMinutes(2);
    private static final int SECRET_OCTETS = 32;
    private static final String HMAC = "HmacSHA256";

    private final RandomSource random;
    private final TimeSource time;
    private int version; // guarded by this, as the rest
    private SecretKeySpec current;
    private SecretKeySpec previous;
    private long since;

    CookieJar(RandomSource random, TimeSource time) {
        this.random = random;
        this.time = time;
    }

    /** The cookie that the sender has to bring. */
    Chunk bake(Chunk nonce, Endpoint source, long spii) {
        SecretKeySpec secret;
        int number;
        synchronized (this) {
            rotate();
            secret = current;
            number = version;
        }
        return cookie(secret, number, nonce, source, spii);
    }

    /** Whether a cookie is one that the sender was given in the last minutes. */
    boolean accepts(Chunk cookie, Chunk nonce, Endpoint source, long spii) {
        if (cookie.length() < Integer.BYTES) {
            return false;
        }
        int number = cookie.buffer().getInt();
        SecretKeySpec secret;
        synchronized (this) {
            rotate();
            secret = number == version ? current : number == version - 1 ? previous : null;
        }
        return secret != null && cookie(secret, number, nonce, source, spii).equalsConstantTime(cookie);
    }

    private void rotate() {
        long now = time.nanos();
        if (current != null && now - since < LIFETIME.toNanos()) {
            return;
        }
        // After a long pause the old secret is too old to be accepted even once more.
        previous = current != null && now - since < 2 * LIFETIME.toNanos() ? current : null;
        current = new SecretKeySpec(random.octets(SECRET_OCTETS), HMAC);
        since = now;
        version++;
    }

    private static Chunk cookie(SecretKeySpec secret, int number, Chunk nonce, Endpoint source, long spii) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(secret);
            mac.update(nonce.buffer());
            mac.update(source.address().getAddress());
            ByteBuffer rest = ByteBuffer.allocate(Integer.BYTES + Long.BYTES + Integer.BYTES);
            mac.update(rest.putInt(source.port()).putLong(spii).putInt(number).array());
            byte[] tag = mac.doFinal();
            return Chunk.wrap(ByteBuffer.allocate(Integer.BYTES + tag.length)
                    .putInt(number)
                    .put(tag)
                    .array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }
}
