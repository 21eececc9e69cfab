// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.bus;

import org.jcharon.api.sa.IkeSaInfo;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/** Observes messages; plugins register it. Called like an {@link IkeSaListener}. */
@ConsumerType
public interface MessageListener {

    /** One message. */
    @ProviderType
    interface MessageEvent {
        /** The IKE_SA. */
        IkeSaInfo ikeSa();

        /** Exchange type number. */
        int exchangeType();

        /** Whether it is a request. */
        boolean request();

        /** Message ID, unsigned. */
        long messageId();

        /** Whether it was received, not sent. */
        boolean incoming();

        /** strongSwan's one-line summary of the payloads. */
        String summary();
    }

    /** A message was sent or received and understood. */
    void message(MessageEvent event);
}
