// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.config.PeerConfig;
import org.junit.jupiter.api.Test;

class CompleterTest {

    private final Fakes fakes = new Fakes();
    private final Completer completer = new Completer(fakes.service(BackendManager.class));

    CompleterTest() {
        PeerConfig peer = PeerConfig.builder()
                .name("home")
                .ike(IkeConfig.builder().build())
                .children(List.of(
                        ChildConfig.builder().name("net").build(),
                        ChildConfig.builder().name("two words").build()))
                .build();
        fakes.answers.put("peerConfigs", CompletableFuture.completedFuture(List.of(peer)));
    }

    @Test
    void offersCommandsWithAndWithoutScope() {
        assertEquals(List.of("list-policies", "list-pools"), completer.apply("list-po"));
        assertEquals(List.of("ike:list-policies", "ike:list-pools"), completer.apply("ike:list-po"));
        assertEquals(List.of("diagnose"), completer.apply("help dia"));
        assertEquals(Usages.ALL.size(), completer.apply("").size());
    }

    @Test
    void offersNamesWhereNamesStand() {
        assertEquals(List.of("'two words'", "net"), completer.apply("ike:up "));
        assertEquals(List.of("home"), completer.apply("up --ike "));
        assertEquals(List.of("net"), completer.apply("up --ike home n"));
        assertEquals(List.of("home"), completer.apply("diagnose h"));
        assertEquals(List.of("'two words'", "home", "net"), completer.apply("down "));
    }

    @Test
    void offersOptionsThatAreNotGivenYet() {
        assertEquals(List.of("--help", "--leases"), completer.apply("list-pools --json --"));
        assertEquals(List.of("--help", "--json"), completer.apply("stats "));
    }

    @Test
    void offersGroupsAndLevels() {
        assertTrue(completer.apply("log-level ").containsAll(List.of("ike", "net", "2", "off")));
        assertEquals(List.of("2"), completer.apply("log-level ike 2"));
    }

    @Test
    void offersNothingForWhatItDoesNotKnow() {
        assertEquals(List.of(), completer.apply("lb -"));
        assertEquals(List.of(), completer.apply("up --timeout "));
        assertEquals(List.of(), completer.apply("check-config relative"));
        fakes.answers.put("peerConfigs", CompletableFuture.failedFuture(new IllegalStateException("gone")));
        assertEquals(List.of(), completer.apply("diagnose h"));
    }
}
