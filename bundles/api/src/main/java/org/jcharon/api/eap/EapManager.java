// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.eap;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** All EAP methods that are registered now. Provided by core; any thread. */
@ProviderType
public interface EapManager {

    /** A fresh run of a method in a role, closed by the caller; empty if no plugin has it. */
    Optional<EapMethod> create(int type, int vendor, boolean server, EapMethodFactory.Session session);

    /** EAP types without vendor that can be run in a role. */
    List<Integer> types(boolean server);
}
