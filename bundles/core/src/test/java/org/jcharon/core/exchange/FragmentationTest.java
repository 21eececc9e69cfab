// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.message.PayloadType;
import org.jcharon.core.sa.IkeSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who sends fragments (RFC 7383 section 2.3). */
class FragmentationTest {

    private static IkeSettings small() {
        return TwoDaemons.settings("charon.fragment_size=150");
    }

    private static boolean fragments(TwoDaemons two, Host sender) {
        return two.trace.stream()
                .filter(packet -> packet.source().address().equals(sender.address))
                .anyMatch(packet -> IkeHeader.of(packet.data()).isFragment());
    }

    @ParameterizedTest
    @CsvSource({
        "YES, YES, true, true",
        "YES, ACCEPT, true, false",
        "ACCEPT, YES, false, true",
        "YES, NO, false, false",
        "NO, YES, false, false",
        "NO, NO, false, false"
    })
    void sendsThemToThoseWhoAnnouncedThemIfItAnnouncedThemItself(
            IkeConfig.Fragmentation moons, IkeConfig.Fragmentation suns, boolean fromMoon, boolean fromSun) {
        TwoDaemons two = TwoDaemons.withPsk(small());
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .ike(TwoDaemons.ike(two.moon, two.sun)
                                .fragmentation(moons)
                                .build())
                        .build());
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .ike(TwoDaemons.ike(two.sun, two.moon)
                                .fragmentation(suns)
                                .build())
                        .build());
        Outcome outcome = two.up();
        assertTrue(outcome.success(), outcome.reason());
        assertEquals(List.of(fromMoon, fromSun), List.of(fragments(two, two.moon), fragments(two, two.sun)));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** Whoever sees message IDs could otherwise have the answer sent to himself, and never again to the peer. */
    @Test
    void takesNoForgedRequestForTheOneThatWasAnswered() {
        TwoDaemons two = TwoDaemons.withPsk(small());
        List<Packet> requests = new ArrayList<>();
        two.filter(packet -> {
            IkeHeader header = IkeHeader.of(packet.data());
            if (header.isResponse() || header.messageId() != 1) {
                return packet;
            }
            requests.add(packet);
            if (requests.size() == 2) {
                two.sun.receive(forged(requests.get(0)));
            }
            return packet;
        });
        two.established();
        Packet forged = forged(requests.get(0));
        int sent = two.trace.size();
        two.sun.receive(forged);
        assertEquals(sent, two.trace.size(), "the forger gets nothing");
        two.sun.receive(requests.get(0));
        assertTrue(two.trace.size() > sent, "the peer gets its answer again");
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** RFC 7383 section 2.5.2: the peer takes the loss of our answer for that of its request, which was too long for its path. */
    @Test
    void answersARequestAgainThatComesInOtherFragments() {
        TwoDaemons two = TwoDaemons.withPsk();
        List<Packet> requests = new ArrayList<>();
        two.filter(packet -> {
            IkeHeader header = IkeHeader.of(packet.data());
            if (header.messageId() == 1 && !header.isResponse()) {
                requests.add(packet);
            }
            return packet;
        });
        two.established();
        Packet whole = requests.get(0);
        List<Packet> fragments = two.writeFragments(whole, two.read(whole), 150);
        assertTrue(fragments.size() > 1);
        int sent = two.trace.size();
        two.sun.receive(Octets.flip(fragments.get(0), fragments.get(0).data().length() - 1));
        assertEquals(sent, two.trace.size(), "not authentic");
        fragments.forEach(two.sun::receive);
        assertEquals(sent + 1, two.trace.size(), "the first one is answered, by the octets sent before");
        assertEquals(
                two.trace.stream()
                        .filter(packet -> packet.source().address().equals(two.sun.address))
                        .skip(1)
                        .findFirst()
                        .orElseThrow()
                        .data(),
                two.trace.get(sent).data());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** The same header for a message in one piece, and nothing that is authentic. */
    private static Packet forged(Packet fragment) {
        byte[] octets = fragment.data().toArray();
        octets[16] = (byte) PayloadType.SK.value();
        octets[octets.length - 1] ^= 1;
        return new Packet(
                new Endpoint(Addresses.literal("203.0.113.66").orElseThrow(), 666),
                fragment.destination(),
                Chunk.wrap(octets));
    }
}
