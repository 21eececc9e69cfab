// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.socket;

import java.io.IOException;

/** One bound socket. Any thread. */
public interface SocketHandle {

    /** What it is bound to. */
    Endpoint bound();

    /** Exempts its packets from IPsec policies of the system. */
    void bypassIpsec() throws IOException;

    /** Has the system decapsulate ESP that arrives on it. */
    void decapsulateEsp() throws IOException;
}
