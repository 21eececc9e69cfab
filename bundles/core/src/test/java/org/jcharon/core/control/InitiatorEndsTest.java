// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.kernel.KernelRegistry;
import org.jcharon.core.sa.IkePath;
import org.jcharon.lib.testkit.FakeKernelNet;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of the addresses on both sides an initiator uses. */
class InitiatorEndsTest {

    private final ImmediateProcessor processor = new ImmediateProcessor();
    private final FakeKernelNet net =
            new FakeKernelNet(address("192.0.2.1"), address("198.51.100.7"), address("2001:db8::1"));
    private final InitiatorEnds ends = new InitiatorEnds(
            processor,
            new KernelRegistry() {
                @Override
                public Optional<KernelIpsec> ipsec() {
                    return Optional.empty();
                }

                @Override
                public Optional<KernelNet> net() {
                    return Optional.of(net);
                }
            },
            () -> 1500,
            InitiatorEndsTest::resolve);

    private static InetAddress[] resolve(String name) throws UnknownHostException {
        if (!name.equals("peer.example")) {
            throw new UnknownHostException(name);
        }
        return new InetAddress[] {address("2001:db8::9"), address("192.0.2.9")};
    }

    private static InetAddress address(String text) {
        return Addresses.literal(text).orElseThrow();
    }

    private CompletableFuture<IkePath> find(String local, String remote) {
        CompletableFuture<IkePath> found = ends.find(IkeConfig.builder()
                        .localAddresses(list(local))
                        .remoteAddresses(list(remote))
                        .build())
                .toCompletableFuture();
        processor.runAll();
        return found;
    }

    private static List<String> list(String text) {
        return Stream.of(text.split(" ")).filter(entry -> !entry.isEmpty()).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "%any, 192.0.2.2, 192.0.2.1, 192.0.2.2",
        "'', 192.0.2.2, 192.0.2.1, 192.0.2.2",
        "%any, 2001:db8::2, 2001:db8::1, 2001:db8::2",
        "%any6, 192.0.2.2 2001:db8::2, 2001:db8::1, 2001:db8::2",
        "198.51.100.7, 192.0.2.2, 198.51.100.7, 192.0.2.2",
        "203.0.113.1 198.51.100.7, 192.0.2.2, 198.51.100.7, 192.0.2.2",
        "198.51.100.0/24, 192.0.2.2, 198.51.100.7, 192.0.2.2",
        "198.51.100.1-198.51.100.9, 192.0.2.2, 198.51.100.7, 192.0.2.2",
        "10.0.0.0/8 %any, 192.0.2.2, 192.0.2.1, 192.0.2.2",
        "2001:db8::1, 192.0.2.2, 192.0.2.1, 192.0.2.2",
        "2001:db8::1 %any, 192.0.2.2, 192.0.2.1, 192.0.2.2",
        "%any, 10.0.0.0/8 %any 192.0.2.9 192.0.2.2, 192.0.2.1, 192.0.2.9",
        "%any4, 2001:db8::2 192.0.2.9, 192.0.2.1, 192.0.2.9",
        "%any, peer.example, 2001:db8::1, 2001:db8::9",
        "%any4, peer.example, 192.0.2.1, 192.0.2.9",
        "192.0.2.1, %peer.example, 2001:db8::1, 2001:db8::9",
        "%any, no-such-name.invalid 192.0.2.2, 192.0.2.1, 192.0.2.2",
    })
    void takesTheFirstThatFits(String local, String remote, String ours, String theirs) {
        IkePath found = find(local, remote).join();
        assertEquals(ours + "[1500]", found.local().toString());
        assertEquals(theirs + "[500]", found.remote().toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "%any | %any | unable to initiate to %any: remote_addrs names no definite address",
                "%any | 10.0.0.0/8 | unable to initiate to %any: remote_addrs names no definite address",
                "203.0.113.1 | 192.0.2.2 | local_addrs: 203.0.113.1 is on no interface of this host",
                "%any | no-such-name.invalid | remote_addrs: no address found for 'no-such-name.invalid'",
                "no-such-name.invalid | 192.0.2.2 | local_addrs: no address found for 'no-such-name.invalid'",
                "10.0.0.0/8 | 192.0.2.2 | no route to 192.0.2.2 with a source address of ours",
            })
    void saysWhyNothingFits(String local, String remote, String reason) {
        CompletableFuture<IkePath> found = find(local, remote);
        assertTrue(found.isCompletedExceptionally());
        try {
            found.join();
        } catch (CompletionException e) {
            assertEquals(reason, e.getCause().getMessage());
        }
    }

    @Test
    void resolvesMoreNamesThanMayBeAskedForAtOnce() {
        assertEquals(
                "192.0.2.9[500]",
                find("%any4", "a.invalid b.invalid c.invalid d.invalid e.invalid peer.example")
                        .join()
                        .remote()
                        .toString());
    }
}
