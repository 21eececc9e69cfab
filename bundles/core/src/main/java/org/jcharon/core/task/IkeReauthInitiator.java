// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.Optional;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.sa.IkeSa;

/** Reauthentication, break before make: once the peer knows that the IKE_SA is gone, another one is made (RFC 7296 section 2.8.3). */
final class IkeReauthInitiator implements Task {

    private final IkeSa ike;
    private final IkeDeleteInitiator deletion;

    IkeReauthInitiator(IkeSa ike) {
        this.ike = ike;
        this.deletion = new IkeDeleteInitiator(ike, Optional.empty(), "reauthenticated");
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_REAUTH;
    }

    @Override
    public ExchangeType exchangeType() {
        return deletion.exchangeType();
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        return deletion.build(out);
    }

    @Override
    public TaskResult process(IkeMessage in) {
        ike.recovery().broken();
        return deletion.process(in);
    }

    @Override
    public Optional<Task> migrate(IkeSa successor) {
        return Optional.of(new IkeReauthInitiator(successor));
    }
}
