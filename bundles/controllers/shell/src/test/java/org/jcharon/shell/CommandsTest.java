// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.jcharon.api.bus.Bus;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.control.TraceInfo;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.ProposalException;
import org.jcharon.api.crypto.ProposalParser;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.kernel.UsageStats;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaId;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Endpoint;
import org.junit.jupiter.api.Test;

class CommandsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");

    private final ByteArrayOutputStream console = new ByteArrayOutputStream();
    private final List<String> calls = new ArrayList<>();
    private final Map<String, Object> answers = new HashMap<>();
    private final Map<String, Object> variables = new HashMap<>();

    /** Answers each method by name from {@link #answers} and notes the call. */
    private <T> T fake(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    calls.add(method.getName() + (arguments == null ? "" : List.of(texts(arguments))));
                    Object answer = answers.get(method.getName());
                    if (answer instanceof RuntimeException e) {
                        throw e;
                    }
                    return answer;
                }));
    }

    private Object[] texts(Object[] arguments) {
        Object[] texts = new Object[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            if (arguments[i] instanceof LogListener log && log.level("ike") == 1) {
                log.log(fixed(
                        LogListener.LogRecord.class, Map.of("group", "ike", "level", 1, "text", "initiating\nIKE_SA")));
            }
            texts[i] = arguments[i] instanceof LogListener ? "log" : String.valueOf(arguments[i]);
        }
        return texts;
    }

    private static <T> T fixed(Class<T> type, Map<String, Object> values) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (!values.containsKey(method.getName())) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return values.get(method.getName());
                }));
    }

    private String run(Function command, Object... arguments) throws Exception {
        console.reset();
        PrintStream out = new PrintStream(console, true, StandardCharsets.UTF_8);
        CommandSession session = (CommandSession) Proxy.newProxyInstance(
                CommandSession.class.getClassLoader(),
                new Class<?>[] {CommandSession.class},
                (proxy, method, each) -> method.getName().equals("get") ? variables.get((String) each[0]) : out);
        command.execute(session, List.of(arguments));
        return console.toString(StandardCharsets.UTF_8);
    }

    private String failure(Function command, Object... arguments) {
        return assertThrows(CommandFailed.class, () -> run(command, arguments)).getMessage();
    }

    private static Endpoint endpoint(String address, int port) {
        return new Endpoint(Addresses.literal(address).orElseThrow(), port);
    }

    private static IkeSaInfo sa() throws ProposalException {
        Map<String, Object> child = new HashMap<>();
        child.put("name", "net");
        child.put("uniqueId", 1L);
        child.put("reqid", 1);
        child.put("markIn", 0x2A_0000_00FFL);
        child.put("markOut", 0L);
        child.put("ifIdIn", 0);
        child.put("ifIdOut", 0);
        child.put("state", ChildSaState.INSTALLED);
        child.put("mode", ChildConfig.Mode.TUNNEL);
        child.put("protocol", ProtocolId.ESP);
        child.put("encapsulated", true);
        child.put("spiIn", 0xc1234567);
        child.put("spiOut", 0x00abcdef);
        child.put("proposal", Optional.of(ProposalParser.parse(ProtocolId.ESP, "aes128gcm16-none")));
        child.put(
                "localSelectors",
                List.of(TrafficSelector.ofPrefix(endpoint("10.1.0.0", 0).address(), 16)));
        child.put(
                "remoteSelectors",
                List.of(TrafficSelector.ofPrefix(endpoint("10.2.0.0", 0).address(), 16)));
        child.put("usageIn", new UsageStats(840, 10, 3));
        child.put("usageOut", UsageStats.NONE);
        child.put("installedAt", NOW.minusSeconds(5));
        child.put("rekeyAt", Optional.of(NOW.plusSeconds(100)));
        child.put("endsAt", Optional.empty());
        Map<String, Object> ike = new HashMap<>();
        ike.put("name", "acc");
        ike.put("uniqueId", 1L);
        ike.put("id", new IkeSaId(0x1122334455667788L, 0xffeeddccbbaa0099L, true));
        ike.put("state", IkeSaState.ESTABLISHED);
        ike.put("local", endpoint("192.0.2.1", 500));
        ike.put("remote", endpoint("192.0.2.2", 4500));
        ike.put("localId", Identification.ofFqdn("left.acc"));
        ike.put("remoteId", Identification.ofFqdn("right\"\n.acc"));
        ike.put("proposal", Optional.of(ProposalParser.parse(ProtocolId.IKE, "aes256-sha256-x25519-ke1_mlkem768")));
        ike.put("natLocal", false);
        ike.put("natRemote", true);
        ike.put("ppk", false);
        ike.put("extensions", List.of("mobike"));
        ike.put("establishedAt", Optional.of(NOW.minusSeconds(6)));
        ike.put("rekeyAt", Optional.of(NOW.plusSeconds(13000)));
        ike.put("reauthAt", Optional.empty());
        ike.put("localVirtualIps", List.of(endpoint("10.3.0.1", 0).address()));
        ike.put("remoteVirtualIps", List.of());
        ike.put("tasksQueued", List.of());
        ike.put("tasksActive", List.of("CHILD_CREATE"));
        ike.put("tasksPassive", List.of());
        ike.put("children", List.of(fixed(ChildSaInfo.class, child)));
        return fixed(IkeSaInfo.class, ike);
    }

    private static TraceInfo trace() {
        List<TraceInfo.Step> steps = new ArrayList<>();
        steps.add(step(TraceInfo.Kind.SENT, "IKE_AUTH request 1 [ IDi AUTH SA TSi TSr ]"));
        steps.add(step(TraceInfo.Kind.RECEIVED, "IKE_AUTH response 1 [ N(AUTH_FAILED) ]"));
        steps.add(step(TraceInfo.Kind.ENDED, "peer answered\u001b[2J AUTHENTICATION_FAILED"));
        return fixed(
                TraceInfo.class,
                Map.of(
                        "uniqueId",
                        7L,
                        "connection",
                        "home",
                        "ends",
                        "192.0.2.1[500] 'moon' ... 192.0.2.2[500] 'sun'",
                        "ended",
                        true,
                        "forgotten",
                        2L,
                        "steps",
                        steps));
    }

    private static TraceInfo.Step step(TraceInfo.Kind kind, String text) {
        return fixed(TraceInfo.Step.class, Map.of("time", NOW, "kind", kind, "text", text));
    }

    @Test
    void tracesAnIkeSaInWordsForAPerson() throws Exception {
        answers.put("trace", Optional.of(trace()));
        answers.put("traces", List.of(trace()));
        Function command = new Trace(fake(Controller.class));
        String text = run(command, "#7");
        assertTrue(calls.contains("trace[7]"), calls.toString());
        assertTrue(text.contains("IKE_SA #7 of home, 192.0.2.1[500] 'moon' ... 192.0.2.2[500] 'sun', gone"), text);
        assertTrue(text.contains("2 earlier steps are forgotten"), text);
        assertTrue(text.contains("we sent   IKE_AUTH request 1"), text);
        assertTrue(text.contains("identity or its proof is not accepted"), text);
        assertFalse(text.contains("\u001b"), text);
        assertTrue(run(command).contains("#7"));
        assertTrue(run(command, "--ike", "other").contains("no IKE_SAs yet"));
        assertTrue(run(command, "7", "--json").startsWith("{\"uniqueId\":7,"), run(command, "7", "--json"));
        assertTrue(failure(command, "seven").contains("'seven'"));
        answers.put("trace", Optional.empty());
        assertTrue(failure(command, "8").contains("#8"));
    }

    @Test
    void listsSasAsSwanctlDoes() throws Exception {
        answers.put("listSas", Stream.of(sa()));
        answers.put("now", NOW);
        assertEquals("""
                acc: #1, ESTABLISHED, IKEv2, 1122334455667788_i* ffeeddccbbaa0099_r
                  local  'left.acc' @ 192.0.2.1[500] [10.3.0.1]
                  remote 'right"\\x0a.acc' @ 192.0.2.2[4500]
                  AES_CBC-256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519/KE1_ML_KEM_768
                  established 6s ago, rekeying in 13000s
                  active:  CHILD_CREATE
                  net: #1, reqid 1, INSTALLED, TUNNEL-in-UDP, ESP:AES_GCM_16-128
                    installed 5s ago, rekeying in 100s
                    in  c1234567,    840 bytes,    10 packets,     3s ago
                    out 00abcdef,      0 bytes,     0 packets
                    mark in 0x2a/0xff
                    local  10.1.0.0/16
                    remote 10.2.0.0/16
                """, run(new ListSas(fake(Controller.class), fake(TimeSource.class))));
    }

    @Test
    void saysThatNothingHasTheNameAskedFor() throws Exception {
        answers.put("listSas", Stream.of(sa()));
        answers.put("now", NOW);
        assertEquals(
                "no IKE_SA and no CHILD_SA is called 'other'\n",
                run(new ListSas(fake(Controller.class), fake(TimeSource.class)), "other"));
    }

    @Test
    void listsSasAsJson() throws Exception {
        answers.put("listSas", Stream.of(sa()));
        answers.put("now", NOW);
        String json = run(new ListSas(fake(Controller.class), fake(TimeSource.class)), "--json");
        assertTrue(json.startsWith("[{\"name\":\"acc\",\"uniqueId\":1,"), json);
        assertTrue(json.contains("\"remoteId\":\"right\\\"\\\\x0a.acc\""), json);
        assertTrue(json.contains("\"state\":\"INSTALLED\",\"mode\":\"TUNNEL\""), json);
        assertTrue(json.contains("\"reauthAt\":null"), json);
        assertEquals(1, json.lines().count());
    }

    @Test
    void upStreamsTheLogAndReportsTheOutcome() throws Exception {
        answers.put("initiate", CompletableFuture.completedFuture(Outcome.done("established CHILD_SA net{1}")));
        Up up = new Up(fake(Controller.class));
        assertEquals("[IKE] initiating\n[IKE] IKE_SA\nestablished CHILD_SA net{1}\n", run(up, "net"));
        run(up, "--ike", "acc", "--timeout", "5");
        assertEquals(List.of("initiate[null, net, PT30S, log]", "initiate[acc, null, PT5S, log]"), calls);
    }

    @Test
    void failuresAreOneLine() {
        answers.put("initiate", CompletableFuture.completedFuture(Outcome.failed("peer not\nresponding")));
        assertEquals("peer not; responding", failure(new Up(fake(Controller.class)), "net"));
        answers.put("initiate", CompletableFuture.failedFuture(new IllegalStateException("no backend")));
        assertEquals("no backend", failure(new Up(fake(Controller.class)), "net"));
        assertTrue(failure(new Up(fake(Controller.class))).startsWith("usage: up [CHILD] [--ike CONNECTION]"));
        assertTrue(failure(new Up(fake(Controller.class)), "--bad").startsWith("unknown option --bad; usage: up"));
        assertTrue(failure(new Up(fake(Controller.class)), "net", "--timeout").contains("needs a value"));
        assertTrue(
                failure(new Up(fake(Controller.class)), "net", "--timeout", "0").contains("1 to 86400"));
    }

    @Test
    void downFindsOutWhatANameIs() throws Exception {
        answers.put("terminate", CompletableFuture.completedFuture(Outcome.done("closed")));
        Down down = new Down(fake(Controller.class));
        for (String name : List.of("net", "acc")) {
            answers.put("listSas", Stream.of(sa()));
            assertTrue(run(down, name).endsWith("closed\n"));
        }
        answers.put("listSas", Stream.of(sa()));
        assertEquals("neither a CHILD_SA nor an IKE_SA is called 'x'", failure(down, "x"));
        run(down, "--ike", "acc", "--force");
        calls.removeIf(call -> call.startsWith("listSas"));
        assertEquals(
                List.of(
                        "terminate[Selector[ikeName=null, ikeId=0, childName=net, childId=0], false, PT30S, log]",
                        "terminate[Selector[ikeName=acc, ikeId=0, childName=null, childId=0], false, PT30S, log]",
                        "terminate[Selector[ikeName=acc, ikeId=0, childName=null, childId=0], true, PT30S, log]"),
                calls);
    }

    @Test
    void rekeysChildrenAndConnections() throws Exception {
        answers.put("rekey", CompletableFuture.completedFuture(Outcome.done("rekeyed")));
        answers.put("listSas", Stream.of(sa()));
        Rekey rekey = new Rekey(fake(Controller.class));
        assertEquals("rekeyed\n", run(rekey, "net"));
        run(rekey, "--ike", "acc", "--reauth");
        assertTrue(calls.get(1).contains("childName=net, childId=0], false"), calls.get(1));
        assertTrue(calls.get(2).contains("ikeName=acc"));
        assertTrue(calls.get(2).contains("], true"));
        assertTrue(failure(rekey, "--child", "net", "--reauth").contains("--reauth is for IKE_SAs"));
    }

    @Test
    void printsStatistics() throws Exception {
        Map<String, Long> statistics = new LinkedHashMap<>();
        statistics.put("ike.established", 2L);
        statistics.put("packets.dropped.header", 0L);
        answers.put("statistics", statistics);
        Stats stats = new Stats(fake(Controller.class));
        assertEquals("ike.established 2\npackets.dropped.header 0\n", run(stats));
        assertEquals("{\"ike.established\":2,\"packets.dropped.header\":0}\n", run(stats, "--json"));
    }

    @Test
    void setsLogLevels() throws Exception {
        LogLevel command = new LogLevel(fake(Bus.class));
        run(command, "IKE", "2");
        run(command, 1);
        assertEquals(List.of("setLogLevel[ike, 2]", "setLogLevel[default, 1]"), calls);
        assertEquals("level '5' is not from -1 to 4, nor off", failure(command, "ike", "5"));
        calls.clear();
        run(command, "--connection", "home", "ike", "2");
        run(command, "off");
        run(command, "--connection", "home", "off");
        assertEquals(
                List.of("setLogLevel[home, ike, 2]", "clearLogLevel[default]", "clearLogLevel[home, default]"), calls);
        answers.put("setLogLevel", new IllegalArgumentException("no log group 'xx'"));
        assertEquals("no log group 'xx'", failure(command, "xx", "1"));
    }

    @Test
    void listsConnections() throws Exception {
        PeerConfig peer = PeerConfig.builder()
                .name("acc")
                .ike(IkeConfig.builder().build())
                .rekeyTime(Duration.ZERO)
                .children(List.of(ChildConfig.builder().name("net").build()))
                .build();
        answers.put("peerConfigs", CompletableFuture.completedFuture(List.of(peer)));
        ListConns command = new ListConns(fake(BackendManager.class));
        String text = run(command);
        assertTrue(text.startsWith("acc: IKEv2, no reauthentication, no rekeying\n  local:  %any\n"), text);
        assertTrue(text.endsWith("  net: TUNNEL, no rekeying\n    local:  dynamic\n    remote: dynamic\n"), text);
        assertTrue(run(command, "--json").startsWith("[{\"name\":\"acc\",\"version\":2,"));
        ChildConfig marked = ChildConfig.builder()
                .name("net")
                .startAction(ChildConfig.StartAction.TRAP_START)
                .dpdAction(ChildConfig.DpdAction.RESTART)
                .markIn(5L << 32 | 0xFF)
                .ifIdOut(7)
                .build();
        PeerConfig more = peer.toBuilder().ppkId("p1").children(List.of(marked)).build();
        answers.put("peerConfigs", CompletableFuture.completedFuture(List.of(more)));
        text = run(command);
        assertTrue(text.contains(", ppk p1\n"), text);
        assertTrue(
                text.contains(", start action trap|start, dpd action restart, mark in 0x5/0xff, if-id out 7\n"), text);
        assertTrue(run(command, "--json").contains("\"marks\":{\"mark in\":\"0x5/0xff\",\"if-id out\":\"7\"}"));
    }

    @Test
    void jsonEscapesWhatIsNoText() {
        assertEquals("\"\\\"\\\\\\u000a\\u2028\\ud800é\uD83D\uDE00\"", Json.of("\"\\\n\u2028\uD800é\uD83D\uDE00"));
        assertEquals(
                "[null,true,1,{\"a\":[]}]", Json.of(java.util.Arrays.asList(null, true, 1, Map.of("a", List.of()))));
        assertFalse(Json.of("\u007F").contains("\u007F"));
    }
}
