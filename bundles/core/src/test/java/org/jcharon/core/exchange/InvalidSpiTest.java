// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.manager.DropReason;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.junit.jupiter.api.Test;

/** Moon sends ESP for which sun has no SA (RFC 7296 section 1.5). */
class InvalidSpiTest {

    private static final int NOBODYS = 0xC123_4567;

    private final TwoDaemons two = TwoDaemons.withPsk().established();
    private final Endpoint moonsEnd = new Endpoint(two.moon.address, 4500);
    private final Endpoint sunsEnd = new Endpoint(two.sun.address, 4500);

    /** Sun's data plane reports a packet each second. */
    private void packets(int spi, Endpoint from, int seconds) {
        for (int i = 0; i < seconds; i++) {
            two.sun.reactions.unknownSpi(spi, from, from.port() == 0 ? sunsEnd.withPort(0) : sunsEnd);
            two.pass(Duration.ofSeconds(1));
        }
    }

    private List<IkeMessage> told() {
        return two.sun.events.sent.stream()
                .filter(message -> message.notify(NotifyType.INVALID_SPI).isPresent())
                .toList();
    }

    /** Moon does with it what strongSwan does: nothing. */
    private void moonDoesNotCare() {
        two.alter(
                two.sun,
                ExchangeType.INFORMATIONAL,
                message -> TwoDaemons.payloads(
                        message,
                        payload -> payload instanceof NotifyPayload notify
                                        && notify.notifyType().equals(NotifyType.INVALID_SPI)
                                ? null
                                : payload));
    }

    @Test
    void tellsThePeerWhichMakesTheChildAnew() {
        final int lost = two.moon.child().spiOut();
        two.sun.with(sa -> sa.children().remove(sa.children().all().get(0)));
        packets(lost, moonsEnd, 10);
        assertTrue(told().isEmpty(), "packets may be late");
        packets(lost, moonsEnd, 3);
        assertEquals(1, told().size());
        NotifyPayload notify = told().get(0).notify(NotifyType.INVALID_SPI).orElseThrow();
        assertEquals(ChildSa.spiOctets(lost), notify.data());
        assertEquals(0, notify.protocol().value());
        assertEquals(Chunk.EMPTY, notify.spi());
        assertNotEquals(lost, two.moon.child().spiOut());
        assertEquals(two.moon.child().spiOut(), two.sun.child().spiIn());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void tellsItOfEspWithoutUdpToo() {
        moonDoesNotCare();
        packets(NOBODYS, moonsEnd.withPort(0), 8);
        assertEquals(1, told().size());
    }

    /** A packet here and there is late, early or somebody's noise. */
    @Test
    void saysNothingOfAPacketHereAndThere() {
        for (int i = 0; i < 20; i++) {
            packets(NOBODYS, moonsEnd, 4);
            two.pass(Duration.ofSeconds(90));
            packets(NOBODYS + i, moonsEnd, 1);
        }
        assertTrue(told().isEmpty());
    }

    /** What was deleted is sent to for a while, though an early packet had been noticed before the SA was there. */
    @Test
    void saysNothingOfAnSpiThatWasInUseJustNow() {
        final int spi = two.sun.child().spiIn();
        packets(spi, moonsEnd, 5);
        two.sun.with(sa -> sa.children().remove(sa.children().all().get(0)));
        packets(spi, moonsEnd, 5);
        assertTrue(told().isEmpty());
    }

    @Test
    void saysNothingOfAnSpiThatIsInUse() {
        packets(two.sun.child().spiIn(), moonsEnd, 20);
        assertTrue(told().isEmpty());
    }

    /** Else anybody could have us answer anybody. */
    @Test
    void onlyCountsWhatComesFromWhereNoPeerIs() {
        int before = two.trace.size();
        packets(NOBODYS, moonsEnd.withPort(4501), 20);
        packets(NOBODYS, new Endpoint(two.sun.address, 4500), 20);
        assertEquals(before, two.trace.size());
        assertTrue(two.sun.drops.of(DropReason.UNKNOWN_ESP_SPI) >= 2);
    }

    /** A peer that does not care hears of it ever more seldom, and of several SPIs not at once. */
    @Test
    void tellsAPeerThatDoesNotCareSeldom() {
        moonDoesNotCare();
        packets(NOBODYS, moonsEnd, 600);
        int one = told().size();
        assertTrue(one >= 4 && one <= 7, one + " times");
        for (int i = 0; i < 30; i++) {
            for (int spi = 1; spi <= 50; spi++) {
                two.sun.reactions.unknownSpi(NOBODYS + spi, moonsEnd, sunsEnd);
            }
            two.pass(Duration.ofSeconds(1));
        }
        int more = told().size() - one;
        assertTrue(more >= 2 && more <= 6, more + " times");
    }
}
