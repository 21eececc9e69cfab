// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

import org.jcharon.api.sa.IkeSaId;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.socket.Endpoint;

/** An IKE_SA whose peer never answers its DELETE. */
record Patient(FakeSa inner) implements ManagedSa {

    @Override
    public IkeSaId id() {
        return inner.id();
    }

    @Override
    public long uniqueId() {
        return inner.uniqueId();
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public void process(ReceivedMessage message) {
        inner.process(message);
    }

    @Override
    public boolean isHalfOpen() {
        return inner.isHalfOpen();
    }

    @Override
    public boolean wasInitiatedByUs() {
        return inner.wasInitiatedByUs();
    }

    @Override
    public Endpoint remote() {
        return inner.remote();
    }

    @Override
    public IkeSaInfo snapshot() {
        return inner.snapshot();
    }

    @Override
    public void shutdown(Lease lease) {
        lease.assertHeld();
    }

    @Override
    public void destroyed() {
        inner.destroyed();
    }
}
