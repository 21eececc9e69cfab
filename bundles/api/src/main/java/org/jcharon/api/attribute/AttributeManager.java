// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.attribute;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.credential.Identification;
import org.osgi.annotation.versioning.ProviderType;

/** All attribute providers and handlers. Provided by core; any thread. */
@ProviderType
public interface AttributeManager {

    /** Assigns an address from the first provider that has one. */
    CompletionStage<Optional<InetAddress>> acquire(List<String> pools, Identification peer, InetAddress requested);

    /** Gives an address back to all providers. */
    void release(List<String> pools, Identification peer, InetAddress address);

    /** The pools of all providers as they are now. */
    List<PoolInfo> pools();

    /** Attributes of all providers. */
    CompletionStage<List<ConfigurationAttribute>> attributes(List<String> pools, Identification peer);
}
