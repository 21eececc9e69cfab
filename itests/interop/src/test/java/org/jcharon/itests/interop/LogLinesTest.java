// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jcharon.itests.interop.Connection.Auth;
import org.jcharon.itests.interop.Pair.Settings;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The lines that people search charon's log for. Each is asked of both daemons, of the initiator or of the responder, whichever started:
 * what strongSwan does not write for the same event does not stand here.
 */
@Interop
class LogLinesTest {

    private static final String SILENCE =
            "table inet jcitsilence { chain in { type filter hook input priority 0; udp sport 500 drop; }; }";
    private static final String ADDRESS = "192\\.0\\.2\\.[12]";
    private static final String ENDS = ADDRESS + "\\[[^]]+]\\.\\.\\." + ADDRESS + "\\[[^]]+]";
    private static final String SPIS = "with SPIs [0-9a-f]{8}_i [0-9a-f]{8}_o";
    private static final String USED_SPIS = "with SPIs [0-9a-f]{8}_i \\(\\d+ bytes\\) [0-9a-f]{8}_o \\(\\d+ bytes\\)";
    private static final String SELECTORS = "TS 10\\.1[12]\\.0\\.1/32 === 10\\.1[12]\\.0\\.1/32";

    private final List<Supplier<Optional<String>>> missing = new ArrayList<>();

    private void expect(Daemon daemon, int mark, String... lines) {
        for (String line : lines) {
            Pattern pattern = Pattern.compile("(?m)^(.* )?\\d\\d" + line.replaceFirst("^(\\w+) ", "\\\\[$1\\\\] "));
            missing.add(() -> pattern.matcher(daemon.since(mark)).find()
                    ? Optional.empty()
                    : Optional.of(daemon + " did not log " + line));
        }
    }

    private void check() {
        Await.until(Daemon.SOON, () -> String.join("\n", texts()), () -> texts().isEmpty());
    }

    private List<String> texts() {
        return missing.stream().flatMap(line -> line.get().stream()).toList();
    }

    @ParameterizedTest(name = "{0} initiates")
    @EnumSource
    void ofALifeWithCertificates(Starter starter) {
        try (Pair pair = Pair.of(Connection.by(Auth.RSA))) {
            Daemon initiator = pair.starter(starter);
            Daemon responder = starter == Starter.JCHARON ? pair.peer() : pair.ours();
            pair.up(starter, "itest", "net");
            expect(
                    initiator,
                    0,
                    "IKE initiating IKE_SA itest\\[1] to " + ADDRESS + "$",
                    "ENC generating IKE_SA_INIT request 0 \\[ SA KE No N\\(NATD_S_IP\\) N\\(NATD_D_IP\\) N\\(FRAG_SUP\\)",
                    "NET sending packet: from " + ADDRESS + "\\[500] to " + ADDRESS + "\\[500] \\(\\d+ bytes\\)$",
                    "NET received packet: from " + ADDRESS + "\\[500] to " + ADDRESS + "\\[500] \\(\\d+ bytes\\)$",
                    "ENC parsed IKE_SA_INIT response 0 \\[ SA KE No .*CERTREQ",
                    "ENC generating IKE_AUTH request 1 \\[ IDi CERT .*CERTREQ .*AUTH",
                    "ENC splitting IKE message \\(\\d+ bytes\\) into 2 fragments$",
                    "ENC generating IKE_AUTH request 1 \\[ EF\\(1/2\\) ]$",
                    "ENC parsed IKE_AUTH response 1 \\[ EF\\(2/2\\) ]$",
                    "ENC received fragment #1 of 2, waiting for complete IKE message$",
                    "ENC received fragment #2 of 2, reassembled fragmented IKE message \\(\\d+ bytes\\)$",
                    "CFG selected proposal: IKE:AES_GCM_16_128/PRF_HMAC_SHA2_256/CURVE_25519$");
            expect(
                    responder,
                    0,
                    "IKE " + ADDRESS + " is initiating an IKE_SA$",
                    "ENC parsed IKE_SA_INIT request 0 \\[ SA KE No N\\(NATD_S_IP\\) N\\(NATD_D_IP\\) N\\(FRAG_SUP\\)",
                    "CFG looking for peer configs matching " + ENDS + "$",
                    "CFG selected peer config 'itest'$");
            for (Daemon both : List.of(initiator, responder)) {
                expect(
                        both,
                        0,
                        "IKE sending cert request for \"C=CH, O=itest, CN=[^\"]+\"$",
                        "IKE received cert request for \"C=CH, O=itest, CN=[^\"]+\"$",
                        "IKE sending end entity cert \"C=CH, O=itest, CN=[^\"]+\"$",
                        "IKE received end entity cert \"C=CH, O=itest, CN=[^\"]+\"$",
                        "CFG   using certificate \"C=CH, O=itest, CN=[^\"]+\"$",
                        "CFG   using trusted ca certificate \"C=CH, O=itest, CN=[^\"]+\"$",
                        "CFG   reached self-signed root ca with a path length of 0$",
                        "IKE authentication of '[^']+' \\(myself\\) with RSA_EMSA_PKCS1_SHA2_256 successful$",
                        "IKE authentication of '[^']+' with RSA_EMSA_PKCS1_SHA2_256 successful$",
                        "IKE IKE_SA itest\\[1] established between " + ENDS + "$",
                        "IKE scheduling rekeying in \\d+s$",
                        "IKE maximum IKE_SA lifetime \\d+s$",
                        "IKE CHILD_SA net\\{1} established " + SPIS + " and " + SELECTORS + "$");
            }
            int rekey = initiator.mark();
            int theirs = responder.mark();
            assertTrue(initiator.rekeyChild("net").ok());
            expect(
                    initiator,
                    rekey,
                    "IKE establishing CHILD_SA net\\{\\d+} reqid 1$",
                    "IKE inbound CHILD_SA net\\{2} established " + SPIS + " and " + SELECTORS + "$",
                    "IKE outbound CHILD_SA net\\{2} established " + SPIS + " and " + SELECTORS + "$",
                    "IKE closing CHILD_SA net\\{1} " + USED_SPIS + " and " + SELECTORS + "$",
                    "IKE sending DELETE for ESP CHILD_SA with SPI [0-9a-f]{8}$",
                    "IKE received DELETE for ESP CHILD_SA with SPI [0-9a-f]{8}$");
            expect(
                    responder,
                    theirs,
                    "IKE received DELETE for ESP CHILD_SA with SPI [0-9a-f]{8}$",
                    "IKE CHILD_SA closed$");
            assertTrue(initiator.rekeyIke("itest").ok());
            expect(initiator, rekey, "IKE IKE_SA itest\\[2] rekeyed between " + ENDS + "$");
            expect(responder, theirs, "IKE received DELETE for IKE_SA itest\\[1]$");
            Await.until("one IKE_SA", Daemon.SOON, () -> initiator.ikeSas() == 1 && responder.ikeSas() == 1);
            pair.down(starter, "itest");
            expect(
                    initiator,
                    rekey,
                    "IKE deleting IKE_SA itest\\[2] between " + ENDS + "$",
                    "IKE sending DELETE for IKE_SA itest\\[2]$",
                    "IKE IKE_SA deleted$");
            expect(
                    responder,
                    theirs,
                    "IKE received DELETE for IKE_SA itest\\[2]$",
                    "IKE deleting IKE_SA itest\\[2] between " + ENDS + "$",
                    "IKE IKE_SA deleted$");
            check();
        }
    }

    @ParameterizedTest(name = "{0} initiates")
    @EnumSource
    void ofWhatDoesNotFit(Starter starter) {
        Namespaces net = Namespaces.plain();
        boolean left = starter == Starter.JCHARON;
        Site from = left ? net.left() : net.right();
        Site to = left ? net.right() : net.left();
        Path asking = Conf.of(
                from,
                to,
                Connection.psk().name("proposal").proposals("aes256-sha384-prfsha384-ecp384", "aes256gcm16"),
                Connection.psk().name("secret").localId("other.itest").secret("another"),
                Connection.psk().name("identity").localId("nobody.itest"),
                Connection.psk().name("selectors").selectors("10.99.0.0/24", "10.98.0.0/24"));
        Path answering = Conf.of(
                to, from, Connection.psk(), Connection.psk().name("secret").remoteId("other.itest"));
        try (Pair pair = Pair.start(
                net,
                left ? asking : answering,
                left ? answering : asking,
                Settings.ours("charon.half_open_timeout=5"))) {
            Daemon initiator = pair.starter(starter);
            Daemon responder = left ? pair.peer() : pair.ours();

            Tunnel.refused(initiator, responder, "proposal", "net");
            expect(
                    responder,
                    0,
                    "CFG received proposals: IKE:AES_CBC_256/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/ECP_384$",
                    "CFG configured proposals: IKE:AES_GCM_16_128/PRF_HMAC_SHA2_256/CURVE_25519",
                    "IKE received proposals unacceptable$");
            expect(initiator, 0, "IKE received NO_PROPOSAL_CHOSEN notify error$");

            Tunnel.refused(initiator, responder, "secret", "net");
            expect(responder, 0, "IKE tried \\d shared keys? for '[^']+' - '[^']+', but MAC mismatched$");
            int mark = initiator.mark();
            expect(initiator, 0, "IKE received AUTHENTICATION_FAILED notify error$");

            Tunnel.refused(initiator, responder, "identity", "net");
            expect(responder, 0, "CFG no matching peer config found$");
            expect(initiator, mark, "IKE received AUTHENTICATION_FAILED notify error$");

            initiator.up("selectors", "net");
            expect(
                    responder,
                    0,
                    "IKE traffic selectors 10\\.98\\.0\\.0/24 === 10\\.99\\.0\\.0/24 unacceptable",
                    "IKE failed to establish CHILD_SA, keeping IKE_SA$");
            expect(
                    initiator,
                    mark,
                    "IKE received TS_UNACCEPTABLE notify, no CHILD_SA built$",
                    "IKE failed to establish CHILD_SA, keeping IKE_SA$");
            Tunnel.down(initiator, responder, "selectors");
            check();
        }
    }

    @ParameterizedTest(name = "{0} initiates")
    @EnumSource
    void ofAPeerThatIsGone(Starter starter) {
        Settings quick = new Settings(
                new String[] {"charon.retransmit_timeout=0.5", "charon.retransmit_tries=2"},
                new String[] {"retransmit_timeout = 0.5", "retransmit_tries = 2"});
        try (Pair pair = Pair.of(quick, Connection.psk().line("keyingtries = 2"))) {
            Daemon initiator = pair.starter(starter);
            Command.Result silence = initiator.site().run("nft", SILENCE);
            assertTrue(silence.ok(), silence::output);
            initiator.up("itest", "net");
            expect(
                    initiator,
                    0,
                    "IKE retransmit 1 of request with message ID 0$",
                    "IKE retransmit 2 of request with message ID 0$",
                    "IKE giving up after 2 retransmits$",
                    "IKE peer not responding, trying again \\(2/2\\)$",
                    "IKE establishing IKE_SA failed, peer not responding$");
            check();
        }
    }

    @ParameterizedTest(name = "{0} moves")
    @EnumSource
    void ofAPeerThatMoves(Starter moving) {
        Namespaces net = Namespaces.plain();
        Settings quick =
                new Settings(new String[] {"charon.retransmit_timeout=1"}, new String[] {"retransmit_timeout = 1"});
        Connection watched = Connection.psk().line("dpd_delay = 30s");
        try (Pair pair = Pair.on(net, quick, watched)) {
            pair.up(Starter.JCHARON, "itest", "net");
            Daemon mover = pair.starter(moving);
            Daemon other = moving == Starter.JCHARON ? pair.peer() : pair.ours();
            net.secondLink(mover.site(), other.site(), "203.0.113.1", "203.0.113.2");
            net.loseFirstAddress(mover.site());
            expect(
                    mover,
                    0,
                    "IKE old path is not available anymore, try to find another$",
                    "IKE local endpoint changed from " + ADDRESS + "\\[4500] to 203\\.0\\.113\\.1\\[4500]$");
            expect(other, 0, "IKE remote endpoint changed from " + ADDRESS + "\\[4500] to 203\\.0\\.113\\.1\\[4500]$");
            check();
        }
    }

    /** What somebody needs who decrypts a capture; nobody sees it who did not ask for level 4. */
    @Test
    void ofKeysOnlyAtTheLevelOfSecrets() {
        Path file = Lab.folder("keys").resolve("log");
        Settings levels = new Settings(
                new String[] {"charon.filelog.f.path=" + file, "charon.filelog.f.flush_line=yes"},
                new String[] {"filelog {\n l {\n ike = 4\n chd = 4\n net = 3\n }\n }"});
        try (Pair pair = Pair.of(levels, Connection.psk())) {
            pair.up(Starter.JCHARON, "itest", "net");
            String quiet = onceItHas(file, "CHILD_SA net{1} established");
            assertFalse(quiet.contains(" => "), quiet);
            pair.down(Starter.JCHARON, "itest");
            for (String level : List.of("ike 4", "chd 4", "net 3")) {
                assertTrue(pair.ours().shell("ike:log-level " + level).ok());
            }
            int peers = pair.peer().mark();
            pair.up(Starter.JCHARON, "itest", "net");
            String ours = onceItHas(file, "encryption responder key => ");
            for (String key : List.of("Sk_d secret", "Sk_ei secret", "Sk_pr secret", "encryption initiator key")) {
                assertEquals(octets(pair.peer().since(peers), key), octets(ours, key), key);
            }
            octets(ours, "sending packet");
            octets(ours, "received packet");
            assertEquals(0, pair.ours().count(0, "secret => "), "on the console");
        }
    }

    private static String onceItHas(Path file, String text) {
        Await.until(text, Daemon.SOON, () -> read(file).contains(text));
        return read(file);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first sixteen of those that are printed under a name. */
    private static String octets(String log, String name) {
        Matcher m = Pattern.compile(name + " => \\d+ bytes[^\\n]*\\n[^\\n]*\\] +0: ((?:[0-9A-F]{2} ){16})")
                .matcher(log);
        assertTrue(m.find(), () -> "no " + name);
        return m.group(1);
    }
}
