// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.lib.testkit.FakeIkeSaInfo;
import org.jcharon.vici.command.Sas;
import org.jcharon.vici.event.Events;
import org.jcharon.vici.message.MessageCodec;
import org.jcharon.vici.message.Packet;
import org.jcharon.vici.message.Section;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What reaches a client of the events of core. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventsTest {

    private static final List<String> IKE = List.of(
            "uniqueid",
            "version",
            "state",
            "local-host",
            "local-port",
            "local-id",
            "remote-host",
            "remote-port",
            "remote-id",
            "initiator",
            "initiator-spi",
            "responder-spi",
            "established");

    @TempDir
    Path folder;

    private Rig rig;
    private Events events;

    @BeforeEach
    void open() throws IOException {
        rig = new Rig(folder, Rig.LIMITS);
        events = new Events(rig.server, rig.time);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** The message of one event, which has to be of that name. */
    private Section heard(String event, Runnable cause) throws IOException, WireException {
        rig.events.add(event);
        try (Socket client = rig.connect()) {
            client.about(Packet.EVENT_REGISTER, event).receive();
            cause.run();
            WireReader in = new WireReader(client.receive());
            assertEquals(Packet.EVENT, in.u8("type"));
            byte[] name = in.array(in.u8("length"), "name");
            assertEquals(event, new String(name, java.nio.charset.StandardCharsets.US_ASCII));
            return MessageCodec.read(in);
        }
    }

    private static List<String> keys(Section section) {
        return new ArrayList<>(section.elements().keySet());
    }

    private static Section at(Section section, String... names) {
        Section here = section;
        for (String name : names) {
            here = here.section(name).orElseThrow();
        }
        return here;
    }

    @Test
    void ikeUpAndDown() throws IOException, WireException {
        IkeSaInfo sa = FakeIkeSaInfo.established("home", 1);
        Section up = heard("ike-updown", () -> events.ikeUpDown(sa, true));
        assertEquals(List.of("up", "home"), keys(up));
        assertEquals("yes", up.text("up").orElseThrow());
        assertEquals(IKE, keys(at(up, "home")), "and no child-sas");
        assertEquals(List.of("home"), keys(heard("ike-updown", () -> events.ikeUpDown(sa, false))));
    }

    @Test
    void ikeRekey() throws IOException, WireException {
        Section rekey = heard(
                "ike-rekey",
                () -> events.ikeRekey(FakeIkeSaInfo.established("home", 1), FakeIkeSaInfo.established("home", 2)));
        assertEquals(List.of("old", "new"), keys(at(rekey, "home")));
        assertEquals("1", at(rekey, "home", "old").text("uniqueid").orElseThrow());
        assertEquals("2", at(rekey, "home", "new").text("uniqueid").orElseThrow());
        assertEquals(IKE, keys(at(rekey, "home", "new")));
    }

    @Test
    void ikeUpdate() throws IOException, WireException {
        Section update = heard(
                "ike-update",
                () -> events.ikeUpdate(FakeIkeSaInfo.established("home", 1), FakeIkeSaInfo.established("home", 1)));
        assertEquals(List.of("local-host", "local-port", "remote-host", "remote-port", "home"), keys(update));
        assertEquals(IKE, keys(at(update, "home")));
    }

    @Test
    void childUpAndDown() throws IOException, WireException {
        IkeSaInfo sa = Sas.ike();
        ChildSaInfo child = Sas.child(9);
        Section up = heard("child-updown", () -> events.childUpDown(sa, child, true));
        assertEquals(List.of("up", "home"), keys(up));
        List<String> keys = keys(at(up, "home"));
        assertEquals("child-sas", keys.get(keys.size() - 1));
        assertEquals(List.of("net-9"), keys(at(up, "home", "child-sas")), "the one that it is about");
        assertEquals(List.of("home"), keys(heard("child-updown", () -> events.childUpDown(sa, child, false))));
    }

    @Test
    void childRekey() throws IOException, WireException {
        Section rekey = heard("child-rekey", () -> events.childRekey(Sas.ike(), Sas.child(3), Sas.child(4)));
        assertEquals(List.of("home"), keys(rekey));
        Section pair = at(rekey, "home", "child-sas", "net");
        assertEquals(List.of("old", "new"), keys(pair));
        assertEquals("3", at(pair, "old").text("uniqueid").orElseThrow());
        assertEquals("4", at(pair, "new").text("uniqueid").orElseThrow());
    }

    @Test
    void alerts() throws IOException, WireException {
        Section alone = heard("alert", () -> events.alert(null, "shutdown-signal", "text"));
        assertEquals(List.of("type"), keys(alone));
        Section about = heard("alert", () -> events.alert(Sas.ike(), "ts-mismatch", "text"));
        assertEquals(List.of("type", "ike-sa"), keys(about));
        assertEquals("ts-mismatch", about.text("type").orElseThrow());
        assertEquals(List.of("home"), keys(at(about, "ike-sa")));
    }

    @Test
    void logLines() throws IOException, WireException {
        assertEquals(-1, events.level("ike"), "nobody wants any");
        Section line = heard("log", () -> {
            assertEquals(1, events.level("ike"));
            events.log(Sas.record("a|b|12", "text"));
        });
        assertEquals(List.of("group", "level", "thread", "ikesa-name", "ikesa-uniqueid", "msg"), keys(line));
        assertEquals("IKE", line.text("group").orElseThrow());
        assertEquals("a|b", line.text("ikesa-name").orElseThrow());
        assertEquals("12", line.text("ikesa-uniqueid").orElseThrow());
        Section daemon = heard("log", () -> events.log(Sas.record("", "\u20ac".repeat(60_000))));
        assertEquals(List.of("group", "level", "thread", "msg"), keys(daemon));
        rig.awaitClients(0);
        assertEquals(-1, events.level("ike"));
    }

    /** A name that the format has no room for is left out with a line, and nobody is cut off. */
    @Test
    void anEventThatDoesNotFitIsNotSent() throws IOException, WireException {
        IkeSaInfo sa = FakeIkeSaInfo.established("n".repeat(300), 1);
        Section next = heard("ike-updown", () -> {
            events.ikeUpDown(sa, true);
            events.ikeUpDown(FakeIkeSaInfo.established("home", 2), true);
        });
        assertTrue(next.section("home").isPresent());
        rig.awaitLine("event ike-updown is not sent: name of 300 octets");
    }
}
