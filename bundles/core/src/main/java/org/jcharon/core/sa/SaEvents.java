// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.core.message.IkeMessage;

/** Where SAs report to: the bus, which queues for observers. Called under the lease; never waits, never throws. */
public interface SaEvents {

    /** Up or down. */
    void ikeUpDown(IkeSaInfo ikeSa, boolean up);

    /** Replaced. */
    void ikeRekey(IkeSaInfo old, IkeSaInfo fresh);

    /** Moved to other addresses or ports. */
    default void ikeUpdate(IkeSaInfo before, IkeSaInfo now) {}

    /** State changed. */
    void ikeState(IkeSaInfo ikeSa);

    /** Up or down. */
    void childUpDown(IkeSaInfo ikeSa, ChildSaInfo childSa, boolean up);

    /** Replaced. */
    void childRekey(IkeSaInfo ikeSa, ChildSaInfo old, ChildSaInfo fresh);

    /** A message was sent or understood. */
    void message(IkeSa ike, IkeMessage message, boolean incoming);

    /** A peer that asked for a connection was refused; {@code connection} empty: none fitted. */
    default void refused(IkeSaInfo ikeSa, String connection, String reason) {}

    /** It is gone; how it was last. */
    default void ended(IkeSaInfo last) {}

    /** Something went wrong. */
    void alert(IkeSaInfo ikeSa, String kind, String text);
}
