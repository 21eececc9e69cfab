// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/** Events of the kernel's multicast groups. One reader. */
@ProviderType
public interface NetlinkEvents extends Handle {

    /**
     * Waits for one datagram and hands over its messages, in order; hands over none when woken.
     *
     * @return false once closed
     * @throws LinuxException ENOBUFS when events were lost: the reader has to look at the state afresh; EBADMSG for a malformed
     *     datagram. Receiving may go on after both.
     */
    boolean receive(Consumer<? super NetlinkMessage> consumer) throws LinuxException;
}
