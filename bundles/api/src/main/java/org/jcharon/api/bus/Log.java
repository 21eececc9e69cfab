// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.bus;

import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/**
 * Log lines at strongSwan's levels: 0 audit, 1 control, 2 controlmore, 3 raw, 4 private. Any thread. Parameters replace {@code {}}
 * and are turned into text only if the level is on.
 */
public final class Log {

    /** Marks level 0. */
    public static final Marker AUDIT = MarkerFactory.getMarker("AUDIT");
    /** Marks level 4: secrets; off unless switched on explicitly. */
    public static final Marker PRIVATE = MarkerFactory.getMarker("PRIVATE");

    private final Logger logger;

    private Log(Logger logger) {
        this.logger = logger;
    }

    /** The log of a group: dmn, mgr, ike, chd, job, cfg, knl, net, asn, enc, tls, esp, lib, app. */
    public static Log of(String group) {
        return new Log(LoggerFactory.getLogger("charon." + group));
    }

    /** Level 0. */
    public void audit(String text, Object... parameters) {
        logger.info(AUDIT, text, parameters);
    }

    /** Level 1. */
    public void control(String text, Object... parameters) {
        logger.info(text, parameters);
    }

    /** Level 1, about something that went wrong; a trailing exception is named with its message. */
    public void error(String text, Object... parameters) {
        logger.error(text, parameters);
    }

    /** Level 2. */
    public void more(String text, Object... parameters) {
        logger.debug(text, parameters);
    }

    /** Level 3: raw octets. */
    public void raw(String text, Object... parameters) {
        logger.trace(text, parameters);
    }

    /** Level 4: secrets. */
    public void secret(String text, Object... parameters) {
        logger.trace(PRIVATE, text, parameters);
    }

    /** Level 3: octets, sixteen a line. */
    public void dump(String what, Chunk octets) {
        if (logger.isTraceEnabled()) {
            HexLines.print(what, octets.toArray(), line -> logger.trace("{}", line));
        }
    }

    /** Level 4: a secret, sixteen octets a line; an empty one is left out. */
    public void dump(String what, Secret secret) {
        if (logger.isTraceEnabled(PRIVATE) && secret.length() > 0) {
            secret.with(octets -> {
                HexLines.print(what, octets, line -> logger.trace(PRIVATE, "{}", line));
                return null;
            });
        }
    }

    /** Whether level 2 is on. */
    public boolean isMore() {
        return logger.isDebugEnabled();
    }

    /** Whether level 3 is on. */
    public boolean isRaw() {
        return logger.isTraceEnabled();
    }
}
