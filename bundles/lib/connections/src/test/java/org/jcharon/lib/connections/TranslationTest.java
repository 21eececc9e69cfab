// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.AuthMethod;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfParser;
import org.jcharon.api.settings.ConfSection;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TranslationTest {

    private final List<String> asked = new ArrayList<>();

    private final CredentialResolver resolver = new CredentialResolver() {
        @Override
        public List<Certificate> certificates(Kind kind, String file, ConfSection.Place place) {
            asked.add(kind.folder() + "/" + file);
            return List.of();
        }

        @Override
        public List<Chunk> publicKeys(String file, ConfSection.Place place) {
            asked.add("pubkey/" + file);
            return List.of(Chunk.of(file.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public void privateKey(Kind kind, String file, Secret password, ConfSection.Place place) {
            asked.add(kind.folder() + "/" + file + (password == null ? "" : " with password"));
        }
    };

    private Translation translate(String text) throws ConfException {
        return Translation.of(ConfParser.parse("swanctl.conf", text), resolver);
    }

    private PeerConfig peer(String body) throws ConfException {
        return translate("connections {\nacc {\n" + body + "\n}\n}\n").peers().get(0);
    }

    private ChildConfig child(String body) throws ConfException {
        return peer("children {\nnet {\n" + body + "\n}\n}").children().get(0);
    }

    private void refuses(String text, String message) {
        ConfException e = assertThrows(ConfException.class, () -> translate(text));
        assertEquals("swanctl.conf:" + message, e.getMessage());
    }

    private void refusesInPeer(String body, String message) {
        refuses("connections {\nacc {\n" + body + "\n}\n}\n", message);
    }

    private void refusesInChild(String body, String message) {
        refusesInPeer("children {\nnet {\n" + body + "\n}\n}", message);
    }

    @Test
    void emptyConnectionHasTheDefaults() throws ConfException {
        PeerConfig peer = peer("");
        assertEquals("acc", peer.name());
        assertEquals(List.of("%any"), peer.ike().remoteAddresses());
        assertEquals(List.of(), peer.ike().proposals());
        assertEquals(Duration.ofHours(4), peer.rekeyTime());
        assertEquals(Duration.ofMinutes(24), peer.overTime());
        assertEquals(Duration.ofMinutes(24), peer.randTime());
        assertEquals(AuthMethod.PUBKEY, peer.local().get(0).method());
        ChildConfig child = child("");
        assertEquals(Duration.ofHours(1), child.lifetime().rekeyTime());
        assertEquals(Duration.ofMinutes(66), child.lifetime().lifeTime());
        assertEquals(Duration.ofMinutes(6), child.lifetime().randTime());
        assertEquals("[dynamic]", child.localSelectors().toString());
    }

    @Test
    void readsAPskConnection() throws ConfException {
        Translation all = translate("""
                connections {
                  acc {
                    version = 2
                    local_addrs = 192.0.2.1
                    remote_addrs = 192.0.2.2, right.example.org
                    proposals = aes256-sha256-x25519, aes128gcm16-prfsha256-ecp256
                    encap = yes
                    fragmentation = force
                    unique = replace
                    dpd_delay = 1m
                    reauth_time = 1d
                    if_id_in = 7
                    local-psk {
                      auth = psk
                      id = left.acc
                    }
                    remote-1 {
                      auth = psk
                      id = *.acc
                    }
                    children {
                      net {
                        local_ts = 10.1.0.0/16[tcp/80]
                        remote_ts = dynamic[udp/500-510], 10.2.0.1-10.2.0.9
                        esp_proposals = aes128gcm16-x25519
                        start_action = trap|start
                        rekey_bytes = 10m
                        mark_out = 0x10/0xff
                      }
                    }
                  }
                }
                secrets {
                  ike-1 {
                    id-a = left.acc
                    id-b = right.acc
                    secret = 0x0102ff
                  }
                }
                """);
        PeerConfig peer = all.peers().get(0);
        assertEquals(2, peer.ike().proposals().size());
        assertEquals(2, peer.ike().proposals().get(1).number());
        assertEquals(IkeConfig.Fragmentation.YES, peer.ike().fragmentation());
        assertEquals(PeerConfig.Unique.REPLACE, peer.unique());
        assertEquals(Duration.ofDays(1), peer.reauthTime());
        assertEquals(Duration.ZERO, peer.rekeyTime());
        assertEquals(AuthMethod.PSK, peer.local().get(0).method());
        assertEquals("*.acc", peer.remote().get(0).id().toString());
        ChildConfig child = peer.child("net").orElseThrow();
        assertEquals("[10.1.0.0/16[tcp/http]]", child.localSelectors().toString());
        assertEquals(
                "[dynamic[udp/500-510], 10.2.0.1..10.2.0.9]",
                child.remoteSelectors().toString());
        assertEquals(ChildConfig.StartAction.TRAP_START, child.startAction());
        assertEquals(10 << 20, child.lifetime().rekeyOctets());
        assertEquals(11 << 20, child.lifetime().lifeOctets());
        assertEquals(0x10_0000_00FFL, child.markOut());
        assertEquals(7, child.ifIdIn());
        SharedKey key = all.sharedKeys().get(0);
        assertEquals("0102ff", HexFormat.of().formatHex(key.secret().reveal()));
        assertEquals(2, key.owners().size());
    }

    @Test
    void asksForTheFilesOfAPubkeyConnection() throws ConfException {
        PeerConfig peer = peer("""
                remote { cacerts = ca.pem
                  auth = rsa-2048-sha256
                  revocation = strict }
                local1 { round = 1
                  certs = a.pem, b.pem
                  cert-x { file = /abs/c.pem }
                  auth = ike:rsa/pss-sha256-sha384 }
                """);
        assertEquals(List.of("x509/a.pem", "x509/b.pem", "x509//abs/c.pem", "x509ca/ca.pem"), asked);
        AuthConfig first = peer.local().get(0);
        assertEquals(
                List.of(SignatureScheme.RSA_PSS_SHA2_256, SignatureScheme.RSA_PSS_SHA2_384), first.signatureSchemes());
        assertEquals(List.of(), first.trustConstraints());
        AuthConfig eap = peer("local { auth = eap-tls:rsa-3072 }").local().get(0);
        assertEquals("tls", eap.eapMethod());
        assertEquals(List.of("rsa-3072"), eap.trustConstraints());
        assertEquals(List.of("rsa-2048", "sha256"), peer.remote().get(0).trustConstraints());
        assertEquals(
                List.of(SignatureScheme.RSA_PKCS1_SHA2_256, SignatureScheme.RSA_PSS_SHA2_256),
                peer.remote().get(0).signatureSchemes());
    }

    @Test
    void knowsTheMethodsOfEap() throws ConfException {
        for (String method : List.of("eap-md5", "eap-mschapv2", "eap-255", "eap-254-10415")) {
            assertEquals(
                    method.substring(4),
                    peer("remote { auth = " + method + " }").remote().get(0).eapMethod());
        }
        ConfException refused = assertThrows(ConfException.class, () -> peer("remote { auth = eap-mschap }"));
        assertTrue(refused.getMessage().contains("'mschap' is no EAP method"), refused.getMessage());
        assertTrue(refused.getMessage().contains("did you mean 'mschapv2'?"), refused.getMessage());
    }

    @Test
    void readsAllKindsOfSecrets() throws ConfException {
        Translation all = translate("""
                secrets {
                  eap-carol { id = carol
                    secret = 0sAQL/ }
                  ppk1 { secret = "text, with blanks" }
                  private-1 { file = k.pem
                    secret = pw }
                  rsa { file = r.pem }
                }
                """);
        assertEquals(SharedKey.Type.EAP, all.sharedKeys().get(0).type());
        assertEquals(
                "0102ff",
                HexFormat.of().formatHex(all.sharedKeys().get(0).secret().reveal()));
        assertEquals(17, all.sharedKeys().get(1).secret().length());
        assertEquals(List.of("private/k.pem with password", "rsa/r.pem"), asked);
    }

    @Test
    void readsPools() throws ConfException {
        List<PoolConfig> pools = translate("""
                pools {
                  a { addrs = 10.3.0.0/24
                    dns = 10.1.0.1, fec0::1
                    subnet = 10.1.0.0/16
                    25 = example.org }
                  b { addrs = 10.4.0.5-10.4.0.7 }
                  c { addrs = fec3::/64 }
                }
                """).pools();
        assertEquals("10.3.0.1", pools.get(0).first().getHostAddress());
        assertEquals(254, pools.get(0).size());
        assertEquals(
                List.of(3, 10, 13, 25),
                pools.get(0).attributes().stream()
                        .map(attribute -> attribute.type())
                        .toList());
        assertEquals(
                "0a010000ffff0000", pools.get(0).attributes().get(2).value().toHex());
        assertEquals(3, pools.get(1).size());
        assertEquals((1L << 31) - 2, pools.get(2).size());
    }

    @Test
    void namesUnknownKeysAndTheNearestKnown() {
        refusesInPeer("proposalz = x", "3: unknown key 'proposalz' in connections.acc, did you mean 'proposals'?");
        refusesInPeer(
                "locale { autth = psk }", "3: unknown key 'autth' in connections.acc.locale, did you mean 'auth'?");
        refusesInPeer("childern { }", "3: unknown section 'childern' in connections.acc, did you mean 'children'?");
        refusesInChild(
                "remots_ts = x",
                "5: unknown key 'remots_ts' in connections.acc.children.net, did you mean 'remote_ts'?");
        refuses("secrets { ik { } }", "1: unknown section 'ik' in secrets, did you mean 'ike'?");
        refuses("pools { p { adrs = x } }", "1: unknown key 'adrs' in pools.p, did you mean 'addrs'?");
    }

    @Test
    void refusesIkev1() {
        refusesInPeer("version = 1", "3: connections.acc.version: IKEv1 is not supported, only 2 (or 0)");
        refusesInPeer(
                "local { auth = xauth }",
                "3: connections.acc.local.auth: 'xauth' belongs to IKEv1, which is not supported");
        refuses(
                "secrets { xauth-a { secret = x } }",
                "1: secrets.xauth-a: XAuth belongs to IKEv1, which is not supported");
        refusesInPeer("aggressive = yes", "3: connections.acc.aggressive: 'yes' is not supported: it belongs to IKEv1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local_addrs = 10.1.0.300 | local_addrs: '10.1.0.300' is not an IP address",
                "remote_addrs = a b | remote_addrs: 'a b' is neither an address nor a DNS name",
                "local_port = 70000 | local_port: 70000 is not from 0 to 65535",
                "dscp = 12 | dscp: '12' is not six binary digits",
                "encap = maybe | encap: 'maybe' is not yes or no",
                "rekey_time = 4x | rekey_time: '4x' is not a time in s, m, h or d",
                "unique = keeep | unique: 'keeep' is not one of keep, never, no, replace, did you mean 'keep'?",
                "version = 3 | version: 3 is not from 0 to 2",
                "vips = x | vips: 'x' is not an IP address",
                "if_id_in = %unique | if_id_in: '%unique' is not supported: not implemented"
            })
    void refusesWrongValues(String line, String message) {
        refusesInPeer(line.trim(), "3: connections.acc." + message.trim());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "mode = foo ~ mode: 'foo' is not one of drop, pass, transport, tunnel",
                "local_ts = 10.0.0.0/8[tcp/] ~ local_ts: '[tcp/]' has no port after /",
                "mode = iptfs ~ mode: 'iptfs' is not supported: not implemented",
                "esp_proposals = aes128-sah256 ~ esp_proposals: proposal 'aes128-sah256': unknown keyword 'sah256', did you mean 'sha256'?",
                "local_ts = 10.0.0.0/40 ~ local_ts: prefix length 40",
                "local_ts = 10.0.0.0/8[tcp/x] ~ local_ts: 'x' is not a known port",
                "local_ts = 10.0.0.0/8[tcp ~ local_ts: '10.0.0.0/8[tcp' has no ] at its end",
                "tfc_padding = mtu ~ tfc_padding: 'mtu' is not supported: not implemented",
                "copy_df = no ~ copy_df: 'no' is not supported: not implemented",
                "hw_offload = crypto ~ hw_offload: 'crypto' is not supported: not implemented (auto uses hardware only where it can)",
                "rekey_bytes = 9999999999g ~ rekey_bytes: '9999999999g' is not a number with k, m, g or nothing",
                "start_action = strat ~ start_action: 'strat' is not one of clear, none, restart, route, start, start|trap, trap, trap|start, did you mean 'start'?"
            })
    void refusesWrongValuesOfChildren(String line, String message) {
        refusesInChild(line.trim(), "5: connections.acc.children.net." + message.trim());
    }

    @Test
    void rekeyTimeFollowsFromLifeTime() throws ConfException {
        assertEquals(1636, child("life_time = 30m").lifetime().rekeyTime().toSeconds());
    }

    @Test
    void refusesALifeShorterThanItsRekeying() {
        refusesInChild(
                "rekey_time = 2h\nlife_time = 1h",
                "6: connections.acc.children.net.life_time: life_time 3600s is shorter than rekey_time 7200s");
    }

    @Test
    void warnsOfALifeAsLongAsItsRekeying() throws ConfException {
        Translation all = translate("connections { a { children { n { rekey_time = 1h\nlife_time = 1h } } } }\n");
        assertEquals(
                List.of(
                        "swanctl.conf:2: connections.a.children.n.life_time: as long as the other, so that a CHILD_SA may"
                                + " end before it is rekeyed"),
                all.warnings());
    }

    @Test
    void errorsAboutSecretsDoNotRepeatThem() {
        refuses("secrets { ike { secret = 0xhidden } }", "1: secrets.ike.secret: is not hexadecimal after 0x");
        refuses("secrets { ike { secret = 0s** } }", "1: secrets.ike.secret: is not Base64 after 0s");
        refuses("secrets { ntlm { secret = hidden } }", "1: secrets.ntlm.secret: is not an NT hash of 16 octets");
        refuses("secrets { ike { id = x } }", "1: secrets.ike.secret: is missing");
        refuses("secrets { ike { secret = 0x } }", "1: secrets.ike.secret: is empty, so that anybody has it");
        refuses("secrets { ppk { secret = \"\" } }", "1: secrets.ppk.secret: is empty, so that anybody has it");
        refuses("secrets { token { pin = 1 } }", "1: secrets.token: keys on tokens are not implemented");
    }

    @Test
    void knowsTheOtherNamesOfActions() throws ConfException {
        assertEquals(ChildConfig.StartAction.TRAP, child("start_action = route").startAction());
        assertEquals(
                ChildConfig.StartAction.START, child("close_action = restart").closeAction());
        assertEquals(ChildConfig.DpdAction.TRAP, child("dpd_action = route").dpdAction());
    }

    /** A limit that nothing fits must not become none. */
    @Test
    void refusesLimitsOnSignaturesThatNothingFits() {
        ConfException e = assertThrows(ConfException.class, () -> peer("remote { auth = ike:rsa/pss-sha1 }"));
        assertTrue(e.getMessage().contains("no signature scheme is known for [rsa/pss]"), e.getMessage());
    }

    /** What was not checked must not pass for checked. */
    @Test
    void refusesFurtherRoundsOfAuthentication() {
        for (String side : List.of("local", "remote")) {
            refusesInPeer(
                    side + "-1 { auth = psk }\n" + side + "-2 { auth = pubkey }",
                    "4: connections.acc." + side + "-2: several rounds of authentication (RFC 4739) are not supported");
        }
    }

    @Test
    void warnsWhereTheTunnelComesUpAnyway() throws ConfException {
        Translation all = translate("""
                connections { a { children { n {
                  ipcomp = yes
                  updown = /usr/local/bin/updown
                  interface = eth0
                } } } }
                connection { }
                """);
        assertEquals(4, all.warnings().size());
        assertTrue(all.warnings().get(2).startsWith("swanctl.conf:3: connections.a.children.n.updown: scripts"));
        assertTrue(all.warnings().get(0).contains("did you mean 'connections'"));
        assertFalse(all.peers().get(0).children().get(0).ipcomp());
    }

    @Test
    void readsProtocolsAndPorts() {
        assertEquals("10.0.0.1/32[icmp/8]", Selectors.parse("10.0.0.1[icmp/8]").toString());
        assertEquals(
                "0.0.0.0/0[tcp/https]", Selectors.parse("0.0.0.0/0[tcp/https]").toString());
        assertEquals("dynamic[/80]", Selectors.parse("dynamic[/80]").toString());
        assertEquals(
                "fec0::/OPAQUE".length() > 0,
                Selectors.parse("fec0::/16[udp/opaque]").selector().isOpaque());
        assertEquals("dynamic[gre]", Selectors.parse("dynamic[gre]").toString());
    }

    @Property
    void selectorsNeverThrowAnythingElse(@ForAll String text) {
        try {
            Selectors.parse(text);
        } catch (IllegalArgumentException e) {
            assertFalse(e.getMessage().isEmpty());
        }
    }

    @Property(tries = 300)
    void noValueThrowsAnythingElse(@ForAll String value) {
        for (String key : List.of("rekey_time", "proposals", "local_addrs", "keyingtries", "vips")) {
            try {
                String quoted = value.replace("\\", "\\\\").replace("\"", "\\\"");
                peer(key + " = \"" + quoted + "\"");
            } catch (ConfException e) {
                assertTrue(e.getMessage().startsWith("swanctl.conf:"), e.getMessage());
            }
        }
    }

    @Test
    void splitsTextsAtCommasAndLeavesItemsOfListsWhole() throws ConfException {
        ConfSection.Place place = new ConfSection.Place("vici", 1);
        String staff = "C=CH, O=strongSwan, OU=staff";
        ConfSection.Value text = new ConfSection.Value(staff, place);
        ConfSection.Value list = ConfSection.Value.list(List.of(staff, " guests ", ""), place);
        assertEquals(List.of("C=CH", "O=strongSwan", "OU=staff"), groups(text));
        assertEquals(List.of(staff, "guests"), groups(list));
        assertEquals(List.of("C=CH", "O=strongSwan"), groupsOfFile("\"C=CH, O=strongSwan\""));
        PoolConfig pool = Translation.pool(
                new ConfSection(
                        place,
                        Map.of(
                                "addrs",
                                new ConfSection.Value("10.3.0.0/24", place),
                                "28",
                                ConfSection.Value.list(List.of("a, b", "c"), place)),
                        Map.of()),
                "p");
        assertEquals(
                List.of("a, b", "c"),
                pool.attributes().stream()
                        .map(attribute -> new String(attribute.value().toArray(), StandardCharsets.UTF_8))
                        .toList());
    }

    @Test
    void readsRawPublicKeysOfSomebodyWithAName() throws ConfException {
        PeerConfig peer = peer("local {\npubkeys = a.pem, b.pem\n}\nremote {\nid = sun.acc\npubkeys = sun.pem\n}");
        assertEquals(List.of("pubkey/a.pem", "pubkey/b.pem", "pubkey/sun.pem"), asked);
        assertEquals(2, peer.local().get(0).publicKeys().size());
        assertEquals(1, peer.remote().get(0).publicKeys().size());
        String why = "connections.acc.remote.pubkeys: keys without a certificate need the id, without wildcards, of"
                + " their owner";
        refusesInPeer("remote {\npubkeys = sun.pem\n}", "4: " + why);
        refusesInPeer("remote {\nid = *.acc\npubkeys = sun.pem\n}", "5: " + why);
    }

    private List<String> groups(ConfSection.Value value) throws ConfException {
        ConfSection remote = new ConfSection(value.place(), Map.of("groups", value), Map.of());
        ConfSection connection = new ConfSection(value.place(), Map.of(), Map.of("remote", remote));
        return Translation.connection(connection, "acc", resolver, new ArrayList<>())
                .remote()
                .get(0)
                .groups();
    }

    private List<String> groupsOfFile(String text) throws ConfException {
        return peer("remote {\ngroups = " + text + "\n}").remote().get(0).groups();
    }
}
