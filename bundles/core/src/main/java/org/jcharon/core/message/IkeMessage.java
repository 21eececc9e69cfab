// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One IKE message as its sender means it, before protection or after it was taken off. Immutable; any thread.
 *
 * @param spii SPI of the IKE_SA's original initiator
 * @param spir SPI of the original responder, 0 while unknown
 * @param exchangeType exchange
 * @param initiatorFlag whether the original initiator sends it
 * @param response whether it is a response
 * @param messageId 0 to 2^32-1
 * @param payloads in the order of the message
 */
public record IkeMessage(
        long spii,
        long spir,
        ExchangeType exchangeType,
        boolean initiatorFlag,
        boolean response,
        long messageId,
        List<Payload> payloads) {

    /** Copies the list; throws {@link IllegalArgumentException} for a message ID out of range. */
    public IkeMessage {
        payloads = List.copyOf(payloads);
        if (messageId < 0 || messageId > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("message ID " + messageId);
        }
    }

    static IkeMessage of(IkeHeader header, List<Payload> payloads) {
        return new IkeMessage(
                header.spii(),
                header.spir(),
                header.exchangeType(),
                header.initiatorFlag(),
                header.response(),
                header.messageId(),
                payloads);
    }

    /** The first payload of a kind. */
    public <P extends Payload> Optional<P> first(Class<P> kind) {
        return payloads.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }

    /** The first payload of a type; tells IDi from IDr and TSi from TSr. */
    public Optional<Payload> first(PayloadType type) {
        return payloads.stream().filter(payload -> payload.type().equals(type)).findFirst();
    }

    /** All payloads of a kind, in order. */
    public <P extends Payload> List<P> all(Class<P> kind) {
        return payloads.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** IDi or IDr. */
    public Optional<IdPayload> id(boolean initiator) {
        return all(IdPayload.class).stream()
                .filter(id -> id.initiator() == initiator)
                .findFirst();
    }

    /** TSi or TSr. */
    public Optional<TsPayload> selectors(boolean initiator) {
        return all(TsPayload.class).stream()
                .filter(ts -> ts.initiator() == initiator)
                .findFirst();
    }

    /** The first notify of a type. */
    public Optional<NotifyPayload> notify(NotifyType notifyType) {
        return all(NotifyPayload.class).stream()
                .filter(notify -> notify.notifyType().equals(notifyType))
                .findFirst();
    }

    /** All notifies of a type, in order. */
    public List<NotifyPayload> notifies(NotifyType notifyType) {
        return all(NotifyPayload.class).stream()
                .filter(notify -> notify.notifyType().equals(notifyType))
                .toList();
    }

    /** strongSwan's form, such as {@code IKE_AUTH request 1 [ IDi AUTH SA TSi TSr N(MOBIKE_SUP) ]}. */
    public String summary() {
        return MessageSummary.of(this);
    }

    /** The same for a fragment of it, such as {@code IKE_AUTH request 1 [ EF(2/3) ]}. */
    public String fragmentSummary(int number, int total) {
        return MessageSummary.ofFragment(exchangeType, response, messageId, number, total);
    }

    /** Starts a message that belongs to the IKE_SA with these SPIs. */
    public static Builder builder(long spii, long spir, ExchangeType exchangeType) {
        return new Builder(spii, spir, exchangeType);
    }

    /** Starts a message with the same header and no payloads. */
    public Builder toBuilder() {
        return new Builder(spii, spir, exchangeType)
                .initiatorFlag(initiatorFlag)
                .response(response)
                .messageId(messageId);
    }

    /** Collects a message: a request of the original responder with ID 0 unless told otherwise. Not thread-safe. */
    public static final class Builder {

        private final List<Payload> payloads = new ArrayList<>();
        private final long spii;
        private final long spir;
        private final ExchangeType exchangeType;
        private boolean initiatorFlag;
        private boolean response;
        private long messageId;

        private Builder(long spii, long spir, ExchangeType exchangeType) {
            this.spii = spii;
            this.spir = spir;
            this.exchangeType = exchangeType;
        }

        /** Whether the original initiator of the IKE_SA sends it. */
        public Builder initiatorFlag(boolean initiator) {
            this.initiatorFlag = initiator;
            return this;
        }

        /** Whether it is a response. */
        public Builder response(boolean isResponse) {
            this.response = isResponse;
            return this;
        }

        /** Message ID, 0 to 2^32-1. */
        public Builder messageId(long id) {
            this.messageId = id;
            return this;
        }

        /** Appends a payload. */
        public Builder add(Payload payload) {
            payloads.add(payload);
            return this;
        }

        /** Appends payloads. */
        public Builder addAll(List<? extends Payload> more) {
            payloads.addAll(more);
            return this;
        }

        /** The message. */
        public IkeMessage build() {
            return new IkeMessage(spii, spir, exchangeType, initiatorFlag, response, messageId, payloads);
        }
    }
}
