// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jcharon.itests.interop.Pair.Settings;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a connection may call its ends, and what its packets are marked with, with strongSwan as the other one. */
@Interop
class AddressesTest {

    private static final Pattern MARKED = Pattern.compile("dscp ef counter packets (\\d+)");
    private static final Pattern PLAIN = Pattern.compile("dscp != ef counter packets (\\d+)");

    /** The side that is called by a name looks it up; the other one takes whom its ends leave room for. */
    @ParameterizedTest(name = "{0} starts, the other one takes {1}")
    @CsvSource({
        "JCHARON, 192.0.2.0/24",
        "STRONGSWAN, 192.0.2.0/24",
        "STRONGSWAN, 192.0.2.1-192.0.2.9",
        "STRONGSWAN, '198.51.100.7, 192.0.2.2'",
        "STRONGSWAN, '198.51.100.7, right.itest'",
        "STRONGSWAN, %any"
    })
    void comesUpByNamesRangesAndLists(Starter starter, String taken) {
        Namespaces net = Namespaces.plain();
        net.hosts(net.left(), "192.0.2.2 right.itest");
        net.hosts(net.right(), "192.0.2.1 left.itest");
        boolean ours = starter == Starter.JCHARON;
        Connection takes = Connection.psk().line("remote_addrs = " + taken).line("local_addrs = %any");
        Connection starts = Connection.psk().line("remote_addrs = " + (ours ? "right.itest" : "left.itest"));
        try (Pair pair = Pair.start(
                net,
                Conf.of(net.left(), net.right(), ours ? starts : takes),
                Conf.of(net.right(), net.left(), ours ? takes : starts),
                Settings.NONE)) {
            pair.up(starter, "itest", "net");
            Tunnel.ping(net.left(), net.right());
            pair.down(Starter.STRONGSWAN, "itest");
        }
    }

    @Test
    void marksItsIkePackets() {
        Namespaces net = Namespaces.plain();
        try (Pair pair = Pair.start(
                net,
                Conf.of(net.left(), net.right(), Connection.psk().line("dscp = 101110")),
                Conf.of(net.right(), net.left(), Connection.psk()),
                Settings.NONE)) {
            Command.Result made = net.right().run("nft", """
                            table ip jcitdscp {
                              chain in {
                                type filter hook input priority 0;
                                udp dport { 500, 4500 } ip dscp ef counter
                                udp dport { 500, 4500 } ip dscp != ef counter
                              }
                            }""");
            assertTrue(made.ok(), made::output);
            pair.up(Starter.JCHARON, "itest", "net");
            String rules = net.right().run("nft", "list table ip jcitdscp").output();
            assertTrue(counted(MARKED, rules) >= 2, rules);
            assertEquals(0, counted(PLAIN, rules), rules);
        }
    }

    private static long counted(Pattern counter, String rules) {
        Matcher m = counter.matcher(rules);
        assertTrue(m.find(), rules);
        return Long.parseLong(m.group(1));
    }
}
