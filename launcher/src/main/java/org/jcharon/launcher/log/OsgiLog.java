// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher.log;

import java.util.Arrays;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.LogService;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerConsumer;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.MessageFormatter;

/**
 * The container's own log (Declarative Services, Config Admin, File Install) in group {@code lib}. Without it each of
 * them prints stack traces to stdout. Info of the container is our level 2: it tells what every start does. Any thread.
 */
public final class OsgiLog implements LogService, Logger {
    private final org.slf4j.Logger log = LoggerFactory.getLogger("charon.lib");

    /** A log over SLF4J. */
    public OsgiLog() {}

    private void write(LogLevel level, String text, Throwable thrown) {
        switch (level) {
            case AUDIT, ERROR, WARN -> log.warn(text, thrown);
            case INFO -> log.debug(text, thrown);
            case DEBUG, TRACE -> log.trace(text, thrown);
        }
    }

    private boolean passes(LogLevel level) {
        return switch (level) {
            case AUDIT, ERROR, WARN -> log.isWarnEnabled();
            case INFO -> log.isDebugEnabled();
            case DEBUG, TRACE -> log.isTraceEnabled();
        };
    }

    private void write(LogLevel level, String format, Object... arguments) {
        if (!passes(level)) {
            return;
        }
        Throwable thrown = null;
        Object[] rest = arguments;
        int last = arguments.length - 1;
        // as the specification asks, a trailing exception or service reference is no format argument
        while (last >= 0 && (rest[last] instanceof Throwable || rest[last] instanceof ServiceReference)) {
            if (rest[last] instanceof Throwable t) {
                thrown = t;
            }
            rest = Arrays.copyOf(rest, last);
            last--;
        }
        write(level, MessageFormatter.basicArrayFormat(format, rest), thrown);
    }

    @Override
    public Logger getLogger(String name) {
        return this;
    }

    @Override
    public Logger getLogger(Class<?> type) {
        return this;
    }

    @Override
    public <L extends Logger> L getLogger(String name, Class<L> loggerType) {
        return loggerType.cast(this);
    }

    @Override
    public <L extends Logger> L getLogger(Class<?> type, Class<L> loggerType) {
        return loggerType.cast(this);
    }

    @Override
    public <L extends Logger> L getLogger(Bundle bundle, String name, Class<L> loggerType) {
        return loggerType.cast(this);
    }

    @Override
    @Deprecated
    public void log(int level, String message) {
        write(levelOf(level), message, (Throwable) null);
    }

    @Override
    @Deprecated
    public void log(int level, String message, Throwable exception) {
        write(levelOf(level), message, exception);
    }

    @Override
    @Deprecated
    public void log(ServiceReference<?> reference, int level, String message) {
        write(levelOf(level), message, (Throwable) null);
    }

    @Override
    @Deprecated
    public void log(ServiceReference<?> reference, int level, String message, Throwable exception) {
        write(levelOf(level), message, exception);
    }

    /** The numbers of the first Log Service: 1 error, 2 warning, 3 info, 4 debug. */
    private static LogLevel levelOf(int number) {
        return switch (number) {
            case 1 -> LogLevel.ERROR;
            case 2 -> LogLevel.WARN;
            case 3 -> LogLevel.INFO;
            default -> LogLevel.DEBUG;
        };
    }

    @Override
    public String getName() {
        return log.getName();
    }

    @Override
    public boolean isTraceEnabled() {
        return passes(LogLevel.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return passes(LogLevel.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return passes(LogLevel.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return passes(LogLevel.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return passes(LogLevel.ERROR);
    }

    @Override
    public void trace(String message) {
        write(LogLevel.TRACE, message, (Throwable) null);
    }

    @Override
    public void trace(String format, Object arg) {
        write(LogLevel.TRACE, format, new Object[] {arg});
    }

    @Override
    public void trace(String format, Object arg1, Object arg2) {
        write(LogLevel.TRACE, format, new Object[] {arg1, arg2});
    }

    @Override
    public void trace(String format, Object... arguments) {
        write(LogLevel.TRACE, format, arguments);
    }

    @Override
    public <E extends Exception> void trace(LoggerConsumer<E> consumer) throws E {
        if (isTraceEnabled()) {
            consumer.accept(this);
        }
    }

    @Override
    public void debug(String message) {
        write(LogLevel.DEBUG, message, (Throwable) null);
    }

    @Override
    public void debug(String format, Object arg) {
        write(LogLevel.DEBUG, format, new Object[] {arg});
    }

    @Override
    public void debug(String format, Object arg1, Object arg2) {
        write(LogLevel.DEBUG, format, new Object[] {arg1, arg2});
    }

    @Override
    public void debug(String format, Object... arguments) {
        write(LogLevel.DEBUG, format, arguments);
    }

    @Override
    public <E extends Exception> void debug(LoggerConsumer<E> consumer) throws E {
        if (isDebugEnabled()) {
            consumer.accept(this);
        }
    }

    @Override
    public void info(String message) {
        write(LogLevel.INFO, message, (Throwable) null);
    }

    @Override
    public void info(String format, Object arg) {
        write(LogLevel.INFO, format, new Object[] {arg});
    }

    @Override
    public void info(String format, Object arg1, Object arg2) {
        write(LogLevel.INFO, format, new Object[] {arg1, arg2});
    }

    @Override
    public void info(String format, Object... arguments) {
        write(LogLevel.INFO, format, arguments);
    }

    @Override
    public <E extends Exception> void info(LoggerConsumer<E> consumer) throws E {
        if (isInfoEnabled()) {
            consumer.accept(this);
        }
    }

    @Override
    public void warn(String message) {
        write(LogLevel.WARN, message, (Throwable) null);
    }

    @Override
    public void warn(String format, Object arg) {
        write(LogLevel.WARN, format, new Object[] {arg});
    }

    @Override
    public void warn(String format, Object arg1, Object arg2) {
        write(LogLevel.WARN, format, new Object[] {arg1, arg2});
    }

    @Override
    public void warn(String format, Object... arguments) {
        write(LogLevel.WARN, format, arguments);
    }

    @Override
    public <E extends Exception> void warn(LoggerConsumer<E> consumer) throws E {
        if (isWarnEnabled()) {
            consumer.accept(this);
        }
    }

    @Override
    public void error(String message) {
        write(LogLevel.ERROR, message, (Throwable) null);
    }

    @Override
    public void error(String format, Object arg) {
        write(LogLevel.ERROR, format, new Object[] {arg});
    }

    @Override
    public void error(String format, Object arg1, Object arg2) {
        write(LogLevel.ERROR, format, new Object[] {arg1, arg2});
    }

    @Override
    public void error(String format, Object... arguments) {
        write(LogLevel.ERROR, format, arguments);
    }

    @Override
    public <E extends Exception> void error(LoggerConsumer<E> consumer) throws E {
        if (isErrorEnabled()) {
            consumer.accept(this);
        }
    }

    @Override
    public void audit(String message) {
        write(LogLevel.AUDIT, message, (Throwable) null);
    }

    @Override
    public void audit(String format, Object arg) {
        write(LogLevel.AUDIT, format, new Object[] {arg});
    }

    @Override
    public void audit(String format, Object arg1, Object arg2) {
        write(LogLevel.AUDIT, format, new Object[] {arg1, arg2});
    }

    @Override
    public void audit(String format, Object... arguments) {
        write(LogLevel.AUDIT, format, arguments);
    }
}
