// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.bus;

import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.osgi.annotation.versioning.ConsumerType;

/** Observes CHILD_SAs; plugins register it. Called like an {@link IkeSaListener}. */
@ConsumerType
public interface ChildSaListener {

    /** A CHILD_SA came up or went down. */
    default void childUpDown(IkeSaInfo ikeSa, ChildSaInfo childSa, boolean up) {}

    /** {@code old} was replaced by {@code fresh}. */
    default void childRekey(IkeSaInfo ikeSa, ChildSaInfo old, ChildSaInfo fresh) {}
}
