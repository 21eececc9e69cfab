// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.manager.Newborn;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.message.NoncePayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.SaPayload;
import org.jcharon.core.proposal.ProposalSelector;
import org.jcharon.core.sa.IkeSa;

/** Rekeying of the IKE_SA as responder (RFC 7296 sections 1.3.2 and 2.18); the peer deletes the old one. */
final class IkeRekeyResponder implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private IkeMessage request;
    private Optional<IkeRekeyInitiator> ours = Optional.empty();

    IkeRekeyResponder(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_REKEY;
    }

    @Override
    public TaskResult process(IkeMessage in) throws IkeProtocolException {
        request = in;
        ike.tasks().followUps().dropIkeRekeying();
        ours = rivalUnlessBusy();
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult build(MessageBuilder out) throws IkeProtocolException {
        SaPayload sa = Required.first(request, SaPayload.class);
        KePayload ke = Required.first(request, KePayload.class);
        Chunk peerNonce = Required.first(request, NoncePayload.class).data();
        List<Proposal> configured = IkeProposals.of(ike);
        Proposal chosen = ProposalSelector.select(configured, sa.proposals()).orElseThrow(() -> {
            LogProposals.ikeMismatch(ike, sa.proposals(), configured);
            return ChildNegotiation.childError(
                    NotifyType.NO_PROPOSAL_CHOSEN,
                    "no matching proposal found: " + ProposalSelector.mismatch(configured, sa.proposals()));
        });
        LogProposals.selected(chosen);
        TransformId method =
                chosen.first(TransformType.KE).orElseThrow(() -> Required.syntax("IKE proposal without key exchange"));
        if (!IkeKeying.isSpi(chosen.spi())) {
            throw Required.syntax("SPI " + chosen.spi() + " for an IKE_SA");
        }
        if (ke.method() != method.id()) {
            throw KeyExchangeAnswer.wanted(method, Optional.of(ke));
        }
        Nonces.check(peerNonce, ike.services().crypto(), chosen);
        List<TransformId> additional = AdditionalKeyExchanges.of(chosen);
        if (!additional.isEmpty()) {
            ike.tasks().followUps().checkRoom();
        }
        Chunk nonce = Nonces.make(ike);
        LOG.audit("rekeying IKE_SA {} as responder", ike.label());
        Newborn newborn = ike.services().manager().newborn(false, IkeKeying.spiNumber(chosen.spi()));
        boolean agreed = false;
        try {
            KeyExchangeAnswer answer = KeyExchangeAnswer.to(ike, method, ke);
            out.add(new SaPayload(List.of(chosen.withSpi(IkeKeying.spiOctets(newborn.localSpi())))));
            out.add(new NoncePayload(nonce));
            out.add(answer.payload());
            agreed = true;
            Later later = new Later(newborn, chosen, peerNonce, nonce);
            if (additional.isEmpty()) {
                later.make(List.of(answer.shared()), ours);
            } else {
                ike.tasks().followUps().begin(additional, answer.shared(), later, out);
                ours.ifPresent(rival -> rival.collideLater(Nonces.lower(peerNonce, nonce)));
            }
        } finally {
            if (!agreed) {
                newborn.discard();
            }
        }
        return TaskResult.DONE;
    }

    /** Our own rekeying that this one meets, for which the answer is the usual one (RFC 7296 section 2.25.2). */
    private Optional<IkeRekeyInitiator> rivalUnlessBusy() throws IkeProtocolException {
        Optional<IkeRekeyInitiator> rival = ike.tasks().rekeyingIke().filter(task -> !task.hasCollided());
        boolean free =
                ike.state() == IkeSaState.ESTABLISHED || (ike.state() == IkeSaState.REKEYING && rival.isPresent());
        boolean busy = !free
                || ike.tasks().creating().isPresent()
                || ike.children().all().stream()
                        .anyMatch(child ->
                                child.state() == ChildSaState.REKEYING || child.state() == ChildSaState.DELETING);
        if (busy) {
            // section 2.25.1: what we have under way must not meet a new IKE_SA
            throw ChildNegotiation.childError(
                    NotifyType.TEMPORARY_FAILURE, "peer rekeys IKE_SA " + ike.label() + " while we change it");
        }
        return rival;
    }

    /** What CREATE_CHILD_SA agreed on, until all key exchanges are done. */
    private final class Later implements FollowUps.Purpose {

        private final Newborn newborn;
        private final Proposal chosen;
        private final Chunk peerNonce;
        private final Chunk nonce;

        Later(Newborn newborn, Proposal chosen, Chunk peerNonce, Chunk nonce) {
            this.newborn = newborn;
            this.chosen = chosen;
            this.peerNonce = peerNonce;
            this.nonce = nonce;
        }

        @Override
        public void complete(List<Secret> secrets) throws IkeProtocolException {
            make(secrets, rivalUnlessBusy());
        }

        void make(List<Secret> secrets, Optional<IkeRekeyInitiator> rival) {
            AgreedIkeSa peers = new AgreedIkeSa(newborn, false, chosen, secrets, peerNonce, nonce);
            rival.ifPresentOrElse(task -> task.collide(peers), () -> peers.succeed(ike));
        }

        @Override
        public void abandon() {
            newborn.discard();
        }

        @Override
        public boolean isRekeyingOfIke() {
            return true;
        }
    }
}
