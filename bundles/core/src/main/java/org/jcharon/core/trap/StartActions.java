// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.trap;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.Controller;

/** Carries out {@code start_action} of each child, once in the life of the daemon. Any thread. */
public final class StartActions {

    private static final Log LOG = Log.of("cfg");

    private final BackendManager backends;
    private final Controller controller;
    private final TrapManager traps;
    private final Set<TrapManager.Trap> done = new HashSet<>(); // guarded by itself

    /** Nothing is started yet. */
    public StartActions(BackendManager backends, Controller controller, TrapManager traps) {
        this.backends = backends;
        this.controller = controller;
        this.traps = traps;
    }

    /** The daemon is ready: starts what was not started before. */
    public void run() {
        backends.peerConfigs().thenAccept(this::start);
    }

    private void start(List<PeerConfig> configs) {
        for (PeerConfig config : configs) {
            for (ChildConfig child : config.children()) {
                if (child.startAction() != ChildConfig.StartAction.NONE && isFirst(config, child)) {
                    start(config, child);
                }
            }
        }
    }

    private boolean isFirst(PeerConfig config, ChildConfig child) {
        synchronized (done) {
            return done.add(new TrapManager.Trap(config.name(), child.name()));
        }
    }

    private void start(PeerConfig config, ChildConfig child) {
        if (child.startAction() != ChildConfig.StartAction.START) {
            traps.install(config, child);
        }
        if (child.startAction() != ChildConfig.StartAction.TRAP) {
            controller
                    .initiate(config.name(), child.name(), Duration.ZERO, null)
                    .thenAccept(outcome -> {
                        if (!outcome.success()) {
                            LOG.control("starting child {} failed: {}", child.name(), outcome.reason());
                        }
                    });
        }
    }
}
