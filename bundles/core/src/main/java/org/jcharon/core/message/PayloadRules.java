// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which payloads an exchange allows in each direction, and how many: one table for all exchanges. */
final class PayloadRules {

    private static final int MAX_NOTIFIES = 20;
    private static final int MAX_DELETES = 20;
    private static final int MAX_CERTS = 8;
    private static final int MAX_CERTREQS = 20;
    private static final int MAX_VENDOR_IDS = 20;
    private static final int MAX_NAT_DETECTIONS = 10;

    /**
     * @param min how many there must be, unless one that suffices is there
     * @param max how many there may be
     * @param sufficient whether the message needs no other payload if this is there: an error, or a step of EAP
     */
    private record Rule(int min, int max, boolean sufficient) {}

    private record Exchange(boolean isProtected, Map<PayloadType, Rule> request, Map<PayloadType, Rule> response) {}

    private static final Map<ExchangeType, Exchange> EXCHANGES = exchanges();

    private PayloadRules() {}

    private static final class Table {

        private final Map<PayloadType, Rule> rules = new HashMap<>();

        /** Every message may carry vendor IDs and notifies; in a response one notify may be all. */
        Table(boolean response) {
            put(PayloadType.VENDOR, 0, MAX_VENDOR_IDS);
            rules.put(PayloadType.NOTIFY, new Rule(0, MAX_NOTIFIES, response));
        }

        Table put(PayloadType type, int min, int max) {
            rules.put(type, new Rule(min, max, false));
            return this;
        }

        Table sufficient(PayloadType type) {
            rules.put(type, new Rule(0, 1, true));
            return this;
        }

        Map<PayloadType, Rule> build() {
            return Map.copyOf(rules);
        }
    }

    private static Map<ExchangeType, Exchange> exchanges() {
        return Map.of(
                ExchangeType.IKE_SA_INIT, new Exchange(false, init(false), init(true)),
                ExchangeType.IKE_SESSION_RESUME,
                        new Exchange(
                                false,
                                new Table(false).put(PayloadType.NONCE, 1, 1).build(),
                                new Table(true).put(PayloadType.NONCE, 1, 1).build()),
                ExchangeType.IKE_INTERMEDIATE,
                        new Exchange(
                                true,
                                new Table(false).put(PayloadType.KE, 0, 1).build(),
                                new Table(true).put(PayloadType.KE, 0, 1).build()),
                ExchangeType.IKE_AUTH, new Exchange(true, auth(false), auth(true)),
                ExchangeType.CREATE_CHILD_SA, new Exchange(true, child(false), child(true)),
                ExchangeType.IKE_FOLLOWUP_KE,
                        new Exchange(
                                true,
                                new Table(false).put(PayloadType.KE, 1, 1).build(),
                                new Table(true).put(PayloadType.KE, 1, 1).build()),
                ExchangeType.INFORMATIONAL, new Exchange(true, informational(false), informational(true)));
    }

    private static Map<PayloadType, Rule> init(boolean response) {
        return new Table(response)
                .put(PayloadType.SA, 1, 1)
                .put(PayloadType.KE, 1, 1)
                .put(PayloadType.NONCE, 1, 1)
                .put(PayloadType.CERTREQ, 0, response ? MAX_CERTREQS : 0)
                .build();
    }

    private static Map<PayloadType, Rule> auth(boolean response) {
        return new Table(response)
                .put(PayloadType.IDI, response ? 0 : 1, response ? 0 : 1)
                .put(PayloadType.IDR, response ? 1 : 0, 1)
                .put(PayloadType.CERT, 0, MAX_CERTS)
                .put(PayloadType.CERTREQ, 0, response ? 0 : MAX_CERTREQS)
                .put(PayloadType.SA, 0, 1)
                .put(PayloadType.TSI, 0, 1)
                .put(PayloadType.TSR, 0, 1)
                .put(PayloadType.CP, 0, 1)
                .sufficient(PayloadType.EAP)
                .sufficient(PayloadType.AUTH)
                .build();
    }

    private static Map<PayloadType, Rule> child(boolean response) {
        return new Table(response)
                .put(PayloadType.SA, 1, 1)
                .put(PayloadType.NONCE, 1, 1)
                .put(PayloadType.KE, 0, 1)
                .put(PayloadType.TSI, 0, 1)
                .put(PayloadType.TSR, 0, 1)
                .put(PayloadType.CP, 0, 1)
                .build();
    }

    private static Map<PayloadType, Rule> informational(boolean response) {
        return new Table(response)
                .put(PayloadType.DELETE, 0, MAX_DELETES)
                .put(PayloadType.CP, 0, 1)
                .build();
    }

    /** Whether the payloads of an exchange must be inside an encrypted payload. */
    static boolean isProtected(ExchangeType exchange) {
        Exchange rules = EXCHANGES.get(exchange);
        return rules == null || rules.isProtected();
    }

    /** Throws INVALID_SYNTAX if the payloads of a message are not those of its exchange. */
    static void check(IkeMessage message) throws IkeProtocolException {
        Exchange exchange = EXCHANGES.get(message.exchangeType());
        if (exchange == null) {
            throw IkeProtocolException.syntax("unknown exchange " + message.exchangeType());
        }
        Map<PayloadType, Rule> rules = message.response() ? exchange.response() : exchange.request();
        Map<PayloadType, Integer> counts = new HashMap<>();
        boolean sufficient = false;
        for (Payload payload : message.payloads()) {
            if (payload instanceof UnknownPayload) {
                continue;
            }
            Rule rule = rules.get(payload.type());
            int count = counts.merge(payload.type(), 1, Integer::sum);
            if (rule == null || count > rule.max()) {
                throw IkeProtocolException.syntax(
                        (rule == null || rule.max() == 0 ? "no " : "more than " + rule.max() + " ") + payload.type()
                                + " payloads allowed in " + name(message));
            }
            sufficient |= rule.sufficient();
        }
        if (!sufficient) {
            for (Map.Entry<PayloadType, Rule> rule : rules.entrySet()) {
                if (counts.getOrDefault(rule.getKey(), 0) < rule.getValue().min()) {
                    throw IkeProtocolException.syntax("no " + rule.getKey() + " payload in " + name(message));
                }
            }
        }
        List<NotifyPayload> notifies = message.all(NotifyPayload.class);
        long nat = notifies.stream()
                .filter(n -> n.notifyType().equals(NotifyType.NAT_DETECTION_SOURCE_IP)
                        || n.notifyType().equals(NotifyType.NAT_DETECTION_DESTINATION_IP))
                .count();
        if (nat > MAX_NAT_DETECTIONS) {
            throw IkeProtocolException.syntax("more than " + MAX_NAT_DETECTIONS + " NAT detection notifies");
        }
    }

    private static String name(IkeMessage message) {
        return message.exchangeType() + (message.response() ? " response" : " request");
    }
}
