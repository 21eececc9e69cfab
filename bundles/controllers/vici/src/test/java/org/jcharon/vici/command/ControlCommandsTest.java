// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import static org.jcharon.vici.command.Bench.text;
import static org.jcharon.vici.command.Bench.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.control.Outcome;
import org.jcharon.vici.message.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlCommandsTest {

    private final Bench bench = new Bench();

    private static CompletableFuture<Outcome> ended(Outcome.Kind kind, String reason, int matches, int completed) {
        return CompletableFuture.completedFuture(new Outcome(kind, reason, matches, completed));
    }

    private void sas(int count) {
        bench.answers.put("listSas", (Function<Object[], Object>)
                given -> Stream.generate(Sas::ike).limit(count));
    }

    private String last(String method) {
        return bench.calls.stream()
                .filter(call -> call.startsWith(method + "["))
                .reduce((one, two) -> two)
                .orElse("");
    }

    private LogListener log() {
        Object[] given = bench.arguments.get(bench.arguments.size() - 1);
        return (LogListener) given[given.length - 1];
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NOT_FOUND | CHILD_SA config 'net' not found",
                "TIMEOUT | CHILD_SA 'net' not established after 5000ms",
                "LIMITED | establishing CHILD_SA 'net' not possible at the moment due to limits",
                "FAILED | establishing CHILD_SA 'net' failed: peer is silent"
            })
    void saysWhyNothingWasEstablished(Outcome.Kind kind, String expected) {
        bench.answers.put("initiate", ended(kind, "peer is silent", 0, 0));
        assertEquals(expected, bench.error("initiate", texts("child", "net", "timeout", "5000")));
        assertEquals(
                expected.replace("CHILD_SA", "IKE_SA").replace("net", "home"),
                bench.error("initiate", texts("ike", "home", "timeout", "5000")));
    }

    @Test
    void initiatesWhatIsAskedFor() {
        bench.answers.put("initiate", ended(Outcome.Kind.DONE, "", 0, 0));
        bench.succeeds("initiate", texts("child", "net", "ike", "home", "init-limits", "yes", "timeout", "0x10"));
        assertTrue(last("initiate").startsWith("initiate[home, net, true, PT0.016S, "), last("initiate"));
        assertEquals("missing configuration name", bench.error("initiate", Section.EMPTY));
    }

    @Test
    void aTimeoutOfZeroWaitsUntilItIsKnownOrTheClientGoes() {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        bench.answers.put("initiate", outcome);
        CompletableFuture<Section> answer =
                bench.begin("initiate", texts("child", "net")).toCompletableFuture();
        assertTrue(last("initiate").startsWith("initiate[null, net, false, PT0S, "), last("initiate"));
        assertFalse(answer.isDone());
        assertEquals(List.of(outcome), bench.cancelled);
        outcome.complete(Outcome.done(""));
        assertEquals("success=yes", text(answer.join()));
    }

    @Test
    void aTimeoutOfMinusOneIsAnsweredAtOnceWithoutALog() {
        bench.answers.put("initiate", new CompletableFuture<Outcome>());
        bench.succeeds("initiate", texts("child", "net", "timeout", "-1"));
        assertEquals("initiate[null, net, false, PT0S, null]", last("initiate"));
        assertNull(log());
        assertEquals(List.of(), bench.cancelled, "what was begun goes on when the client leaves");
        bench.answers.put("initiate", ended(Outcome.Kind.NOT_FOUND, "", 0, 0));
        assertEquals(
                "CHILD_SA config 'net' not found", bench.error("initiate", texts("child", "net", "timeout", "-1")));
    }

    @Test
    void theLogGoesToTheCallerAtTheLevelAskedFor() {
        bench.answers.put("initiate", ended(Outcome.Kind.DONE, "", 0, 0));
        bench.succeeds("initiate", texts("child", "net", "loglevel", "2"));
        assertEquals(2, log().level("ike"));
        log().log(Sas.record("home|1", "initiating"));
        log().log(Sas.record("", "x".repeat(70_000)));
        assertEquals(
                "control-log group=IKE level=1 ikesa-name=home ikesa-uniqueid=1 msg=initiating", bench.events.get(0));
        assertTrue(bench.messages.get(1).value("msg").orElseThrow().length() < 0xFFFF, "cut to fit");
        bench.succeeds("initiate", texts("child", "net"));
        assertEquals(1, log().level("ike"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DONE|2|2|2|success=yes matches=2 terminated=2",
                "NOT_FOUND|0|0|0|success=no matches=0 terminated=0 errmsg=no matching SAs to terminate found",
                "FAILED|1|1|0|success=no matches=1 terminated=0 errmsg=terminating SA failed: no answer",
                "TIMEOUT|3|3|1|success=no matches=3 terminated=1 errmsg=not all matching SAs could be terminated"
            })
    void countsWhatIsTerminated(Outcome.Kind kind, int sas, int matches, int completed, String expected) {
        sas(sas);
        bench.answers.put("terminate", ended(kind, "no answer", matches, completed));
        assertEquals(expected, text(bench.run("terminate", texts("ike", "home", "force", "yes", "timeout", "1000"))));
        assertTrue(last("terminate").contains("ikeName=home"), last("terminate"));
        assertTrue(last("terminate").contains("true, PT1S"), last("terminate"));
    }

    @Test
    void terminatesWithoutWaitingOrBySomeSelectorOnly() {
        sas(2);
        bench.answers.put("terminate", new CompletableFuture<Outcome>());
        assertEquals(
                "success=yes matches=2 terminated=2",
                text(bench.run("terminate", texts("child-id", "3", "timeout", "-1"))));
        assertTrue(last("terminate").contains("childId=3"), last("terminate"));
        assertEquals("missing terminate selector", bench.error("terminate", texts("force", "yes")));
        assertEquals("missing terminate selector", bench.error("terminate", texts("ike-id", "many")));
    }

    @Test
    void countsWhatIsRekeyedAndDoesNotWaitForIt() {
        sas(2);
        bench.answers.put("rekey", new CompletableFuture<Outcome>());
        assertEquals("success=yes matches=2", text(bench.run("rekey", texts("ike-id", "0x1", "reauth", "yes"))));
        assertTrue(last("rekey").contains("ikeId=1") && last("rekey").contains("true"), last("rekey"));
        bench.answers.put("rekey", ended(Outcome.Kind.NOT_FOUND, "", 0, 0));
        assertEquals(
                "success=no matches=0 errmsg=no matching SAs to rekey found",
                text(bench.run("rekey", texts("child", "net"))));
        assertEquals("missing rekey selector", bench.error("rekey", Section.EMPTY));
    }

    @Test
    void redirectsToAddressesAndNames() {
        bench.answers.put("redirect", ended(Outcome.Kind.DONE, "", 1, 1));
        for (String gateway : List.of("192.0.2.9", "2001:db8::1", "gw.example.org")) {
            assertEquals(
                    "success=yes matches=1",
                    text(bench.run("redirect", texts("gateway", gateway, "peer-ip", "192.0.2.0/24"))));
        }
        bench.succeeds("redirect", texts("gateway", "gw", "peer-ip", "192.0.2.1-192.0.2.9"));
        assertEquals("missing target gateway", bench.error("redirect", texts("ike", "home")));
        assertEquals("missing redirect selector", bench.error("redirect", texts("gateway", "gw")));
        assertEquals(
                "unsupported gateway identity", bench.error("redirect", texts("gateway", "a@b.org", "ike", "home")));
        for (String address : List.of("nowhere", "192.0.2.1-x", "192.0.2.1/x", "-")) {
            assertEquals(
                    "invalid peer IP selector",
                    bench.error("redirect", texts("gateway", "gw", "peer-ip", address)),
                    address);
        }
        bench.answers.put("redirect", ended(Outcome.Kind.NOT_FOUND, "", 0, 0));
        assertEquals(
                "no matching SAs to redirect found", bench.error("redirect", texts("gateway", "gw", "peer-id", "*")));
    }

    @Test
    void installsAndUninstallsPolicies() {
        bench.answers.put("install", ended(Outcome.Kind.DONE, "", 0, 0));
        bench.answers.put("uninstall", ended(Outcome.Kind.DONE, "", 0, 0));
        bench.succeeds("install", texts("child", "net", "ike", "home"));
        assertEquals("install[home, net]", last("install"));
        bench.succeeds("uninstall", texts("child", "net"));
        assertEquals("missing configuration name", bench.error("install", texts("ike", "home")));
        assertEquals("missing configuration name", bench.error("uninstall", Section.EMPTY));
        bench.answers.put("install", ended(Outcome.Kind.NOT_FOUND, "", 0, 0));
        assertEquals("configuration name not found", bench.error("install", texts("child", "net")));
        bench.answers.put("uninstall", ended(Outcome.Kind.NOT_FOUND, "", 0, 0));
        assertEquals("policy 'net' not found", bench.error("uninstall", texts("child", "net")));
    }

    @Test
    void whatCoreFailsWithReachesTheServer() {
        bench.answers.put("initiate", CompletableFuture.failedFuture(new IllegalStateException("a bug")));
        assertThrows(RuntimeException.class, () -> bench.run("initiate", texts("child", "net")));
    }
}
