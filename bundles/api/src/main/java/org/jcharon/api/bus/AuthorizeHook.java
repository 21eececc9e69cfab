// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.bus;

import java.util.concurrent.CompletionStage;
import org.jcharon.api.sa.IkeSaInfo;
import org.osgi.annotation.versioning.ConsumerType;

/** Has the last word on an authenticated peer; plugins register it. Called under the lease; may wait; a fault refuses the peer. */
@ConsumerType
public interface AuthorizeHook {

    /** A verdict; {@code reason} is logged. */
    record Verdict(boolean authorized, String reason) {}

    /** Judges a peer whose last authentication round succeeded. */
    CompletionStage<Verdict> authorize(IkeSaInfo ikeSa);
}
