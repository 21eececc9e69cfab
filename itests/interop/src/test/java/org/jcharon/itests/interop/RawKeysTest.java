// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jcharon.itests.interop.Connection.Auth;
import org.jcharon.itests.interop.Pair.Settings;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both sides know each other's public key, and nobody has a certificate. */
@Interop
class RawKeysTest {

    /** As with certificates, but the files in {@code pubkey} have the keys alone. {@code peer}: whose key is taken for the other's. */
    private static Path conf(Site me, Site other, Auth auth, String peer) throws IOException {
        Path folder = Conf.of(me, other, Connection.by(auth).line("send_cert = always"));
        Files.createDirectories(folder.resolve("pubkey"));
        for (String name : List.of(me.name(), peer)) {
            Command.ok(
                    "openssl",
                    "pkey",
                    "-in",
                    Pki.folder().resolve(auth.text() + "-" + name + ".key").toString(),
                    "-pubout",
                    "-out",
                    folder.resolve("pubkey/" + name + ".pem").toString());
        }
        Files.delete(folder.resolve("x509/" + auth.text() + "-" + me.name() + ".crt"));
        Files.delete(folder.resolve("x509ca/" + auth.text() + "-ca.crt"));
        Path file = folder.resolve("swanctl.conf");
        String text = Files.readString(file)
                .replace("certs = " + auth.text() + "-" + me.name() + ".crt", "pubkeys = " + me.name() + ".pem")
                .replace("    remote {\n", "    remote {\n      pubkeys = " + peer + ".pem\n");
        Files.writeString(file, text);
        return folder;
    }

    @ParameterizedTest(name = "{0}, {1} starts")
    @CsvSource({"RSA, JCHARON", "ECDSA, STRONGSWAN", "ED25519, JCHARON", "ED25519, STRONGSWAN"})
    void provesItselfByAKeyThatThePeerKnows(Auth auth, Starter starter) throws IOException {
        Namespaces net = Namespaces.plain();
        Path left = conf(net.left(), net.right(), auth, "right");
        Path right = conf(net.right(), net.left(), auth, "left");
        try (Pair pair = Pair.start(net, left, right, Settings.NONE)) {
            pair.up(starter, "itest", "net");
            Tunnel.ping(net.left(), net.right());
            assertEquals(0, pair.ours().count(0, "sending end entity cert"));
        }
    }

    @ParameterizedTest(name = "{0} starts")
    @CsvSource({"JCHARON", "STRONGSWAN"})
    void refusesAPeerWithAnotherKey(Starter starter) throws IOException {
        Namespaces net = Namespaces.plain();
        Path left = conf(net.left(), net.right(), Auth.ED25519, "left");
        Path right = conf(net.right(), net.left(), Auth.ED25519, "left");
        try (Pair pair = Pair.start(net, left, right, Settings.NONE)) {
            Tunnel.refused(
                    pair.starter(starter), starter == Starter.JCHARON ? pair.peer() : pair.ours(), "itest", "net");
            pair.ours().awaitLog(0, "signature validation failed, looking for another key");
        }
    }

    @Test
    void takesAndListsKeysOverViciAsCharonDoes() throws IOException {
        Namespaces net = Namespaces.plain();
        try (StrongSwan peer = StrongSwan.start(net.right(), conf(net.right(), net.left(), Auth.ECDSA, "left"));
                Jcharon ours = Jcharon.bare(net.left(), List.of("jcharon-vici"))) {
            Path conf = conf(net.left(), net.right(), Auth.ECDSA, "right");
            Command.Result loaded = ours.control(
                    "--load-all",
                    "--noprompt",
                    "--file",
                    conf.resolve("swanctl.conf").toString());
            assertTrue(loaded.ok(), loaded::output);
            Command.Result up = ours.control("--initiate", "--child", "net", "--timeout", "20");
            assertTrue(up.ok(), up::output);
            Tunnel.ping(net.left(), net.right());
            String ourList = ours.control("--list-certs", "--type", "pubkey").output();
            String theirList = peer.control("--list-certs", "--type", "pubkey").output();
            assertTrue(theirList.contains("subject:  \"left.ecdsa.itest\""), theirList);
            assertEquals(withoutPrivateKeys(theirList), withoutPrivateKeys(ourList));
            String theirConns = peer.control("--list-conns").output();
            assertTrue(theirConns.contains("certs: left.ecdsa.itest"), theirConns);
            assertEquals(
                    certificates(theirConns),
                    certificates(ours.control("--list-conns").output()));
        } finally {
            net.close();
        }
    }

    private static List<String> certificates(String list) {
        return list.lines().filter(line -> line.contains("certs:")).sorted().toList();
    }

    /** Which of the two keys is one's own differs, and the order is that of a hash table. */
    private static List<String> withoutPrivateKeys(String list) {
        return list.lines()
                .map(line -> line.replace(", has private key", ""))
                .sorted()
                .toList();
    }
}
