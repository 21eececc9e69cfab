// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.socket;

import org.osgi.annotation.versioning.ConsumerType;

/** Takes ESP that arrived in UDP; a userland IPsec plugin registers it. Called on a socket's dispatcher; pure; never throws. */
@ConsumerType
public interface EspReceiver {

    /** An ESP packet; {@code octets} is borrowed for the call and may be overwritten. */
    void esp(Endpoint source, Endpoint destination, byte[] octets, int offset, int length);
}
