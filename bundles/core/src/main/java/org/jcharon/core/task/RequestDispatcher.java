// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.core.message.DeletePayload;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.SaPayload;
import org.jcharon.core.message.TsPayload;
import org.jcharon.core.sa.IkeSa;

/** Decides which tasks answer a request. */
final class RequestDispatcher {

    private RequestDispatcher() {}

    /** Adds the tasks that {@code request} begins to those that a request before it left. */
    static void tasksFor(IkeSa ike, IkeMessage request, List<Task> tasks) {
        ExchangeType exchange = request.exchangeType();
        if (exchange.equals(ExchangeType.IKE_SA_INIT)) {
            tasks.add(new IkeInitResponder(ike));
            tasks.add(new NatDetection(ike, false));
        } else if (exchange.equals(ExchangeType.IKE_INTERMEDIATE)) {
            tasks.add(new IkeIntermediateResponder(ike));
        } else if (exchange.equals(ExchangeType.IKE_AUTH)) {
            if (tasks.isEmpty()) {
                tasks.add(new IkeAuthResponder(ike));
                tasks.add(new IkeEstablish(ike));
                tasks.add(new IkeAuthLifetime(ike));
                tasks.add(new IkeConfigResponder(ike));
                tasks.add(new ChildCreateResponder(ike));
                tasks.add(new MobikeAuth(ike, false));
            }
        } else if (exchange.equals(ExchangeType.CREATE_CHILD_SA)) {
            tasks.add(createChildSa(ike, request));
        } else if (exchange.equals(ExchangeType.IKE_FOLLOWUP_KE)) {
            tasks.add(new FollowUpResponder(ike));
        } else {
            tasks.add(informational(ike, request));
        }
    }

    private static Task createChildSa(IkeSa ike, IkeMessage request) {
        Optional<NotifyPayload> rekey = request.notify(NotifyType.REKEY_SA);
        if (rekey.isPresent()) {
            return new ChildRekeyResponder(ike, rekey.get());
        }
        boolean ikeRekey = request.first(TsPayload.class).isEmpty()
                && request.first(SaPayload.class)
                        .filter(sa -> sa.proposals().stream()
                                .anyMatch(p -> p.protocol().equals(ProtocolId.IKE)))
                        .isPresent();
        return ikeRekey ? new IkeRekeyResponder(ike) : new ChildCreateResponder(ike);
    }

    private static Task informational(IkeSa ike, IkeMessage request) {
        List<DeletePayload> deletes = request.all(DeletePayload.class);
        boolean wholeSa = deletes.stream().anyMatch(delete -> delete.protocol().equals(ProtocolId.IKE));
        if (wholeSa || request.notify(NotifyType.AUTHENTICATION_FAILED).isPresent()) {
            return new IkeDeleteResponder(ike);
        }
        if (!deletes.isEmpty()) {
            return new ChildDeleteResponder(ike);
        }
        if (request.notify(NotifyType.AUTH_LIFETIME).isPresent()) {
            return new IkeAuthLifetime(ike);
        }
        if (request.notify(NotifyType.REDIRECT).isPresent()) {
            return new IkeRedirectResponder(ike);
        }
        if (request.notify(NotifyType.INVALID_SPI).isPresent()) {
            return new InvalidSpiResponder(ike);
        }
        return MobikeResponder.concerns(request) ? new MobikeResponder(ike) : new EmptyResponse();
    }
}
