// SPDX-License-Identifier: Apache-2.0
package org.jcharon.counters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jcharon.api.bus.MessageListener;
import org.jcharon.api.sa.IkeSaId;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.lib.testkit.FakeIkeSaInfo;
import org.junit.jupiter.api.Test;

class CountersTest {

    private static final IkeSaInfo ACC = FakeIkeSaInfo.established("acc", 1);
    private static final IkeSaInfo HOME = FakeIkeSaInfo.established("home", 2);
    private static final IkeSaInfo UNNAMED = FakeIkeSaInfo.established("", 3);

    private final Counters counters = new Counters(2);

    private record Message(IkeSaInfo ikeSa, int exchangeType, boolean incoming, boolean request)
            implements MessageListener.MessageEvent {
        @Override
        public long messageId() {
            return 0;
        }

        @Override
        public String summary() {
            return "";
        }
    }

    private Map<String, Long> nonZero(String connection) {
        return counters.of(connection).entrySet().stream()
                .filter(entry -> entry.getValue() != 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Test
    void listsTheCountersInStrongSwansOrder() {
        assertEquals(
                List.of(
                        "ike-rekey-init",
                        "ike-rekey-resp",
                        "child-rekey",
                        "invalid",
                        "invalid-spi",
                        "ike-init-in-req",
                        "ike-init-in-resp",
                        "ike-init-out-req",
                        "ike-init-out-resp",
                        "ike-auth-in-req",
                        "ike-auth-in-resp",
                        "ike-auth-out-req",
                        "ike-auth-out-resp",
                        "create-child-in-req",
                        "create-child-in-resp",
                        "create-child-out-req",
                        "create-child-out-resp",
                        "info-in-req",
                        "info-in-resp",
                        "info-out-req",
                        "info-out-resp"),
                List.copyOf(counters.of("").keySet()));
        assertEquals(Map.of(), nonZero(""));
        assertEquals(Map.of(), counters.of("acc"));
    }

    @Test
    void countsMessagesByExchangeDirectionAndKind() {
        counters.message(new Message(ACC, 34, false, true));
        counters.message(new Message(ACC, 34, true, false));
        counters.message(new Message(ACC, 35, false, true));
        counters.message(new Message(ACC, 36, true, true));
        counters.message(new Message(ACC, 37, false, false));
        counters.message(new Message(ACC, 43, true, true));
        assertEquals(
                Map.of(
                        "ike-init-out-req",
                        1L,
                        "ike-init-in-resp",
                        1L,
                        "ike-auth-out-req",
                        1L,
                        "create-child-in-req",
                        1L,
                        "info-out-resp",
                        1L),
                nonZero("acc"));
        assertEquals(nonZero("acc"), nonZero(""));
    }

    @Test
    void countsInAllOnlyWhatIsOfNoConnectionYet() {
        counters.message(new Message(UNNAMED, 34, true, true));
        counters.alert(null, "invalid-ike-spi", "from somebody");
        assertEquals(Map.of("ike-init-in-req", 1L, "invalid-spi", 1L), nonZero(""));
        assertEquals(List.of(""), List.copyOf(counters.all().keySet()));
    }

    @Test
    void countsMalformedMessagesAndNoOtherAlerts() {
        counters.alert(null, "parse-error-header", "short");
        counters.alert(ACC, "parse-error-body", "odd");
        counters.alert(ACC, "peer-auth-failed", "wrong key");
        assertEquals(Map.of("invalid", 2L), nonZero(""));
        assertEquals(Map.of("invalid", 1L), nonZero("acc"));
    }

    @Test
    void tellsWhoBeganARekeying() {
        counters.ikeRekey(ACC, HOME);
        counters.ikeRekey(ACC, new FakeIkeSaInfo("acc", 4, new IkeSaId(1, 2, false), IkeSaState.ESTABLISHED));
        counters.childRekey(ACC, null, null);
        assertEquals(Map.of("ike-rekey-init", 1L), nonZero("home"));
        assertEquals(Map.of("ike-rekey-resp", 1L, "child-rekey", 1L), nonZero("acc"));
        assertEquals(3, nonZero("").size());
    }

    @Test
    void beginsAtZeroForOneConnectionForAllTogetherOrForEach() {
        counters.childRekey(ACC, null, null);
        counters.childRekey(HOME, null, null);
        assertTrue(counters.reset("acc"));
        assertFalse(counters.reset("acc"));
        assertEquals(Map.of("child-rekey", 2L), nonZero(""));
        assertTrue(counters.reset(""));
        assertFalse(counters.reset(""));
        assertEquals(List.of("", "home"), List.copyOf(counters.all().keySet()));
        counters.resetAll();
        assertEquals(List.of(""), List.copyOf(counters.all().keySet()));
    }

    @Test
    void forgetsTheConnectionThatCountedNothingForLongest() {
        counters.childRekey(ACC, null, null);
        counters.childRekey(HOME, null, null);
        counters.childRekey(ACC, null, null);
        counters.childRekey(FakeIkeSaInfo.established("third", 5), null, null);
        assertEquals(List.of("", "acc", "third"), List.copyOf(counters.all().keySet()));
        assertEquals(Map.of("child-rekey", 4L), nonZero(""));
    }
}
