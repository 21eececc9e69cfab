// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.eap;

import java.util.concurrent.CompletionStage;
import org.jcharon.api.wire.Secret;
import org.osgi.annotation.versioning.ConsumerType;

/** One run of an EAP method: a small machine that owns nothing beyond this authentication. One thread at a time. */
@ConsumerType
public interface EapMethod extends AutoCloseable {

    /** What a packet led to. */
    interface Result {

        /** Send {@code packet} and wait for the answer. */
        record Reply(EapPacket packet) implements Result {}

        /** Done; {@code msk} of 64 octets or null if the method gives none; owned by the receiver. */
        record Success(Secret msk) implements Result {}

        /** The peer failed; {@code reason} is logged. */
        record Failure(String reason) implements Result {}
    }

    /** Server: the first request. Peer: never called. May wait. */
    CompletionStage<Result> initiate();

    /** Handles one packet of this method. May wait. */
    CompletionStage<Result> process(EapPacket packet);

    /** Wipes what is secret. */
    @Override
    void close();
}
