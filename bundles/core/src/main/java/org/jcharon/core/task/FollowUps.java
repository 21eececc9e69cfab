// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jcharon.api.bus.Log;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;

/**
 * What we answered CREATE_CHILD_SA requests with while additional key exchanges are still to follow (RFC 9370 section 2.2.4). Each is found
 * by the link that our last answer named, kept for a bounded time, and only few at once. Lease held.
 */
final class FollowUps {

    private static final Log LOG = Log.of("ike");
    private static final int MOST = 4;
    private static final int LINK_OCTETS = 16;

    /** What is made once all key exchanges are done. */
    interface Purpose {
        /** Makes it; {@code secrets}, the main one first, are taken over, unless this throws. */
        void complete(List<Secret> secrets) throws IkeProtocolException;

        /** It will not be made: everything reserved for it is given back. Not called once it was made. */
        void abandon();

        /** Whether it replaces this CHILD_SA. */
        default boolean isRekeyingOf(ChildSa child) {
            return false;
        }

        /** Whether it replaces the IKE_SA. */
        default boolean isRekeyingOfIke() {
            return false;
        }
    }

    /** The key exchanges that one CREATE_CHILD_SA agreed on. */
    private static final class Series {

        private final Deque<TransformId> pending;
        private final List<Secret> secrets = new ArrayList<>();
        private final Purpose purpose;
        private final String timer;
        private Chunk link = Chunk.EMPTY;

        Series(List<TransformId> methods, Secret main, Purpose purpose, String timer) {
            this.pending = new ArrayDeque<>(methods);
            this.purpose = purpose;
            this.timer = timer;
            secrets.add(main);
        }

        void wipe() {
            secrets.forEach(Secret::close);
        }
    }

    private final IkeSa ike;
    private final List<Series> list = new ArrayList<>();
    private long count;

    FollowUps(IkeSa ike) {
        this.ike = ike;
    }

    /** Refuses to begin another one if there are too many. */
    void checkRoom() throws IkeProtocolException {
        if (list.size() >= MOST) {
            throw ChildNegotiation.childError(
                    NotifyType.TEMPORARY_FAILURE, "more than " + MOST + " series of additional key exchanges at once");
        }
    }

    /** Begins one with an answer to CREATE_CHILD_SA; {@code main}, the secret of the main key exchange, is taken over. */
    void begin(List<TransformId> methods, Secret main, Purpose purpose, MessageBuilder out) {
        Series series = new Series(methods, main, purpose, "follow-up-" + ++count);
        list.add(series);
        nextLink(series, out);
        ike.timers()
                .start(
                        ike.id().localSpi(),
                        series.timer,
                        ike.services().settings().patience(),
                        () -> {
                            LOG.control("peer did not continue with IKE_FOLLOWUP_KE, forgetting its CREATE_CHILD_SA");
                            drop(series);
                        });
    }

    private void nextLink(Series series, MessageBuilder out) {
        series.link = Chunk.wrap(ike.services().crypto().random().octets(LINK_OCTETS));
        out.notify(NotifyType.ADDITIONAL_KEY_EXCHANGE, series.link);
    }

    /** Answers the key exchange that {@code link} belongs to; with the last one what all this was for is made. */
    void answer(Chunk link, KePayload ke, MessageBuilder out) throws IkeProtocolException {
        Series series = list.stream()
                .filter(candidate -> candidate.link.equalsConstantTime(link))
                .findFirst()
                .orElseThrow(() -> ChildNegotiation.childError(
                        NotifyType.STATE_NOT_FOUND, "no state for IKE_FOLLOWUP_KE with link " + link.toHex()));
        try {
            KeyExchangeAnswer answer = AdditionalKeyExchanges.answer(ike, series.pending.element(), ke);
            series.secrets.add(answer.shared());
            series.pending.remove();
            out.add(answer.payload());
            if (!series.pending.isEmpty()) {
                nextLink(series, out);
                return;
            }
            series.purpose.complete(List.copyOf(series.secrets));
        } catch (IkeProtocolException refused) {
            drop(series);
            throw refused;
        }
        list.remove(series);
        ike.timers().stop(series.timer);
    }

    /** Whether the peer is replacing this CHILD_SA. */
    boolean isRekeying(ChildSa child) {
        return list.stream().anyMatch(series -> series.purpose.isRekeyingOf(child));
    }

    /** Whether the peer is replacing the IKE_SA. */
    boolean isRekeyingIke() {
        return list.stream().anyMatch(series -> series.purpose.isRekeyingOfIke());
    }

    /** The peer begins anew to replace this CHILD_SA, or it is being closed. */
    void drop(ChildSa rekeyed) {
        drop(series -> series.purpose.isRekeyingOf(rekeyed));
    }

    /** The peer begins anew to replace the IKE_SA. */
    void dropIkeRekeying() {
        drop(series -> series.purpose.isRekeyingOfIke());
    }

    /** Forgets all. */
    void close() {
        drop(series -> true);
    }

    private void drop(Predicate<Series> condition) {
        list.stream().filter(condition).toList().forEach(this::drop);
    }

    private void drop(Series series) {
        if (list.remove(series)) {
            ike.timers().stop(series.timer);
            series.wipe();
            series.purpose.abandon();
        }
    }
}
