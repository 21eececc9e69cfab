// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;

/**
 * Additional key exchanges after a CREATE_CHILD_SA of ours, one in each IKE_FOLLOWUP_KE (RFC 9370 section 2.2.4), for whichever task began
 * it. Owns the secrets until it is closed. Lease held.
 */
final class FollowUp implements AutoCloseable {

    private final IkeSa ike;
    private final Deque<TransformId> pending;
    private final List<Secret> secrets = new ArrayList<>();
    private Chunk link;
    private KeyExchange keyExchange;

    private FollowUp(IkeSa ike, List<TransformId> methods, Secret main, Chunk link) {
        this.ike = ike;
        this.pending = new ArrayDeque<>(methods);
        this.link = link;
        secrets.add(main);
    }

    /** Those that an answer to CREATE_CHILD_SA agreed on; they are refused without a link to their state at the peer. */
    static void check(IkeMessage answer, Proposal chosen) throws IkeProtocolException {
        List<TransformId> methods = AdditionalKeyExchanges.of(chosen);
        if (methods.isEmpty()) {
            return;
        }
        if (chosen.first(TransformType.KE).filter(t -> t.id() != 0).isEmpty()) {
            throw Required.syntax("additional key exchanges " + methods + " agreed on, but no main one");
        }
        if (link(answer).isEmpty()) {
            throw Required.syntax(
                    "additional key exchanges " + methods + " agreed on, but no ADDITIONAL_KEY_EXCHANGE notify");
        }
    }

    /** What follows on an answer that was checked; empty: nothing. If something does it takes {@code main} over, the secret of the main key exchange. */
    static Optional<FollowUp> after(IkeSa ike, IkeMessage answer, Proposal chosen, List<Secret> main) {
        List<TransformId> methods = AdditionalKeyExchanges.of(chosen);
        return methods.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new FollowUp(ike, methods, main.get(0), link(answer).orElseThrow()));
    }

    private static Optional<Chunk> link(IkeMessage message) {
        return message.notify(NotifyType.ADDITIONAL_KEY_EXCHANGE)
                .map(NotifyPayload::data)
                .filter(data -> !data.isEmpty());
    }

    /** Adds the next key exchange; the reason if there is no way to. */
    Optional<String> build(MessageBuilder out) {
        TransformId method = pending.element();
        keyExchange = AdditionalKeyExchanges.begin(ike, method).orElse(null);
        if (keyExchange == null) {
            return Optional.of("no crypto plugin provides " + method);
        }
        out.add(new KePayload(method.id(), keyExchange.publicValue()));
        out.notify(NotifyType.ADDITIONAL_KEY_EXCHANGE, link);
        return Optional.empty();
    }

    /** Takes the answer, which is no error; true if that was the last. */
    boolean process(IkeMessage in) throws IkeProtocolException {
        KePayload ke = Required.first(in, KePayload.class);
        secrets.add(AdditionalKeyExchanges.finish(keyExchange, pending.element(), ke));
        closeKeyExchange();
        pending.remove();
        if (pending.isEmpty()) {
            return true;
        }
        link = link(in).orElseThrow(() -> Required.syntax(
                "key exchange " + pending.element() + " is to follow, but no ADDITIONAL_KEY_EXCHANGE notify came"));
        return false;
    }

    /** Secrets of all key exchanges, the main one first; borrowed. */
    List<Secret> secrets() {
        return List.copyOf(secrets);
    }

    private void closeKeyExchange() {
        if (keyExchange != null) {
            keyExchange.close();
            keyExchange = null;
        }
    }

    @Override
    public void close() {
        closeKeyExchange();
        secrets.forEach(Secret::close);
    }
}
