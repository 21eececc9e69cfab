// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ExchangeTest {

    @TempDir
    Path run;

    /** Its socket takes connections although the daemon does not run, as after SIGSTOP. */
    @Test
    @Timeout(60)
    void aStatusIsNotWaitedForWithoutEnd() throws IOException {
        try (ServerSocketChannel stopped = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            stopped.bind(UnixDomainSocketAddress.of(run.resolve("shell")));
            Exchange exchange = new Exchange(run, System.out, System.err, 50);
            String said = assertThrows(LaunchException.class, () -> exchange.ask(Frames.STATUS, "", "", null))
                    .getMessage();
            assertTrue(said.startsWith("the daemon runs, but has not answered within 50 ms"), said);
        }
    }
}
