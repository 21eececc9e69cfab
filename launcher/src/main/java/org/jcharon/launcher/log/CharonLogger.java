// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher.log;

import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * A logger of one group. SLF4J's levels become strongSwan's: info with marker {@code AUDIT} 0, error, warn and info 1,
 * debug 2, trace 3, trace with marker {@code PRIVATE} 4.
 */
final class CharonLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    private static final int AUDIT = 0;
    private static final int CONTROL = 1;
    private static final int MORE = 2;
    private static final int RAW = 3;
    private static final int PRIVATE = 4;

    private final transient LogHub hub;
    private final transient LogGroup group;

    CharonLogger(String name, LogGroup group, LogHub hub) {
        this.name = name;
        this.group = group;
        this.hub = hub;
    }

    @Override
    public boolean isTraceEnabled() {
        return group.passes(RAW);
    }

    @Override
    public boolean isTraceEnabled(Marker marker) {
        return group.passes(levelOf(Level.TRACE, marker));
    }

    @Override
    public boolean isDebugEnabled() {
        return group.passes(MORE);
    }

    @Override
    public boolean isInfoEnabled() {
        return group.passes(CONTROL);
    }

    @Override
    public boolean isInfoEnabled(Marker marker) {
        return group.passes(levelOf(Level.INFO, marker));
    }

    @Override
    public boolean isWarnEnabled() {
        return group.passes(CONTROL);
    }

    @Override
    public boolean isErrorEnabled() {
        return group.passes(CONTROL);
    }

    @Override
    protected String getFullyQualifiedCallerName() {
        return CharonLogger.class.getName();
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level, Marker marker, String pattern, Object[] arguments, Throwable thrown) {
        String text = MessageFormatter.basicArrayFormat(pattern, arguments);
        hub.publish(group, levelOf(level, marker), text == null ? "" : text, thrown);
    }

    private static int levelOf(Level level, Marker marker) {
        return switch (level) {
            case ERROR, WARN -> CONTROL;
            case INFO -> is(marker, "AUDIT") ? AUDIT : CONTROL;
            case DEBUG -> MORE;
            case TRACE -> is(marker, "PRIVATE") ? PRIVATE : RAW;
        };
    }

    private static boolean is(Marker marker, String name) {
        return marker != null && marker.getName().equals(name);
    }
}
