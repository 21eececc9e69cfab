// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.time.Duration;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.GatewayIdentity;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;

/** Sends a client that is up to another gateway (RFC 5685 section 5). It goes by itself; if it does not, we close. */
final class IkeRedirectInitiator implements Task {

    private static final Log LOG = Log.of("ike");
    private static final Duration TIME_TO_GO = Duration.ofSeconds(60);

    private final IkeSa ike;
    private final Identification gateway;

    /** {@code gateway}: an address or a DNS name. */
    IkeRedirectInitiator(IkeSa ike, Identification gateway) {
        this.ike = ike;
        this.gateway = gateway;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_REDIRECT;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.INFORMATIONAL;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        LOG.audit("redirecting peer to {}", gateway);
        out.add(new NotifyPayload(
                NotifyType.REDIRECT,
                GatewayIdentity.encode(gateway, Chunk.EMPTY).orElseThrow()));
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        closeIfItStays(ike, gateway);
        return TaskResult.DONE;
    }

    /** A client that was told has some time to close the IKE_SA itself. */
    static void closeIfItStays(IkeSa ike, Identification gateway) {
        ike.timers()
                .start(
                        ike.id().localSpi(),
                        "redirected",
                        TIME_TO_GO,
                        () -> ike.delete("peer was redirected to " + gateway + " and stayed"));
    }

    @Override
    public Optional<Task> migrate(IkeSa successor) {
        return Optional.of(new IkeRedirectInitiator(successor, gateway));
    }
}
