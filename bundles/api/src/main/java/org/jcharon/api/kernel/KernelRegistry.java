// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.kernel;

import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** The kernel interfaces that are registered now. Provided by core; any thread; ask per use. */
@ProviderType
public interface KernelRegistry {

    /** IPsec SAs and policies. */
    Optional<KernelIpsec> ipsec();

    /** Addresses and routes. */
    Optional<KernelNet> net();
}
