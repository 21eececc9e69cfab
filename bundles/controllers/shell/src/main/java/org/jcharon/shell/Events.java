// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jcharon.api.bus.AlertListener;
import org.jcharon.api.bus.ChildSaListener;
import org.jcharon.api.bus.IkeSaListener;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Keeps the last events for {@code ike:watch}. Texts are made when somebody looks. Any thread. */
@Component(
        service = {Events.class, IkeSaListener.class, ChildSaListener.class, AlertListener.class},
        immediate = true)
public final class Events implements IkeSaListener, ChildSaListener, AlertListener {

    private static final int KEPT = 64;

    /** One event; {@code child} null if it concerns the IKE_SA, {@code ike} null if it concerns none. */
    private record Event(Instant time, IkeSaInfo ike, ChildSaInfo child, String what) {}

    private final TimeSource time;
    private final Deque<Event> events = new ArrayDeque<>(); // guarded by this

    /** Made by the container. */
    @Activate
    public Events(@Reference(name = "time") TimeSource time) {
        this.time = time;
    }

    @Override
    public void ikeUpDown(IkeSaInfo ikeSa, boolean up) {
        add(ikeSa, null, up ? "established" : "closed");
    }

    @Override
    public void ikeRekey(IkeSaInfo old, IkeSaInfo fresh) {
        add(fresh, null, "rekeyed");
    }

    @Override
    public void childUpDown(IkeSaInfo ikeSa, ChildSaInfo childSa, boolean up) {
        add(ikeSa, childSa, up ? "established" : "closed");
    }

    @Override
    public void childRekey(IkeSaInfo ikeSa, ChildSaInfo old, ChildSaInfo fresh) {
        add(ikeSa, fresh, "rekeyed");
    }

    @Override
    public void alert(IkeSaInfo ikeSa, String kind, String text) {
        add(ikeSa, null, kind + ": " + text);
    }

    private synchronized void add(IkeSaInfo ike, ChildSaInfo child, String what) {
        events.addFirst(new Event(time.now(), ike, child, what));
        if (events.size() > KEPT) {
            events.removeLast();
        }
    }

    /** Lines for a person, the newest last. */
    List<String> last(int most) {
        List<Event> some;
        synchronized (this) {
            some = new ArrayList<>(events.stream().limit(most).toList());
        }
        Collections.reverse(some);
        return some.stream().map(Events::text).toList();
    }

    private static String text(Event event) {
        StringBuilder out = new StringBuilder(event.time().toString().substring(11, 19)).append(' ');
        if (event.child() != null) {
            out.append("CHILD_SA ")
                    .append(event.child().name())
                    .append('{')
                    .append(event.child().uniqueId())
                    .append("} ");
        } else if (event.ike() != null) {
            out.append("IKE_SA ")
                    .append(SaText.name(event.ike().name()))
                    .append('[')
                    .append(event.ike().uniqueId());
            out.append("] ");
        }
        return Table.clean(out.append(event.what()).toString());
    }
}
