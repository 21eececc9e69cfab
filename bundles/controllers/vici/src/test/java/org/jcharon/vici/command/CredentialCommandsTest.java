// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import static org.jcharon.vici.command.Bench.in;
import static org.jcharon.vici.command.Bench.text;
import static org.jcharon.vici.command.Bench.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.wire.Secret;
import org.jcharon.vici.RecordingLog;
import org.jcharon.vici.message.Items;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.message.Value;
import org.junit.jupiter.api.Test;

class CredentialCommandsTest {

    private final Bench bench = new Bench();

    private static String id(String key) {
        var sha1 = Bench.sha1();
        byte[] octets = key.getBytes(StandardCharsets.UTF_8);
        sha1.update(octets, 0, octets.length);
        return HexFormat.of().formatHex(sha1.digest());
    }

    private Secret shared(String id) {
        return bench.credentials.sharedKeys(SharedKey.Type.IKE).stream()
                .filter(key -> key.owners().toString().contains(id))
                .findFirst()
                .orElseThrow()
                .secret();
    }

    @Test
    void loadsGetsAndUnloadsPrivateKeys() {
        Section answer = bench.run("load-key", texts("type", "rsa", "data", "key:moon"));
        assertEquals("success=yes id=" + id("key:moon"), text(answer));
        assertEquals("keys[" + id("key:moon") + "]", text(bench.run("get-keys", Section.EMPTY)));
        assertEquals(1, bench.credentials.privateKeys().size());
        bench.succeeds("unload-key", texts("id", id("key:moon").toUpperCase(java.util.Locale.ROOT)));
        assertEquals("keys[]", text(bench.run("get-keys", Section.EMPTY)));
        assertEquals("key not found", bench.error("unload-key", texts("id", id("key:moon"))));
        assertEquals("key not found", bench.error("unload-key", texts("id", "xyz")));
        assertFalse(bench.error("unload-key", Section.EMPTY).isEmpty());
    }

    @Test
    void theSameKeyTwiceIsOneAndTheSecondIsWiped() {
        bench.succeeds("load-key", texts("type", "any", "data", "key:moon"));
        bench.succeeds("load-key", texts("type", "any", "data", "key:moon"));
        assertEquals(1, bench.credentials.privateKeys().size());
        assertFalse(bench.decoded.get(0).isClosed());
        assertTrue(bench.decoded.get(1).isClosed());
    }

    @Test
    void keysThatAreRefusedAreWiped() {
        String other = bench.error("load-key", texts("type", "rsa", "data", "key:ec-moon"));
        assertEquals("parsing RSA private key failed: it is a key of type ECDSA", other);
        String bad = bench.error("load-key", texts("type", "any", "data", "key:bad key:second"));
        assertEquals("parsing any private key failed: no such curve", bad);
        bench.answers.put("hash", Optional.empty());
        String noSha1 = bench.error("load-key", texts("type", "any", "data", "key:moon"));
        assertTrue(noSha1.contains("SHA-1"), noSha1);
        assertEquals(4, bench.decoded.size());
        assertTrue(bench.decoded.stream().allMatch(Secret::isClosed));
        assertEquals(List.of(), bench.credentials.keyIds());
    }

    @Test
    void refusesKeysInALine() {
        assertTrue(bench.error("load-key", texts("data", "key:moon")).contains("type missing"));
        assertTrue(bench.error("load-key", texts("type", "rsa")).contains("data missing"));
        assertTrue(
                bench.error("load-key", texts("type", "bliss", "data", "key:x")).contains("bliss"));
        assertTrue(bench.error("load-key", texts("type", "any", "data", "nonsense"))
                .contains("no decoder"));
        assertTrue(bench.error("load-key", texts("type", "any", "data", "ee:x")).contains("no private key in it"));
        assertTrue(bench.error("load-token", texts("handle", "00")).contains("not supported yet"));
        assertEquals("keyid missing", bench.error("load-token", Section.EMPTY));
    }

    @Test
    void loadsGetsAndUnloadsSharedKeys() {
        Section request = Section.builder()
                .put("id", "ike-sun")
                .put("type", "ike")
                .put("data", Value.own(new byte[] {0, 1, (byte) 0xFF}))
                .list("owners", List.of("sun", " ", "moon"))
                .build();
        bench.succeeds("load-shared", request);
        SharedKey key = bench.credentials.sharedKeys(SharedKey.Type.IKE).get(0);
        assertEquals("[sun, moon]", key.owners().toString());
        assertTrue(key.secret().matches(Secret.copyOf(new byte[] {0, 1, (byte) 0xFF})));
        bench.succeeds("load-shared", texts("type", "EAP", "data", "x")); // without an id
        bench.succeeds("load-shared", texts("type", "XAuth", "id", "b", "data", "x"));
        bench.succeeds("load-shared", texts("type", "ppk", "id", "p", "data", "x"));
        assertEquals("keys[ike-sun, b, p]", text(bench.run("get-shared", Section.EMPTY)));
        assertEquals(2, bench.credentials.sharedKeys(SharedKey.Type.EAP).size());
        bench.succeeds("unload-shared", texts("id", "ike-sun"));
        bench.succeeds("unload-shared", texts("id", "ike-sun")); // one that is not there is fine, as in charon
        assertEquals("keys[b, p]", text(bench.run("get-shared", Section.EMPTY)));
        assertTrue(bench.error("load-shared", texts("type", "pin", "data", "x")).contains("pin"));
        assertTrue(bench.error("load-shared", texts("data", "x")).contains("type missing"));
        assertTrue(bench.error("load-shared", texts("type", "ike")).contains("data missing"));
        assertTrue(
                bench.error("load-shared", texts("type", "ntlm", "data", "x")).contains("not 16"));
        assertFalse(bench.error("unload-shared", Section.EMPTY).isEmpty());
    }

    @Test
    void secretsOutliveTheirUnloadingForThoseWhoBorrowedThemOnly() {
        bench.succeeds("load-shared", texts("id", "a", "type", "ike", "data", "one", "owners", "moon"));
        Secret first = shared("moon");
        bench.succeeds("load-shared", texts("id", "a", "type", "ike", "data", "two", "owners", "sun"));
        Secret second = shared("sun");
        bench.succeeds("load-key", texts("type", "any", "data", "key:moon"));
        bench.succeeds("unload-key", texts("id", id("key:moon")));
        bench.scheduler.advance(Duration.ofSeconds(29));
        assertFalse(first.isClosed());
        assertFalse(bench.decoded.get(0).isClosed());
        bench.scheduler.advance(Duration.ofSeconds(2));
        assertTrue(first.isClosed());
        assertTrue(bench.decoded.get(0).isClosed());
        assertFalse(second.isClosed());
        bench.succeeds("unload-shared", texts("id", "a"));
        bench.scheduler.advance(Duration.ofSeconds(31));
        assertTrue(second.isClosed());
        assertEquals(0, bench.scheduler.size());
    }

    @Test
    void allIsWipedAtOnceWhenThePluginLeavesAndNothingIsTakenAfterwards() {
        bench.succeeds("load-shared", texts("id", "a", "type", "ike", "data", "one", "owners", "moon"));
        bench.succeeds("load-shared", texts("id", "b", "type", "ike", "data", "two", "owners", "sun"));
        bench.succeeds("load-key", texts("type", "any", "data", "key:moon"));
        Secret first = shared("moon");
        Secret second = shared("sun");
        bench.succeeds("unload-shared", texts("id", "a"));
        bench.credentials.close();
        assertTrue(first.isClosed() && second.isClosed() && bench.decoded.get(0).isClosed());
        bench.run("load-shared", texts("id", "c", "type", "ike", "data", "three"));
        bench.run("load-key", texts("type", "any", "data", "key:late"));
        assertEquals(List.of(), bench.credentials.sharedIds());
        assertEquals(List.of(), bench.credentials.keyIds());
        assertTrue(bench.decoded.get(1).isClosed());
    }

    @Test
    void noSecretIsLogged() {
        bench.succeeds("load-shared", texts("id", "a", "type", "ike", "data", "hunter2"));
        bench.error("load-key", texts("type", "any", "data", "hunter2"));
        assertFalse(RecordingLog.lines().toString().contains("hunter2"));
    }

    @Test
    void clearTakesAllButAuthorities() {
        bench.succeeds("load-cert", texts("type", "X509", "flag", "CA", "data", "ca:one"));
        bench.succeeds("load-key", texts("type", "any", "data", "key:moon"));
        bench.succeeds("load-shared", texts("id", "a", "type", "ike", "data", "one"));
        bench.succeeds("load-authority", in("root", texts("cacert", "ca:root")));
        bench.succeeds("clear-creds", Section.EMPTY);
        assertEquals(List.of(), bench.credentials.keyIds());
        assertEquals(List.of(), bench.credentials.sharedIds());
        assertEquals(List.of(Bench.certificate("ca:root")), bench.credentials.certificates());
        assertTrue(bench.calls.contains("flushCache"));
    }

    @Test
    void loadsCertificatesByNewAndOldWords() {
        bench.succeeds("load-cert", texts("type", "X509", "flag", "NONE", "data", "ee:moon"));
        bench.succeeds("load-cert", texts("type", "x509ca", "data", "ca:root"));
        assertEquals(List.of(Bench.certificate("ca:root")), bench.credentials.anchors());
        assertTrue(bench.logged("loaded certificate 'CN=moon'"));
        assertEquals(
                "certificate without CA flag, rejected",
                bench.error("load-cert", texts("type", "X509", "flag", "CA", "data", "ee:moon")));
        assertEquals("certificate type missing", bench.error("load-cert", texts("data", "ee:moon")));
        assertEquals("certificate data missing", bench.error("load-cert", texts("type", "X509")));
        assertEquals("invalid certificate type 'PGP'", bench.error("load-cert", texts("type", "PGP", "data", "x")));
        assertEquals(
                "invalid certificate flag 'X'",
                bench.error("load-cert", texts("type", "X509", "flag", "X", "data", "x")));
        assertTrue(
                bench.error("load-cert", texts("type", "X509_CRL", "data", "x")).contains("not supported yet"));
        String bad = bench.error("load-cert", texts("type", "X509", "data", "nonsense"));
        assertTrue(bad.startsWith("parsing X509 certificate failed"), bad);
        bench.succeeds("flush-certs", Section.EMPTY);
    }

    @Test
    void loadsAndListsRawPublicKeys() {
        bench.succeeds("load-cert", texts("type", "pubkey", "data", "pub:moon"));
        Section remote = Section.builder()
                .put("id", "sun")
                .put("pubkeys", new Items(List.of(Value.of("pub:sun"))))
                .build();
        bench.succeeds("load-conn", in("home", in("remote", remote)));
        bench.answers.put("certificates", CompletableFuture.completedFuture(List.of()));
        bench.answers.put("trustAnchors", CompletableFuture.completedFuture(List.of()));
        bench.answers.put("cachedCertificates", List.of());
        bench.answers.put("privateKeyOwners", CompletableFuture.completedFuture(List.of()));
        String sun = "list-cert type=PUBKEY flag=NONE data=pub:sun subject=sun";
        String moon = "list-cert type=PUBKEY flag=NONE data=pub:moon subject="
                + id("key:moon").replaceAll("(..)(?=.)", "$1:");
        for (Section request : List.of(Section.EMPTY, texts("type", "pubkey"), texts("type", "PUBKEY"))) {
            bench.events.clear();
            bench.run("list-certs", request);
            assertEquals(List.of(sun, moon), bench.events);
        }
        bench.events.clear();
        bench.run("list-certs", texts("type", "x509"));
        bench.run("list-certs", texts("type", "pubkey", "subject", "other"));
        assertEquals(List.of(), bench.events);
        bench.succeeds("clear-creds", Section.EMPTY);
        bench.run("list-certs", texts("type", "pubkey"));
        assertEquals(List.of(sun), bench.events);
        String bad = bench.error("load-cert", texts("type", "pubkey", "data", "pub:bad"));
        assertTrue(bad.startsWith("parsing PUBKEY certificate failed: no such curve"), bad);
        assertTrue(bench.error("load-cert", texts("type", "pubkey", "data", "ee:moon"))
                .contains("no public key in it"));
        String anybody = bench.error(
                "load-conn",
                in(
                        "home",
                        in(
                                "remote",
                                Section.builder()
                                        .put("pubkeys", new Items(List.of(Value.of("pub:sun"))))
                                        .build())));
        assertTrue(anybody.startsWith("invalid value for: pubkeys, config discarded"), anybody);
    }

    @Test
    void loadsGetsListsAndUnloadsAuthorities() {
        Section authority = Section.builder()
                .put("cacert", "ca:root")
                .list("crl_uris", List.of("http://crl"))
                .list("ocsp_uris", List.of())
                .build();
        bench.succeeds("load-authority", in("root", authority));
        assertEquals("authorities[root]", text(bench.run("get-authorities", Section.EMPTY)));
        bench.answers.put("authorities", bench.credentials.authorities());
        assertEquals("", text(bench.run("list-authorities", Section.EMPTY)));
        bench.run("list-authorities", texts("name", "other"));
        assertEquals(List.of("list-authority root{cacert=CN=root crl_uris[http://crl] ocsp_uris[]}"), bench.events);
        bench.succeeds("unload-authority", texts("name", "root"));
        assertEquals("unload: authority 'root' not found", bench.error("unload-authority", texts("name", "root")));
        assertEquals("CA certificate missing: root", bench.error("load-authority", in("root", Section.EMPTY)));
        assertEquals(
                "certificate without CA flag, rejected",
                bench.error("load-authority", in("root", texts("cacert", "ee:moon"))));
        String unknown = bench.error("load-authority", in("root", texts("cacert", "ca:root", "crl_uri", "x")));
        assertTrue(unknown.startsWith("unknown option: crl_uri, config discarded"), unknown);
        bench.succeeds("load-authority", Section.EMPTY); // as many as are named, as in charon
    }

    @Test
    void listsCertificatesThatFit() {
        bench.answers.put("certificates", CompletableFuture.completedFuture(List.of(Bench.certificate("ee:moon"))));
        bench.answers.put("trustAnchors", CompletableFuture.completedFuture(List.of(Bench.certificate("ca:root"))));
        bench.answers.put("cachedCertificates", List.of(Bench.certificate("ee:cached"), Bench.certificate("ee:moon")));
        bench.answers.put(
                "privateKeyOwners",
                CompletableFuture.completedFuture(
                        List.of(Bench.certificate("ee:moon").publicKey())));
        String moon = "list-cert type=X509 flag=NONE has_privkey=yes data=ee:moon";
        String root = "list-cert type=X509 flag=CA data=ca:root";
        String cached = "list-cert type=X509 flag=NONE data=ee:cached";
        Map<Section, List<String>> expected = Map.of(
                Section.EMPTY,
                List.of(moon, cached, root),
                texts("type", "x509ca"),
                List.of(root),
                texts("type", "X509", "flag", "none"),
                List.of(moon, cached),
                texts("type", "X509", "flag", "OCSP"),
                List.of(),
                texts("type", "nonsense"),
                List.of(),
                texts("flag", "nonsense"),
                List.of(),
                texts("type", "X509_CRL"),
                List.of(),
                texts("type", "x509", "flag", "CA", "subject", "CN=root"),
                List.of(root),
                texts("flag", "CA"),
                List.of(moon, cached, root));
        expected.forEach((request, events) -> {
            bench.events.clear();
            assertEquals(Section.EMPTY, bench.run("list-certs", request));
            assertEquals(events, bench.events, () -> text(request));
        });
    }
}
