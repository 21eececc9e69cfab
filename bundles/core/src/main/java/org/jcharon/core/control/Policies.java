// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.control;

import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.control.PolicyInfo;

/** Traps and shunts, as the controller needs them. Any thread. */
public interface Policies {

    /** Installs the trap or shunt of a child; done too if it is there. */
    CompletionStage<Outcome> install(PeerConfig config, ChildConfig child);

    /** Takes those of a child away; {@code connection} null: of all connections. False if there was none. */
    boolean uninstall(String connection, String child);

    /** Those that are installed. */
    Stream<PolicyInfo> list();
}
