// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.daemon;

import org.jcharon.api.processing.TimeSource;
import org.jcharon.core.auth.PeerCredentials;
import org.jcharon.core.config.BackendManagerService;
import org.jcharon.core.control.ControllerService;
import org.jcharon.core.credential.CredentialManagerService;
import org.jcharon.core.kernel.KernelEventHandler;
import org.jcharon.core.manager.DropCounters;
import org.jcharon.core.sa.ConfigSource;
import org.jcharon.core.sa.IkeServices;
import org.jcharon.core.trap.TrapManager;

/** The adapters with which the daemon joins core's rooms, for tests that join them without a framework. */
public final class TestAdapters {

    private TestAdapters() {}

    /** The credential manager as authentication sees it. */
    public static PeerCredentials credentials(CredentialManagerService manager, TimeSource time) {
        return new CredentialSource(manager, time);
    }

    /** The backend manager as IKE_SAs see it. */
    public static ConfigSource configs(BackendManagerService manager) {
        return new Connections(manager);
    }

    /** What the daemon does when the data plane or the system reports something. */
    public static KernelEventHandler reactions(
            IkeServices services, TrapManager traps, ControllerService controller, DropCounters drops) {
        return new KernelReactions(services, traps, controller, drops);
    }
}
