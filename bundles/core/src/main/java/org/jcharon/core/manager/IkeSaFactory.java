// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

import org.jcharon.api.sa.IkeSaId;
import org.jcharon.api.socket.Packet;

/** Makes the IKE_SA that answers an IKE_SA_INIT request. */
@FunctionalInterface
public interface IkeSaFactory {

    /** An IKE_SA for {@code id}; it gets {@code first} by {@link ManagedSa#process} next. Called under its lease. */
    ManagedSa createResponder(IkeSaId id, Packet first);
}
