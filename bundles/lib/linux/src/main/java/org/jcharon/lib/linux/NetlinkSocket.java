// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** Requests to the kernel, one at a time; any thread, callers wait for each other. */
@ProviderType
public interface NetlinkSocket extends Handle {

    /**
     * Sends a request and waits for its acknowledgement. Answers to other requests, and messages not from the kernel, are
     * dropped.
     *
     * @param timeout longest wait for each datagram of the answer, at least 1 ms
     * @return the messages that came before the acknowledgement; often none
     * @throws LinuxException the kernel's error with its own explanation if it gives one, ETIMEDOUT, EBADMSG, EBADF once closed
     */
    List<NetlinkMessage> request(NetlinkBuilder request, Duration timeout) throws LinuxException;

    /**
     * Sends a dump request and collects the parts. A dump that the kernel reports as inconsistent is repeated, five times at
     * most.
     *
     * @param timeout longest wait for each datagram of the answer, at least 1 ms
     */
    List<NetlinkMessage> dump(NetlinkBuilder request, Duration timeout) throws LinuxException;
}
