// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.kernel;

import java.util.Optional;
import org.jcharon.api.wire.Secret;
import org.osgi.annotation.versioning.ProviderType;

/** Holds a kernel plugin's state over its update, so that tunnels stay up. Provided by core; any thread. */
@ProviderType
public interface KernelHandover {

    /** Deposits {@code state} for 10 s; a deposit of the same plugin before it is wiped. Takes {@code state} over. */
    void deposit(String plugin, int version, Secret state);

    /** Takes a deposit of exactly this version, once; the caller owns and wipes it. Another version is wiped. */
    Optional<Secret> take(String plugin, int version);
}
