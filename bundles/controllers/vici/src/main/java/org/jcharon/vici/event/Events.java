// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.event;

import java.util.List;
import org.jcharon.api.bus.AlertListener;
import org.jcharon.api.bus.ChildSaListener;
import org.jcharon.api.bus.IkeSaListener;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.server.Server;

/** Tells clients what happens to SAs, and log lines. Any thread. */
public final class Events implements IkeSaListener, ChildSaListener, AlertListener, LogListener {

    private static final String LOG = "log";
    private static final int LOG_LEVEL = 1;

    private final Server server;
    private final TimeSource time;

    /** Over the server of the clients. */
    public Events(Server server, TimeSource time) {
        this.server = server;
        this.time = time;
    }

    @Override
    public void ikeUpDown(IkeSaInfo ikeSa, boolean up) {
        server.broadcast(
                "ike-updown",
                () -> Section.builder()
                        .yes("up", up)
                        .put(ikeSa.name(), SaSections.ike(ikeSa, time.now(), (List<ChildSaInfo>) null))
                        .build());
    }

    @Override
    public void ikeRekey(IkeSaInfo old, IkeSaInfo fresh) {
        server.broadcast(
                "ike-rekey",
                () -> Section.builder()
                        .put(
                                fresh.name(),
                                Section.builder()
                                        .put("old", SaSections.ike(old, time.now(), (List<ChildSaInfo>) null))
                                        .put("new", SaSections.ike(fresh, time.now(), (List<ChildSaInfo>) null))
                                        .build())
                        .build());
    }

    @Override
    public void ikeUpdate(IkeSaInfo before, IkeSaInfo now) {
        server.broadcast(
                "ike-update",
                () -> Section.builder()
                        .put("local-host", Addresses.text(now.local().address()))
                        .put("local-port", now.local().port())
                        .put("remote-host", Addresses.text(now.remote().address()))
                        .put("remote-port", now.remote().port())
                        .put(before.name(), SaSections.ike(before, time.now(), (List<ChildSaInfo>) null))
                        .build());
    }

    @Override
    public void childUpDown(IkeSaInfo ikeSa, ChildSaInfo childSa, boolean up) {
        server.broadcast(
                "child-updown",
                () -> Section.builder()
                        .yes("up", up)
                        .put(ikeSa.name(), SaSections.ike(ikeSa, time.now(), List.of(childSa)))
                        .build());
    }

    @Override
    public void childRekey(IkeSaInfo ikeSa, ChildSaInfo old, ChildSaInfo fresh) {
        server.broadcast("child-rekey", () -> {
            Section pair = Section.builder()
                    .put("old", SaSections.child(old, time.now()))
                    .put("new", SaSections.child(fresh, time.now()))
                    .build();
            Section children = Section.builder().put(fresh.name(), pair).build();
            return Section.builder()
                    .put(ikeSa.name(), SaSections.ike(ikeSa, time.now(), children))
                    .build();
        });
    }

    @Override
    public void alert(IkeSaInfo ikeSa, String kind, String text) {
        server.broadcast("alert", () -> {
            Section.Builder out = Section.builder().put("type", kind);
            if (ikeSa != null) {
                out.put("ike-sa", SaSections.named(ikeSa, time.now(), null));
            }
            return out.build();
        });
    }

    @Override
    public int level(String group) {
        return server.isWanted(LOG) ? LOG_LEVEL : -1;
    }

    @Override
    public void log(LogRecord record) {
        server.broadcastOrLose(LOG, () -> LogSections.of(record, true));
    }
}
