// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import static org.jcharon.vici.command.Bench.in;
import static org.jcharon.vici.command.Bench.text;
import static org.jcharon.vici.command.Bench.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.credential.Identification;
import org.jcharon.vici.message.Items;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.message.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigCommandsTest {

    private final Bench bench = new Bench();

    private static Section connection(String remote, String child) {
        return Section.builder()
                .list("remote_addrs", List.of(remote))
                .put("local", texts("auth", "psk", "id", "moon"))
                .put("remote", texts("auth", "psk", "id", "sun"))
                .put("children", in(child, texts("mode", "tunnel")))
                .build();
    }

    private long changes() {
        return bench.calls.stream().filter(call -> call.startsWith("changed")).count();
    }

    @Test
    void tellsAddedUpdatedReplacedAndEqualConnectionsApart() {
        bench.succeeds("load-conn", in("home", connection("192.0.2.1", "net")));
        assertTrue(bench.logged("added vici connection: home"));
        assertEquals("changed[vici, [home]]", bench.calls.get(bench.calls.size() - 1));
        bench.succeeds("load-conn", in("home", connection("192.0.2.1", "net")));
        assertEquals(1, changes(), "core does not hear of what did not change");
        bench.succeeds("load-conn", in("home", connection("192.0.2.1", "other")));
        assertTrue(bench.logged("updated vici connection: home"));
        bench.succeeds("load-conn", in("home", connection("192.0.2.9", "other")));
        assertTrue(bench.logged("replaced vici connection: home"));
        assertEquals(3, changes());
    }

    @Test
    void getsAndUnloadsConnectionsInTheOrderOfLoading() {
        for (String name : List.of("b", "a", "c")) {
            bench.succeeds("load-conn", in(name, connection("192.0.2.1", "net")));
        }
        assertEquals("conns[b, a, c]", text(bench.run("get-conns", Section.EMPTY)));
        bench.succeeds("unload-conn", texts("name", "a"));
        assertTrue(bench.logged("removed vici connection: a"));
        assertEquals("conns[b, c]", text(bench.run("get-conns", Section.EMPTY)));
        assertEquals("changed[vici, [b, c]]", bench.calls.get(bench.calls.size() - 1));
        assertEquals("unload: connection 'a' not found", bench.error("unload-conn", texts("name", "a")));
        assertEquals("unload: missing connection name", bench.error("unload-conn", Section.EMPTY));
    }

    @Test
    void refusesInCharonsWordsAndLoadsNothingOfIt() {
        String unknown = bench.error("load-conn", in("home", texts("remot_addrs", "192.0.2.1")));
        assertTrue(unknown.startsWith("unknown option: remot_addrs, config discarded"), unknown);
        String value = bench.error("load-conn", in("home", texts("rekey_time", "soon")));
        assertTrue(value.startsWith("invalid value for: rekey_time, config discarded"), value);
        String child = bench.error("load-conn", in("home", in("children", in("net", texts("mode", "tunel")))));
        assertTrue(child.startsWith("invalid value for: mode, config discarded"), child);
        String section = bench.error("load-conn", in("home", in("childs", Section.EMPTY)));
        assertTrue(section.startsWith("invalid section: childs"), section);
        assertEquals("unknown option: home, config discarded", bench.error("load-conn", texts("home", "x")));
        String two = bench.error(
                "load-conn",
                Section.builder()
                        .put("good", connection("192.0.2.1", "net"))
                        .put("bad", texts("nonsense", "1"))
                        .build());
        assertTrue(two.startsWith("unknown option: nonsense"), two);
        assertEquals("conns[]", text(bench.run("get-conns", Section.EMPTY)));
        assertEquals(0, changes());
    }

    /** Items were once joined with commas and split again, so that a distinguished name became three groups. */
    @Test
    void keepsItemsOfListsWhole() {
        String staff = "C=CH, O=strongSwan, CN=staff";
        Section remote = Section.builder()
                .put("auth", "psk")
                .list("groups", List.of(staff, "guests"))
                .build();
        bench.succeeds("load-conn", in("home", in("remote", remote)));
        assertEquals(
                List.of(staff, "guests"),
                bench.connections.peers().get(0).remote().get(0).groups());
        bench.succeeds("load-conn", in("home", in("remote", texts("groups", "staff, guests"))));
        assertEquals(
                List.of("staff", "guests"),
                bench.connections.peers().get(0).remote().get(0).groups());
    }

    @Test
    void refusesValuesThatAreNoText() {
        Section nul =
                Section.builder().put("version", Value.own(new byte[] {'2', 0})).build();
        assertTrue(bench.error("load-conn", in("home", nul)).contains("version"));
        Section latin = Section.builder()
                .put("version", Value.own(new byte[] {(byte) 0xE4}))
                .build();
        assertTrue(bench.error("load-conn", in("home", latin)).contains("version"));
    }

    @Test
    void takesCertificatesThatMessagesCarry() {
        Section local = Section.builder()
                .put("auth", "pubkey")
                .put("certs", new Items(List.of(Value.of("ee:moon"))))
                .build();
        Section remote = Section.builder()
                .put("auth", "pubkey")
                .put("cacerts", new Items(List.of(Value.of("ca:root"))))
                .build();
        bench.succeeds(
                "load-conn",
                in(
                        "home",
                        Section.builder()
                                .put("local", local)
                                .put("remote", remote)
                                .build()));
        assertEquals(List.of(Bench.certificate("ee:moon")), bench.connections.certificates());
        assertEquals(List.of(Bench.certificate("ca:root")), bench.connections.anchors());
        Section bad = Section.builder()
                .put("certs", new Items(List.of(Value.of("nonsense"))))
                .build();
        String why = bench.error("load-conn", in("home", in("local", bad)));
        assertTrue(why.contains("no decoder for this format"), why);
    }

    /** The inner handles of what a message carries were once taken from clients too, and ended in an exception. */
    @Test
    void takesFilesByAbsolutePathsOnly() {
        for (String file : List.of("#0", "#99", "#x", "moon.pem", "../moon.pem", "")) {
            String why = bench.error("load-conn", in("home", in("local", in("cert1", texts("file", file)))));
            assertFalse(why.isEmpty(), file);
            bench.error("load-authority", in("root", texts("file", file)));
        }
        assertTrue(
                bench.error("load-authority", in("root", texts("file", "#0"))).contains("not an absolute path"));
        assertTrue(bench.error("load-authority", in("root", texts("file", "/nowhere/at/all")))
                .contains("is no file"));
    }

    @Test
    void readsFilesWhereThreadsMayWait(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("ca.pem"), "ca:root", StandardCharsets.UTF_8);
        bench.processor.holdBlocking();
        var answer = bench.begin("load-authority", in("root", texts("file", file.toString())));
        bench.processor.runAll();
        assertFalse(answer.toCompletableFuture().isDone());
        bench.processor.releaseBlocking();
        assertTrue(answer.toCompletableFuture().join().flag("success"));
        assertEquals(List.of("root"), bench.credentials.authorityNames());
    }

    private static Section pool(String addrs) {
        return Section.builder()
                .put("addrs", addrs)
                .list("dns", List.of("10.3.0.1"))
                .build();
    }

    private InetAddress lease() {
        return bench.pools
                .acquire(
                        List.of("road"),
                        Identification.parse("carol"),
                        Addresses.literal("0.0.0.0").orElseThrow())
                .orElseThrow();
    }

    @Test
    void loadsGetsAndUnloadsPools() {
        bench.succeeds("load-pool", in("road", pool("10.3.0.0/24")));
        assertTrue(bench.logged("added vici pool road: 10.3.0.1, 254 entries")
                || bench.logged("added vici pool road: 10.3.0.0, 254 entries"));
        assertEquals("", text(bench.run("get-pools", texts("name", "other"))));
        InetAddress address = lease();
        assertEquals(
                "road{base=10.3.0.0 size=254 online=1 offline=0 leases{0{address=10.3.0.1 identity=carol status=online}}}",
                text(bench.run("get-pools", texts("leases", "yes"))));
        bench.pools.release(List.of("road"), Identification.parse("carol"), address);
        assertEquals(
                "road{base=10.3.0.0 size=254 online=0 offline=1}", text(bench.run("get-pools", texts("name", "road"))));
        bench.succeeds("unload-pool", texts("name", "road"));
        assertEquals("road not found", bench.error("unload-pool", texts("name", "road")));
        assertFalse(bench.error("unload-pool", Section.EMPTY).isEmpty());
    }

    @Test
    void aPoolWithOnlineLeasesIsNeitherReplacedNorUnloaded() {
        bench.succeeds("load-pool", in("road", pool("10.3.0.0/24")));
        InetAddress address = lease();
        assertEquals(
                "vici pool road has online leases, unable to replace",
                bench.error("load-pool", in("road", pool("10.4.0.0/24"))));
        assertEquals("road has online leases, unable to unload", bench.error("unload-pool", texts("name", "road")));
        bench.succeeds(
                "load-pool", in("road", texts("addrs", "10.3.0.0/24"))); // the same addresses with other attributes
        assertEquals(List.of(), bench.pools.attributes(List.of("road")));
        assertEquals(1, bench.pools.pools().get(0).online(), "leases are kept");
        bench.pools.release(List.of("road"), Identification.parse("carol"), address);
        bench.succeeds("load-pool", in("road", pool("10.4.0.0/24")));
        bench.succeeds("unload-pool", texts("name", "road"));
    }

    @Test
    void refusesPoolsInCharonsWords() {
        assertEquals("missing addrs for pool 'road'", bench.error("load-pool", in("road", Section.EMPTY)));
        String attribute = bench.error("load-pool", in("road", texts("addrs", "10.3.0.0/24", "wins", "10.3.0.1")));
        assertTrue(attribute.startsWith("invalid attribute: wins"), attribute);
        String value = bench.error("load-pool", in("road", texts("addrs", "10.3.0.0/24", "dns", "nowhere")));
        assertTrue(value.startsWith("invalid value for: dns"), value);
        assertTrue(bench.error("load-pool", in("road", texts("addrs", "all"))).contains("addrs"));
        bench.succeeds("load-pool", Section.EMPTY); // as many as are named, as in charon
        assertEquals("", text(bench.run("get-pools", Section.EMPTY)));
    }
}
