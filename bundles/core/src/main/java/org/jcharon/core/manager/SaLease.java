// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.bus.Log;
import org.slf4j.MDC;

/** A lease on an entry in state LEASED. */
final class SaLease implements Lease {

    private static final Log LOG = Log.of("mgr");
    private static final String TAG = "sa";

    private final IkeSaManager manager;
    private final Entry entry;
    private final Thread owner = Thread.currentThread();
    private final String outerTag = MDC.get(TAG);
    private final List<Runnable> afterwards = new ArrayList<>();
    private boolean drivenOut;
    private volatile boolean closed; // publishes the checkin to a thread that wrongly kept the lease

    SaLease(IkeSaManager manager, Entry entry) {
        this.manager = manager;
        this.entry = entry;
        tag();
    }

    @Override
    public ManagedSa sa() {
        assertHeld();
        return entry.sa();
    }

    @Override
    public void assertHeld() {
        if (!isHeld()) {
            throw new IllegalStateException("lease of " + entry.description()
                    + (closed
                            ? " was closed"
                            : " belongs to " + owner.getName() + ", not to "
                                    + Thread.currentThread().getName()));
        }
    }

    @Override
    public boolean isHeld() {
        return !closed && Thread.currentThread() == owner;
    }

    @Override
    public void driveOut() {
        assertHeld();
        drivenOut = true;
    }

    @Override
    public boolean isDrivenOut() {
        assertHeld();
        return drivenOut;
    }

    @Override
    public void retag() {
        assertHeld();
        tag();
    }

    @Override
    public void afterCheckin(Runnable action) {
        assertHeld();
        afterwards.add(action);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        assertHeld();
        if (!drivenOut) {
            publish();
        }
        List<Entry.Item> left = List.of();
        if (drivenOut) {
            left = manager.remove(entry);
            destroy();
            closed = true;
            manager.completeIfEmpty();
        } else {
            closed = true;
            manager.checkin(entry);
        }
        untag();
        left.forEach(item -> guarded(item.job().name() + ".gone", item.job()::gone));
        afterwards.forEach(action -> guarded("event", action));
    }

    /** A fault is the end of that IKE_SA. */
    void failed(String what, Throwable fault) {
        LOG.error("{} of {} failed: {}, destroying it", what, entry.description(), fault.toString());
        LOG.more("stack of {}", what, fault);
        drivenOut = true;
    }

    private void publish() {
        ManagedSa sa = entry.sa();
        if (sa == null) {
            drivenOut = true;
            return;
        }
        try {
            entry.publishState(sa.id(), sa.snapshot());
            entry.processed(sa.waitingRequest());
            manager.index(entry, entry.isPublished() ? sa.name() : null);
            manager.countHalfOpen(
                    entry,
                    sa.isHalfOpen() && !sa.wasInitiatedByUs() ? sa.remote().address() : null);
        } catch (RuntimeException e) {
            failed("checkin", e);
        }
    }

    private void destroy() {
        ManagedSa sa = entry.sa();
        if (sa != null) {
            guarded("destroyed", sa::destroyed);
        }
    }

    private static void guarded(String what, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("{} failed: {}", what, e.toString());
            LOG.more("stack of {}", what, e);
        }
    }

    private void tag() {
        ManagedSa sa = entry.sa();
        if (sa != null) {
            String name = sa.name();
            MDC.put(TAG, name.isEmpty() ? Long.toString(sa.uniqueId()) : name + "|" + sa.uniqueId());
        }
    }

    private void untag() {
        if (outerTag == null) {
            MDC.remove(TAG);
        } else {
            MDC.put(TAG, outerTag);
        }
    }
}
