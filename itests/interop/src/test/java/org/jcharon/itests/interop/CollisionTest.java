// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jcharon.itests.interop.Pair.Settings;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What jcharon and strongSwan begin at once (RFC 7296 sections 2.8.1, 2.8.2 and 2.25): no packet arrives until both have sent their
 * request, so that each finds its own under way when the other's comes.
 */
@Interop
class CollisionTest {

    /** The common pool has one thread where there are two processors. */
    private static final Executor AT_ONCE = run -> new Thread(run).start();

    private static final String HOLD =
            "table ip jcithold { chain in { type filter hook input priority 0;" + " udp dport { 500, 4500 } drop; }; }";

    private static final String REQUEST = "generating (CREATE_CHILD_SA|INFORMATIONAL) request";

    /** What a side wants. */
    enum Wish {
        REKEY_CHILD,
        REKEY_IKE,
        CLOSE_CHILD,
        CLOSE_IKE;

        Command.Result of(Daemon daemon) {
            return switch (this) {
                case REKEY_CHILD -> daemon.rekeyChild("net");
                case REKEY_IKE -> daemon.rekeyIke("itest");
                case CLOSE_CHILD -> daemon.downChild("net");
                case CLOSE_IKE -> daemon.downIke("itest");
            };
        }
    }

    private static Pair pair;

    @BeforeAll
    static void start() {
        // the peer is not to be given up while packets are held, and repeats soon once they are not
        pair = Pair.of(
                new Settings(
                        new String[] {
                            "charon.retransmit_timeout=0.5",
                            "charon.retransmit_base=1",
                            "charon.retransmit_tries=24",
                            "charon.delete_rekeyed_delay=1"
                        },
                        new String[] {
                            "retransmit_timeout = 0.5",
                            "retransmit_base = 1",
                            "retransmit_tries = 24",
                            "delete_rekeyed_delay = 1"
                        }),
                Connection.psk());
    }

    @AfterAll
    static void end() {
        if (pair != null) {
            pair.close();
        }
    }

    /** A row that failed must not fail those after it. */
    @AfterEach
    void clear() {
        if (pair.peer().ikeSas() > 0) {
            pair.peer().control("--terminate", "--ike", "itest", "--force", "--timeout", "1");
        }
        if (pair.ours().ikeSas() > 0) {
            pair.ours().downIke("itest");
        }
    }

    static Stream<Arguments> both() {
        return Stream.of(
                        List.of(Wish.REKEY_CHILD, Wish.REKEY_CHILD, Starter.JCHARON),
                        List.of(Wish.REKEY_CHILD, Wish.REKEY_CHILD, Starter.STRONGSWAN),
                        List.of(Wish.REKEY_IKE, Wish.REKEY_IKE, Starter.JCHARON),
                        List.of(Wish.REKEY_IKE, Wish.REKEY_IKE, Starter.STRONGSWAN),
                        List.of(Wish.REKEY_CHILD, Wish.REKEY_IKE, Starter.JCHARON),
                        List.of(Wish.REKEY_IKE, Wish.REKEY_CHILD, Starter.STRONGSWAN),
                        List.of(Wish.REKEY_CHILD, Wish.CLOSE_CHILD, Starter.JCHARON),
                        List.of(Wish.CLOSE_CHILD, Wish.REKEY_CHILD, Starter.STRONGSWAN),
                        List.of(Wish.CLOSE_CHILD, Wish.CLOSE_CHILD, Starter.JCHARON),
                        List.of(Wish.REKEY_IKE, Wish.CLOSE_CHILD, Starter.JCHARON),
                        List.of(Wish.CLOSE_CHILD, Wish.REKEY_IKE, Starter.STRONGSWAN),
                        List.of(Wish.REKEY_IKE, Wish.CLOSE_IKE, Starter.JCHARON),
                        List.of(Wish.CLOSE_IKE, Wish.REKEY_IKE, Starter.STRONGSWAN),
                        List.of(Wish.CLOSE_IKE, Wish.CLOSE_IKE, Starter.JCHARON))
                .map(row -> Arguments.of(row.toArray()));
    }

    @ParameterizedTest(name = "we {0}, the peer {1}, the request of {2} arrives first")
    @MethodSource("both")
    void endsTheSameOnBothSides(Wish ours, Wish theirs, Starter first) {
        Daemon one = pair.ours();
        Daemon other = pair.peer();
        pair.up(Starter.JCHARON, "itest", "net");
        int ourMark = one.mark();
        int theirMark = other.mark();
        hold(one);
        hold(other);
        CompletableFuture<Void> begun = CompletableFuture.allOf(
                CompletableFuture.runAsync(() -> ours.of(one), AT_ONCE),
                CompletableFuture.runAsync(() -> theirs.of(other), AT_ONCE));
        try {
            one.awaitLog(ourMark, REQUEST);
            other.awaitLog(theirMark, REQUEST);
            Daemon receiver = first == Starter.JCHARON ? other : one;
            release(receiver);
            receiver.awaitLog(receiver == one ? ourMark : theirMark, "parsed (CREATE_CHILD_SA|INFORMATIONAL) request");
        } finally {
            release(one);
            release(other);
        }
        begun.join();
        boolean closed = ours == Wish.CLOSE_IKE || theirs == Wish.CLOSE_IKE;
        boolean childClosed = closed || ours == Wish.CLOSE_CHILD || theirs == Wish.CLOSE_CHILD;
        settled(closed ? 0 : 1, childClosed ? 0 : 1);
        if (!childClosed) {
            Tunnel.ping(one.site(), other.site());
        }
    }

    /**
     * And nothing else on ours. The peer keeps an IKE_SA of a collision that it has won for a while, if we had not got its answer when it
     * deleted the old one: then nobody can delete it.
     */
    private static void settled(int ikeSas, int children) {
        Await.until(
                Daemon.SOON,
                () -> pair.ours().listSas() + "\n" + pair.peer().listSas(),
                () -> pair.ours().ikeSas() == ikeSas
                        && pair.peer().listSas().split(", ESTABLISHED, IKEv2, ", -1).length - 1 == ikeSas
                        && pair.ours().installedChildren() == children
                        && pair.peer().installedChildren() == children
                        && !pair.ours().listSas().matches("(?s).*\"(REKEYING|REKEYED|DELETING|DELETED)\".*"));
    }

    private static void hold(Daemon daemon) {
        Command.Result result = daemon.site().run("nft", HOLD);
        if (!result.ok()) {
            throw new AssertionError(result.output());
        }
    }

    private static void release(Daemon daemon) {
        daemon.site().run("nft", "delete table ip jcithold");
    }
}
