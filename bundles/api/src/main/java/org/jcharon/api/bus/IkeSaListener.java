// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.bus;

import org.jcharon.api.sa.IkeSaInfo;
import org.osgi.annotation.versioning.ConsumerType;

/** Observes IKE_SAs; plugins register it. Called after checkin, in order per SA, from a bounded queue; cannot change an outcome. */
@ConsumerType
public interface IkeSaListener {

    /** An IKE_SA came up or went down. */
    default void ikeUpDown(IkeSaInfo ikeSa, boolean up) {}

    /** {@code old} was replaced by {@code fresh}. */
    default void ikeRekey(IkeSaInfo old, IkeSaInfo fresh) {}

    /** State changed. */
    default void ikeState(IkeSaInfo ikeSa) {}
}
