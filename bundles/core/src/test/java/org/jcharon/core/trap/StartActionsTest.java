// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.trap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.ChildConfig.StartAction;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.control.PolicyInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.core.control.Policies;
import org.jcharon.lib.testkit.FakeIkeSaInfo;
import org.junit.jupiter.api.Test;

class StartActionsTest {

    private final List<String> done = new ArrayList<>();
    private final List<PeerConfig> entries = new ArrayList<>();
    private CompletableFuture<Outcome> closing; // null: at once
    private String broken = "";
    private final StartActions actions = new StartActions(backends(), controller(), policies());

    private static PeerConfig connection(String name, Duration rekey, ChildConfig... children) {
        return PeerConfig.builder()
                .name(name)
                .ike(IkeConfig.builder().build())
                .rekeyTime(rekey)
                .children(List.of(children))
                .build();
    }

    private static PeerConfig connection(String name, ChildConfig... children) {
        return connection(name, Duration.ofHours(4), children);
    }

    private static ChildConfig child(String name, StartAction action) {
        return ChildConfig.builder().name(name).startAction(action).build();
    }

    private void announce(PeerConfig... configs) {
        entries.clear();
        entries.addAll(List.of(configs));
        actions.changed("swanctl", List.of(configs));
    }

    private List<String> took() {
        List<String> took = List.copyOf(done);
        done.clear();
        return took;
    }

    @Test
    void waitsUntilTheDaemonIsReady() {
        announce(connection("a", child("x", StartAction.START), child("y", StartAction.TRAP)));
        assertEquals(List.of(), took());
        actions.run();
        assertEquals(List.of("initiate a x", "install a y"), took());
        actions.run();
        assertEquals(List.of(), took());
    }

    @Test
    void startsEntriesOfBackendsThatAnnounceNothing() {
        entries.add(connection("a", child("x", StartAction.TRAP_START), child("none", StartAction.NONE)));
        actions.run();
        assertEquals(List.of("install a x", "initiate a x"), took());
    }

    @Test
    void leavesUnchangedChildrenAloneAndUndoesTheRest() {
        ChildConfig kept = child("kept", StartAction.TRAP);
        announce(connection("a", kept, child("gone", StartAction.TRAP)), connection("b", kept));
        actions.run();
        took();
        announce(connection("a", kept, child("new", StartAction.TRAP)), connection("b", Duration.ofHours(1), kept));
        assertEquals(List.of("uninstall a gone", "uninstall b kept", "install a new", "install b kept"), took());
    }

    @Test
    void closesWhatAStartActionBegan() {
        announce(connection("a", child("x", StartAction.START)));
        actions.run();
        took();
        announce();
        assertEquals(List.of("terminate ike 7"), took());
    }

    @Test
    void undoesNothingOfAnotherBackend() {
        announce(connection("a", child("x", StartAction.TRAP)));
        actions.run();
        took();
        actions.changed("vici", List.of(connection("b", child("y", StartAction.TRAP))));
        assertEquals(List.of("install b y"), took());
        actions.changed("vici", List.of());
        assertEquals(List.of("uninstall b y"), took());
    }

    /** What begins anew waits for the end of what it replaces: on an IKE_SA that is being closed it would end with that. */
    @Test
    void startsAChangedChildOnceTheOldOneIsClosed() {
        closing = new CompletableFuture<>();
        actions.run();
        actions.changed("vici", List.of(connection("a", child("x", StartAction.START))));
        took();
        ChildConfig changed = child("x", StartAction.START).toBuilder().reqid(5).build();
        actions.changed("vici", List.of(connection("a", changed)));
        assertEquals(List.of("terminate ike 7"), took());
        closing.complete(Outcome.done("closed"));
        assertEquals(List.of("initiate a x"), took());
    }

    @Test
    void aFaultOfOneChildIsNoneOfTheOthers() {
        broken = "x";
        actions.run();
        actions.changed(
                "vici",
                List.of(connection("a", child("x", StartAction.TRAP)), connection("b", child("y", StartAction.TRAP))));
        assertEquals(List.of("install b y"), took());
    }

    private BackendManager backends() {
        return (BackendManager) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BackendManager.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("peerConfigs")) {
                        return CompletableFuture.completedFuture(List.copyOf(entries));
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    private Controller controller() {
        return (Controller) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Controller.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "initiate" -> did("initiate " + arguments[0] + " " + arguments[1]);
                    case "terminate" -> {
                        CompletionStage<Outcome> done =
                                did("terminate ike " + ((Controller.Selector) arguments[0]).ikeId());
                        yield closing == null ? done : closing;
                    }
                    case "listSas" -> Stream.<IkeSaInfo>of(FakeIkeSaInfo.established("a", 7));
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private CompletionStage<Outcome> did(String what) {
        done.add(what);
        return CompletableFuture.completedFuture(Outcome.done(what));
    }

    private Policies policies() {
        return new Policies() {
            @Override
            public CompletionStage<Outcome> install(PeerConfig config, ChildConfig child) {
                if (child.name().equals(broken)) {
                    throw new IllegalStateException("broken");
                }
                return did("install " + config.name() + " " + child.name());
            }

            @Override
            public boolean uninstall(String connection, String child) {
                did("uninstall " + connection + " " + child);
                return true;
            }

            @Override
            public Stream<PolicyInfo> list() {
                return Stream.empty();
            }
        };
    }
}
