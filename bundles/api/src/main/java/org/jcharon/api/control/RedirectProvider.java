// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.control;

import java.util.Optional;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.sa.IkeSaInfo;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A plugin that sends clients which come to us as a gateway to another one (RFC 5685), a load balancer for instance. Asked for each
 * client that supports it, by rank, until one answers; when it leaves, clients stay. Every method is pure: CPU only, under a
 * millisecond, called with the lease of the IKE_SA held. A gateway is an address or a DNS name.
 */
@ConsumerType
public interface RedirectProvider {

    /** A client sent IKE_SA_INIT: only its address is known. */
    default Optional<Identification> onInit(IkeSaInfo ike) {
        return Optional.empty();
    }

    /** A client was authenticated: its identity is known. */
    default Optional<Identification> onAuth(IkeSaInfo ike) {
        return Optional.empty();
    }
}
