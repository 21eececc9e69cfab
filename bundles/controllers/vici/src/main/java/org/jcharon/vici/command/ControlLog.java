// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import org.jcharon.api.bus.LogListener;
import org.jcharon.vici.event.LogSections;
import org.jcharon.vici.server.Client;

/** Streams the log of the SA that a client's command concerns to that client. */
final class ControlLog implements LogListener {

    private final Client client;
    private final int level;

    ControlLog(Client client, int level) {
        this.client = client;
        this.level = level;
    }

    @Override
    public int level(String group) {
        return level;
    }

    @Override
    public void log(LogRecord record) {
        client.event("control-log", LogSections.of(record, false));
    }
}
