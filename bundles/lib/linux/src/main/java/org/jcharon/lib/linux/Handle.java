// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Something the kernel keeps open for us, with a use count. It is born with one use; any thread may call any method.
 *
 * <p>The last {@link #close()} marks the handle closed, wakes every call that waits, lets all calls leave and only then closes
 * the descriptor: its number is never seen again by a call under way.
 */
@ProviderType
public interface Handle extends AutoCloseable {

    /** One more use, to be given back by one more {@link #close()}; throws {@link IllegalStateException} once closed. */
    void retain();

    /** Gives one use back; never waits for longer than a call under way needs to return. */
    @Override
    void close();

    /** Whether the last use was given back. */
    boolean isClosed();

    /** Ends one wait, the present or the next one, without closing anything. */
    void wake();
}
