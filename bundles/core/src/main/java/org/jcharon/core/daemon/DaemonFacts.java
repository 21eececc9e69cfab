// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.daemon;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jcharon.api.control.IkeCounters;
import org.jcharon.core.control.ControllerService;
import org.jcharon.core.plugin.PluginNames;
import org.jcharon.core.plugin.Whiteboard;
import org.osgi.framework.BundleContext;

/** What the controller tells of the daemon, asked of the framework and the parts of core each time. */
record DaemonFacts(
        BundleContext context, Whiteboard<IkeCounters> counting, Instant startedAt, Supplier<Map<String, Long>> numbers)
        implements ControllerService.Daemon {

    @Override
    public Map<String, Long> statistics() {
        return numbers.get();
    }

    @Override
    public Optional<IkeCounters> counters() {
        return counting.map(plugin -> plugin).stream().findFirst();
    }

    @Override
    public List<String> plugins() {
        return PluginNames.active(context);
    }
}
