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

    /** An IKE_SA moved to other addresses or ports; {@code before} has the old ones, {@code now} the new ones. */
    default void ikeUpdate(IkeSaInfo before, IkeSaInfo now) {}

    /** State changed. */
    default void ikeState(IkeSaInfo ikeSa) {}
}
