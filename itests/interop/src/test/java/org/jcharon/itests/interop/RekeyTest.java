// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rekeying with strongSwan from each side while packets flow. */
@Interop
class RekeyTest {

    /** What is rekeyed. */
    enum Kind {
        CHILD_SA,
        IKE_SA
    }

    private static Pair pair;

    @BeforeAll
    static void start() {
        pair = Pair.of(Connection.psk());
        pair.up(Starter.JCHARON, "itest", "net");
    }

    @AfterAll
    static void end() {
        if (pair != null) {
            pair.close();
        }
    }

    static Stream<Arguments> matrix() {
        return Stream.of(Kind.values()).flatMap(k -> Stream.of(Starter.values()).map(s -> Arguments.of(k, s)));
    }

    @ParameterizedTest(name = "{0} by {1}")
    @MethodSource("matrix")
    void carriesATransferOnThroughARekeying(Kind kind, Starter starter) {
        try (Transfer transfer = Transfer.start(pair.ours().site(), pair.peer().site(), 100 * Transfer.MEBIBYTE)) {
            rekey(kind, starter);
            transfer.finish();
        }
        rekeyedOnce();
    }

    @ParameterizedTest(name = "{0} by {1}")
    @MethodSource("matrix")
    void losesNoneOfAThousandPacketsASecondThroughARekeying(Kind kind, Starter starter) {
        try (Numbered stream = Numbered.start(pair.ours().site(), pair.peer().site())) {
            rekey(kind, starter);
            stream.finish();
        }
        rekeyedOnce();
    }

    /** And counts the DELETEs that the peer saw: one pair for the SA that was replaced. */
    private static void rekey(Kind kind, Starter starter) {
        StrongSwan peer = pair.peer();
        int mark = peer.mark();
        Daemon daemon = pair.starter(starter);
        Command.Result result = kind == Kind.CHILD_SA ? daemon.rekeyChild("net") : daemon.rekeyIke("itest");
        assertTrue(result.ok(), result::output);
        if (kind == Kind.CHILD_SA) {
            peer.awaitLog(
                    mark, "(?s)(sending|received) DELETE for ESP CHILD_SA.*(sending|received) DELETE for ESP CHILD_SA");
            peer.awaitLog(mark, "CHILD_SA closed");
            assertEquals(1, peer.count(mark, "sending DELETE for ESP CHILD_SA"));
            assertEquals(1, peer.count(mark, "received DELETE for ESP CHILD_SA"));
        } else {
            peer.awaitLog(mark, "IKE_SA deleted");
            assertEquals(1, peer.count(mark, "(sending|received) DELETE for IKE_SA"));
        }
        assertEquals(1, peer.count(mark, "(parsed|generating) INFORMATIONAL request \\d+ \\[ D \\]"));
    }

    private static void rekeyedOnce() {
        Await.until(
                "one IKE_SA with one CHILD_SA on both sides",
                Daemon.SOON,
                () -> pair.ours().ikeSas() == 1
                        && pair.peer().ikeSas() == 1
                        && pair.ours().installedChildren() == 1
                        && pair.peer().installedChildren() == 1);
    }
}
