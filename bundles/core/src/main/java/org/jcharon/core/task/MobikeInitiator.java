// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkePath;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.Mobility;

/**
 * Addresses as initiator of INFORMATIONAL exchanges (RFC 4555 sections 3.5 to 3.10): finds a path that is answered, tells the peer that
 * SAs move there or which addresses we have, and looks for a NAT before us that comes up, goes, or changes its mapping. One exchange follows the
 * other until there is nothing left to tell.
 *
 * <pre>
 * PROBE  → answered elsewhere: UPDATE, or ADDRESSES by the original responder, which may not decide
 * DPD    → NAT changed:        the same
 * UPDATE → moved meanwhile, refused or a NAT where none is allowed: UPDATE or PROBE again
 * </pre>
 */
final class MobikeInitiator implements Task {

    private static final Log LOG = Log.of("ike");
    /** RFC 4555 section 3.9: "it SHOULD retry the operation several times". */
    private static final int MAX_NAT_RETRIES = 5;

    /** What an exchange is for. */
    enum Step {
        /** An answer shows a path. */
        PROBE,
        /** UPDATE_SA_ADDRESSES. */
        UPDATE,
        /** The list of our other addresses. */
        ADDRESSES,
        /** NAT detection with a liveness check. */
        DPD
    }

    private final IkeSa ike;
    private final Mobility mobility;
    private Step step;
    private boolean withAddresses;
    private Optional<Cookie2> cookie = Optional.empty();
    private IkePath builtFor;
    private int natRetries;

    /** {@code withAddresses}: the set of our addresses changed. */
    MobikeInitiator(IkeSa ike, Step step, boolean withAddresses) {
        this.ike = ike;
        this.mobility = ike.mobility();
        this.step = step;
        this.withAddresses = withAddresses;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_MOBIKE;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.INFORMATIONAL;
    }

    /** Whether the path in use is looked for or told, so that whatever an earlier one found out is stale. */
    boolean decidesPath() {
        return step == Step.PROBE || step == Step.UPDATE;
    }

    /** Takes over what another one, which has not begun, was to do. */
    void absorb(MobikeInitiator waiting) {
        withAddresses |= waiting.withAddresses;
        if (step.compareTo(waiting.step) > 0) {
            step = waiting.step;
        }
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        builtFor = ike.path();
        cookie = Optional.empty();
        switch (step) {
            case PROBE -> {} // its copies go along many paths, so there is nothing to say of one
            case UPDATE -> {
                out.notify(NotifyType.UPDATE_SA_ADDRESSES);
                cookie = Optional.of(Cookie2.add(ike, out));
                addAddresses(out, withAddresses);
                addNatDetection(out);
            }
            case ADDRESSES -> {
                boolean moved = ike.children().isBehind();
                cookie = moved ? Optional.of(Cookie2.add(ike, out)) : Optional.empty();
                addAddresses(out, true);
                if (moved) {
                    addNatDetection(out);
                }
            }
            case DPD -> {
                LOG.control("sending DPD request");
                NatHashes.add(ike, builtFor, out);
            }
        }
        return TaskResult.NEED_MORE;
    }

    private void addAddresses(MessageBuilder out, boolean wanted) {
        if (wanted) {
            AdditionalAddresses.add(ike, out);
        }
    }

    private void addNatDetection(MessageBuilder out) {
        if (mobility.hasNatTraversal()) {
            NatHashes.add(ike, builtFor, out);
        } else {
            NatProhibition.add(ike, builtFor, out);
        }
    }

    @Override
    public TaskResult process(IkeMessage in) {
        if (cookie.isPresent()
                && Notifies.firstError(in).isEmpty()
                && !cookie.get().isIn(in)) {
            LOG.control(Cookie2.MISMATCH);
            return new TaskResult.Fail(Cookie2.MISMATCH);
        }
        if (ike.state() == IkeSaState.REKEYED || ike.tasks().moves().isDecisionQueued()) {
            return TaskResult.DONE; // the one that follows knows better
        }
        return switch (step) {
            case PROBE -> probed();
            case UPDATE -> updated(in);
            case ADDRESSES -> told(in);
            case DPD -> checked(in);
        };
    }

    private TaskResult probed() {
        if (mobility.owesUpdate()) {
            return tellWhereWeAre();
        }
        return withAddresses ? next(Step.ADDRESSES) : TaskResult.DONE;
    }

    private TaskResult tellWhereWeAre() {
        return next(ike.isOriginalInitiator() ? Step.UPDATE : Step.ADDRESSES);
    }

    private TaskResult next(Step following) {
        step = following;
        return TaskResult.NEED_MORE;
    }

    private TaskResult updated(IkeMessage in) {
        if (in.notify(NotifyType.UNEXPECTED_NAT_DETECTED).isPresent() && ++natRetries <= MAX_NAT_RETRIES) {
            LOG.control("peer detected a NAT where none is allowed, trying again");
            return TaskResult.NEED_MORE;
        }
        Optional<NotifyType> refusal = Notifies.firstError(in).map(error -> error.notifyType());
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        if (!ike.path().equals(builtFor)) {
            return TaskResult.NEED_MORE;
        }
        detect(in);
        mobility.owesUpdate(false);
        ike.children().follow();
        return TaskResult.DONE;
    }

    /** RFC 4555 section 3.5: the addresses have not been updated; others may be tried. */
    private TaskResult refused(NotifyType why) {
        LOG.control("peer refuses path {} with {}", builtFor, why);
        mobility.refuse(builtFor);
        if (!ike.tasks().moves().hasAlternatives()) {
            return new TaskResult.Fail("peer accepts none of our addresses, last answer " + why);
        }
        return next(Step.PROBE);
    }

    private TaskResult told(IkeMessage in) {
        if (ike.children().isBehind()) {
            if (!ike.path().equals(builtFor) || cookie.isEmpty()) {
                return TaskResult.NEED_MORE;
            }
            detect(in);
            ike.children().follow();
        }
        mobility.owesUpdate(false);
        return TaskResult.DONE;
    }

    private TaskResult checked(IkeMessage in) {
        if (mobility.owesUpdate()) {
            return tellWhereWeAre();
        }
        boolean changed = ike.path().equals(builtFor)
                && NatHashes.read(ike, builtFor, in).filter(this::isNews).isPresent();
        if (!changed) {
            return TaskResult.DONE;
        }
        LOG.control("detected changes in NAT mappings, initiating MOBIKE update");
        return tellWhereWeAre();
    }

    private boolean isNews(NatHashes.Finding found) {
        return found.ourSide() != ike.nat().isOurs() || (found.ourSide() && mobility.mappingChanged(found.seen()));
    }

    private void detect(IkeMessage in) {
        NatHashes.read(ike, builtFor, in).ifPresent(found -> {
            NatHashes.apply(ike, found);
            mobility.mappingChanged(found.seen());
        });
    }

    @Override
    public Optional<Task> migrate(IkeSa successor) {
        return Optional.of(new MobikeInitiator(successor, step, withAddresses));
    }
}
