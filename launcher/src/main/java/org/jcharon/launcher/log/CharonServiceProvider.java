// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher.log;

import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/** Entry point that SLF4J finds by {@code META-INF/services}. */
public final class CharonServiceProvider implements SLF4JServiceProvider {
    private final MDCAdapter mdc = new BasicMDCAdapter();
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final LogHub hub = new LogHub(mdc, LogConsole.stdout());

    /** Called by SLF4J. */
    public CharonServiceProvider() {}

    @Override
    public ILoggerFactory getLoggerFactory() {
        return hub;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return mdc;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }

    @Override
    public void initialize() {}
}
