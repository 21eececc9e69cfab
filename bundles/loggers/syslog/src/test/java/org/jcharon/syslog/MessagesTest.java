// SPDX-License-Identifier: Apache-2.0
package org.jcharon.syslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jcharon.lib.testkit.MapSettings;
import org.junit.jupiter.api.Test;

class MessagesTest {

    private static final Instant TIME = Instant.parse("2026-03-04T05:06:07.008009Z");

    private final Messages messages = new Messages("charon", "moon", 42, ZoneOffset.UTC);

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.UTF_8);
    }

    private static Options options(String... pairs) {
        MapSettings settings = new MapSettings();
        for (int i = 0; i < pairs.length; i += 2) {
            settings.with("charon.syslog.daemon." + pairs[i], pairs[i + 1]);
        }
        return Options.read(settings, "daemon").orElseThrow();
    }

    @Test
    void linesReadAsThoseOfCharon() {
        Line record = new Line(TIME, "ike", 1, 6, "acc|1", "one\ntwo", false);
        assertEquals(List.of("06[IKE] one", "06[IKE] two"), Messages.lines(record, options()));
        assertEquals(
                List.of("06[IKE1] <acc|1> one", "06[IKE1] <acc|1> two"),
                Messages.lines(record, options("ike_name", "yes", "log_level", "yes")));
    }

    @Test
    void theClassicFormIsThatOfTheLibrary() {
        assertEquals("<30>Mar  4 05:06:07 charon: 06[IKE] x", text(messages.local(30, TIME, "06[IKE] x")));
    }

    @Test
    void theRemoteFormFollowsRfc5424() {
        byte[] message = messages.remote(30, TIME, "ike", "06[IKE] \u00e4");
        assertEquals("<30>1 2026-03-04T05:06:07.008009Z moon charon 42 IKE - 06[IKE] \u00e4", text(message));
        assertEquals(message.length + " " + text(message), text(Messages.counted(message)));
    }

    @Test
    void aLongLineIsCutBetweenCharacters() {
        String cut = text(messages.local(30, TIME, "\u00e4".repeat(9_000)));
        assertTrue(cut.endsWith("\u00e4"));
        assertTrue(cut.getBytes(StandardCharsets.UTF_8).length <= 8_192);
    }

    @Test
    void severityIsInformationUnlessLevelsAreMapped() {
        assertEquals(30, options().priority(3));
        Options mapped = options("map_level", "5");
        assertEquals(29, mapped.priority(0));
        assertEquals(30, mapped.priority(1));
        assertEquals(31, mapped.priority(4));
    }

    @Test
    void knowsTheFacilitiesOnly() {
        MapSettings settings = new MapSettings();
        assertEquals(3, Options.read(settings, "daemon").orElseThrow().facility());
        assertEquals(10, Options.read(settings, "auth").orElseThrow().facility());
        assertEquals(10, Options.read(settings, "authpriv").orElseThrow().facility());
        assertEquals(23, Options.read(settings, "local7").orElseThrow().facility());
        assertEquals(Optional.empty(), Options.read(settings, "nonsense"));
    }

    @Test
    void readsServers() {
        assertEquals(new Options.Server(false, "192.0.2.1", 514), Options.Server.of("udp://192.0.2.1"));
        assertEquals(new Options.Server(true, "2001:db8::1", 6514), Options.Server.of("tcp://[2001:db8::1]:6514"));
        assertEquals(
                "tcp://[2001:db8::1]:601",
                Options.Server.of("tcp://[2001:db8::1]").toString());
        for (String wrong : List.of("192.0.2.1", "http://x", "udp://", "udp://x:99999", "tcp:// x")) {
            assertThrows(IllegalArgumentException.class, () -> Options.Server.of(wrong), wrong);
        }
    }
}
