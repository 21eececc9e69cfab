// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.bus;

import org.jcharon.api.sa.IkeSaInfo;
import org.osgi.annotation.versioning.ConsumerType;

/** Hears of what went wrong; plugins register it. Called like an {@link IkeSaListener}. */
@ConsumerType
public interface AlertListener {

    /**
     * Something went wrong.
     *
     * @param ikeSa null if it concerns none
     * @param kind strongSwan's name, such as {@code peer-auth-failed}, {@code proposal-mismatch-ike}
     * @param text what happened, for a person
     */
    void alert(IkeSaInfo ikeSa, String kind, String text);
}
