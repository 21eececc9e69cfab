// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

import java.util.concurrent.atomic.AtomicInteger;
import org.jcharon.lib.linux.Handle;

/** The use count of a handle around one descriptor. */
abstract class SharedHandle implements Handle {

    final Native sys;
    final Descriptor descriptor;
    private final AtomicInteger uses = new AtomicInteger(1);

    SharedHandle(Native sys, Descriptor descriptor) {
        this.sys = sys;
        this.descriptor = descriptor;
    }

    @Override
    public final void retain() {
        if (uses.getAndUpdate(now -> now == 0 ? 0 : now + 1) == 0) {
            throw new IllegalStateException(descriptor.what() + " is closed");
        }
    }

    @Override
    public final void close() {
        if (uses.getAndUpdate(now -> now == 0 ? 0 : now - 1) == 1) {
            descriptor.close();
        }
    }

    @Override
    public final boolean isClosed() {
        return descriptor.isClosed();
    }

    @Override
    public final void wake() {
        descriptor.wake();
    }

    @Override
    public final String toString() {
        return descriptor.what();
    }
}
