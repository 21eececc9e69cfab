// SPDX-License-Identifier: Apache-2.0
package org.jcharon.counters;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jcharon.api.bus.AlertListener;
import org.jcharon.api.bus.ChildSaListener;
import org.jcharon.api.bus.IkeSaListener;
import org.jcharon.api.bus.MessageListener;
import org.jcharon.api.control.IkeCounters;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.osgi.service.component.annotations.Component;

/** Counts what the bus tells, for each connection and in all. Any thread. */
@Component(
        immediate = true,
        service = {
            IkeCounters.class,
            IkeSaListener.class,
            ChildSaListener.class,
            MessageListener.class,
            AlertListener.class
        })
public final class Counters implements IkeCounters, IkeSaListener, ChildSaListener, MessageListener, AlertListener {

    private static final int MAX_CONNECTIONS = 10_000;
    private static final float LOAD = 0.75f;

    private final int mostConnections;
    private Map<Counter, Long> total; // guarded by this; null while nothing was counted
    private final Map<String, Map<Counter, Long>> connections = new LinkedHashMap<>(16, LOAD, true); // guarded by this

    /** All at 0. */
    public Counters() {
        this(MAX_CONNECTIONS);
    }

    /** Remembers at most so many connections, those that counted lately. */
    Counters(int mostConnections) {
        this.mostConnections = mostConnections;
    }

    @Override
    public void ikeRekey(IkeSaInfo old, IkeSaInfo fresh) {
        count(fresh, fresh.id().initiator() ? Counter.IKE_REKEY_INIT : Counter.IKE_REKEY_RESP);
    }

    @Override
    public void childRekey(IkeSaInfo ikeSa, ChildSaInfo old, ChildSaInfo fresh) {
        count(ikeSa, Counter.CHILD_REKEY);
    }

    @Override
    public void message(MessageEvent event) {
        Counter.of(event.exchangeType(), event.incoming(), event.request())
                .ifPresent(counter -> count(event.ikeSa(), counter));
    }

    @Override
    public void alert(IkeSaInfo ikeSa, String kind, String text) {
        switch (kind) {
            case "parse-error-header", "parse-error-body" -> count(ikeSa, Counter.INVALID);
            case "invalid-ike-spi" -> count(ikeSa, Counter.INVALID_SPI);
            default -> {}
        }
    }

    private synchronized void count(IkeSaInfo ikeSa, Counter counter) {
        if (total == null) {
            total = new EnumMap<>(Counter.class);
        }
        total.merge(counter, 1L, Long::sum);
        String connection = ikeSa == null ? "" : ikeSa.name();
        if (connection.isEmpty()) {
            return;
        }
        connections
                .computeIfAbsent(connection, name -> new EnumMap<>(Counter.class))
                .merge(counter, 1L, Long::sum);
        if (connections.size() > mostConnections) {
            connections.remove(connections.keySet().iterator().next());
        }
    }

    @Override
    public synchronized Map<String, Long> of(String connection) {
        if (connection.isEmpty()) {
            return named(total == null ? Map.of() : total);
        }
        Map<Counter, Long> values = connections.get(connection);
        return values == null ? Map.of() : named(values);
    }

    @Override
    public synchronized Map<String, Map<String, Long>> all() {
        Map<String, Map<String, Long>> all = new LinkedHashMap<>();
        all.put("", of(""));
        new TreeMap<>(connections).forEach((name, values) -> all.put(name, named(values)));
        return all;
    }

    @Override
    public synchronized boolean reset(String connection) {
        if (!connection.isEmpty()) {
            return connections.remove(connection) != null;
        }
        boolean counted = total != null;
        total = null;
        return counted;
    }

    @Override
    public synchronized void resetAll() {
        connections.clear();
        total = null;
    }

    private static Map<String, Long> named(Map<Counter, Long> values) {
        Map<String, Long> named = new LinkedHashMap<>();
        for (Counter counter : Counter.values()) {
            named.put(counter.text(), values.getOrDefault(counter, 0L));
        }
        return Collections.unmodifiableMap(named);
    }
}
