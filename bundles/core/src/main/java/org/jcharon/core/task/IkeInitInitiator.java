// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.GatewayIdentity;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.message.NoncePayload;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.SaPayload;
import org.jcharon.core.proposal.ProposalSelector;
import org.jcharon.core.sa.IkeSa;

/** IKE_SA_INIT as initiator (RFC 7296 section 1.2), with cookies (2.6) and a second try with the group asked for (1.3). */
final class IkeInitInitiator implements Task {

    private static final Log LOG = Log.of("ike");
    private static final int MAX_RETRIES = 5;

    private final IkeSa ike;
    private List<Proposal> proposals = List.of();
    private TransformId method;
    private KeyExchange keyExchange;
    private Chunk cookie = Chunk.EMPTY;
    private int retries;

    IkeInitInitiator(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_INIT;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.IKE_SA_INIT;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        if (ike.state() == IkeSaState.CREATED) {
            LOG.audit(
                    "initiating IKE_SA {} to {}",
                    ike.label(),
                    Addresses.text(ike.remote().address()));
            ike.moveTo(IkeSaState.CONNECTING);
            ike.handshake().localNonce(Nonces.make(ike));
            proposals = IkeProposals.of(ike);
            method = IkeProposals.firstMethod(proposals);
        }
        if (method == null) {
            return new TaskResult.Fail("no proposal of connection " + ike.name()
                    + " has a key exchange method that a crypto plugin provides");
        }
        if (keyExchange == null) {
            keyExchange = ike.services().crypto().keyExchange(method, true).orElse(null);
            if (keyExchange == null) {
                return new TaskResult.Fail("no crypto plugin provides " + method);
            }
        }
        if (!cookie.isEmpty()) {
            out.notify(NotifyType.COOKIE, cookie);
        }
        out.add(new SaPayload(proposals));
        out.add(new KePayload(method.id(), keyExchange.publicValue()));
        out.add(new NoncePayload(ike.handshake().localNonce()));
        InitNotifies.add(ike, out);
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult process(IkeMessage in) throws IkeProtocolException {
        Optional<NotifyPayload> wantsCookie = in.notify(NotifyType.COOKIE);
        if (wantsCookie.isPresent() && in.first(SaPayload.class).isEmpty()) {
            return retryWithCookie(wantsCookie.get().data());
        }
        Optional<NotifyPayload> wantsMethod = in.notify(NotifyType.INVALID_KE_PAYLOAD);
        if (wantsMethod.isPresent()) {
            return retryWithMethod(wantsMethod.get().data());
        }
        Optional<NotifyPayload> redirect = in.notify(NotifyType.REDIRECT);
        if (redirect.isPresent() && in.first(SaPayload.class).isEmpty()) {
            return redirect(redirect.get().data());
        }
        Optional<NotifyPayload> error = Notifies.firstError(in);
        if (error.isPresent()) {
            LOG.control("received {} notify error", error.get().notifyType());
            return new TaskResult.Ignore("peer answered " + error.get().notifyType() + offerHint(error.get()));
        }
        try {
            return accept(in);
        } catch (IkeProtocolException e) {
            return new TaskResult.Ignore(e.getMessage());
        }
    }

    private String offerHint(NotifyPayload error) {
        return error.notifyType().equals(NotifyType.NO_PROPOSAL_CHOSEN)
                ? " to IKE_SA_INIT: it takes none of our IKE proposals " + proposals
                        + ", or has no connection for our address; compare 'proposals' on both sides"
                : " to IKE_SA_INIT";
    }

    /** RFC 5685 section 3: our nonce shows that it answers our request. */
    private TaskResult redirect(Chunk data) {
        Optional<GatewayIdentity> gateway = GatewayIdentity.decode(data);
        if (gateway.isEmpty()
                || !gateway.get().rest().equalsConstantTime(ike.handshake().localNonce())) {
            return new TaskResult.Ignore("REDIRECT that names no gateway, or not our nonce");
        }
        return new TaskResult.Redirect(gateway.get().name());
    }

    private TaskResult retryWithCookie(Chunk data) {
        // RFC 7296 section 2.6: a cookie has 1 to 64 octets
        if (data.isEmpty() || data.length() > 64 || ++retries > MAX_RETRIES) {
            return new TaskResult.Ignore("peer keeps asking for cookies");
        }
        cookie = data;
        return new TaskResult.Retry("cookie of " + data.length() + " octets");
    }

    private TaskResult retryWithMethod(Chunk data) {
        if (data.length() != 2 || ++retries > MAX_RETRIES) {
            return new TaskResult.Ignore("INVALID_KE_PAYLOAD without a key exchange method, or too often");
        }
        TransformId wanted = TransformId.ke(data.at(0) << 8 | data.at(1));
        boolean offered =
                proposals.stream().anyMatch(p -> p.all(TransformType.KE).contains(wanted));
        if (!offered || wanted.equals(method)) {
            return new TaskResult.Ignore(
                    "peer asks for key exchange " + wanted + ", which we " + (offered ? "sent" : "did not offer"));
        }
        LOG.control("peer didn't accept key exchange method {}, it requested {}", method, wanted);
        keyExchange.close();
        keyExchange = null;
        method = wanted;
        return new TaskResult.Retry("key exchange " + wanted);
    }

    private TaskResult accept(IkeMessage in) throws IkeProtocolException {
        SaPayload sa = Required.first(in, SaPayload.class);
        KePayload ke = Required.first(in, KePayload.class);
        NoncePayload nonce = Required.first(in, NoncePayload.class);
        Proposal chosen = sa.proposals().get(0);
        if (sa.proposals().size() != 1
                || !chosen.protocol().equals(ProtocolId.IKE)
                || !ProposalSelector.isChoiceOf(chosen, proposals)) {
            throw new IkeProtocolException(
                    NotifyType.NO_PROPOSAL_CHOSEN,
                    Chunk.EMPTY,
                    "peer chose " + sa.proposals() + ", which we did not offer: " + proposals);
        }
        if (ke.method() != method.id()
                || !chosen.first(TransformType.KE).filter(method::equals).isPresent()) {
            throw Required.syntax("key exchange " + ke.method() + " in the answer, " + method + " expected");
        }
        if (in.spir() == 0) { // RFC 7296 section 3.1: zero is for requests whose answer is not known yet
            throw Required.syntax("IKE_SA_INIT response without responder SPI");
        }
        Nonces.check(nonce.data(), ike.services().crypto(), chosen);
        boolean childless = in.notify(NotifyType.CHILDLESS_IKEV2_SUPPORTED).isPresent();
        if (!childless && ike.ikeConfig().childless() == IkeConfig.Childless.FORCE) {
            throw Required.syntax(
                    "peer does not support childless IKE_SAs, which connection " + ike.name() + " forces");
        }
        List<TransformId> additional = AdditionalKeyExchanges.of(chosen);
        boolean intermediate =
                in.notify(NotifyType.INTERMEDIATE_EXCHANGE_SUPPORTED).isPresent();
        if (!additional.isEmpty() && !intermediate) {
            // RFC 9370 section 2.2.1: there is no other place for them
            throw Required.syntax("peer chose additional key exchanges " + additional + " without IKE_INTERMEDIATE");
        }
        try (Secret shared = keyExchange.agree(ke.data())) {
            LogProposals.selected(chosen);
            ike.responderSpi(in.spir());
            ike.handshake().remoteNonce(nonce.data());
            ike.handshake().receivedInit(ike.tasks().lastReceived());
            InitNotifies.read(ike, in);
            IkeKeying.initial(ike, chosen, shared);
            if (!additional.isEmpty()) {
                ike.handshake().intermediate().expect(additional);
                ike.tasks().queueNext(new IkeIntermediateInitiator(ike));
            }
        } catch (KeyMismatchException e) {
            throw Required.syntax("KE payload: " + e.getMessage());
        }
        keyExchange.close();
        keyExchange = null;
        return TaskResult.DONE;
    }

    @Override
    public void abandon(String reason) {
        if (keyExchange != null) {
            keyExchange.close();
            keyExchange = null;
        }
    }
}
