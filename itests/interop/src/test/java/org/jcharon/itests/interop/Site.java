// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.util.ArrayList;
import java.util.List;

/**
 * One end of a tunnel.
 *
 * @param name {@code left} or {@code right}, the start of its identity
 * @param namespace network namespace
 * @param address where its daemon speaks IKE
 * @param peer where it reaches the other daemon; not the other's own address if a NAT stands in between
 * @param inner the address that is protected, on the loopback interface
 */
record Site(String name, String namespace, String address, String peer, String inner) {

    /** Another protected address. */
    String second() {
        return inner.substring(0, inner.length() - 1) + "2";
    }

    List<String> exec(List<String> command) {
        return Command.inNamespace(namespace, command);
    }

    Command.Result run(String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        return Command.run(java.time.Duration.ofSeconds(60), exec(all));
    }
}
