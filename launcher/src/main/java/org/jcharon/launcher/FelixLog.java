// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import org.apache.felix.framework.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.slf4j.LoggerFactory;

/** The framework's own messages, one line each; by default Felix prints them to stdout with stack traces. */
final class FelixLog extends Logger {
    private final org.slf4j.Logger log = LoggerFactory.getLogger("charon.lib");

    // "raw type": the overridden method is declared so
    @Override
    @SuppressWarnings("rawtypes")
    protected void _log(Bundle bundle, ServiceReference service, int level, String text, Throwable thrown) {
        doLog(level, bundle == null ? text : bundle + ": " + text, thrown);
    }

    @Override
    protected void doLog(int level, String text, Throwable thrown) {
        switch (level) {
            case LOG_ERROR, LOG_WARNING -> {
                // the text of a bundle error ends with the exception already
                boolean said = thrown != null && thrown.getMessage() != null && text.contains(thrown.getMessage());
                log.warn(text, said ? null : thrown);
            }
            case LOG_INFO -> log.debug(text, thrown);
            default -> log.trace(text, thrown);
        }
    }
}
