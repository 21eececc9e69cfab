// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.util.ArrayList;
import java.util.List;

/**
 * Two network namespaces joined by a veth pair, or by a router that masquerades the left one. The outer addresses are
 * 192.0.2.1 and 192.0.2.2 (behind the router 198.51.100.2), the protected ones 10.11.0.1 and .2, and 10.12.0.1 and .2.
 */
final class Namespaces implements AutoCloseable {

    private final List<String> names = new ArrayList<>();
    private final Site left;
    private final Site right;

    private Namespaces(boolean nat) {
        String prefix = Lab.name() + "-" + Lab.number();
        String leftNs = add(prefix + "l");
        String rightNs = add(prefix + "r");
        if (nat) {
            String router = add(prefix + "n");
            join(leftNs, "198.51.100.2", router, "198.51.100.1", "in0");
            join(router, "192.0.2.1", rightNs, "192.0.2.2", "out0");
            Command.ok("ip", "-n", leftNs, "route", "add", "default", "via", "198.51.100.1");
            Command.ok("ip", "netns", "exec", router, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
            Command.ok(
                    "ip",
                    "netns",
                    "exec",
                    router,
                    "nft",
                    "table ip masq { chain post { type nat hook postrouting priority 100; oifname \"out0\" meta l4proto udp"
                            + " masquerade to :20000-30000; oifname \"out0\" masquerade; }; }");
            left = new Site("left", leftNs, "198.51.100.2", "192.0.2.2", "10.11.0.1");
        } else {
            join(leftNs, "192.0.2.1", rightNs, "192.0.2.2", "veth0");
            left = new Site("left", leftNs, "192.0.2.1", "192.0.2.2", "10.11.0.1");
        }
        right = new Site("right", rightNs, "192.0.2.2", "192.0.2.1", "10.12.0.1");
        for (Site site : List.of(left, right)) {
            Command.ok("ip", "-n", site.namespace(), "addr", "add", site.inner() + "/32", "dev", "lo");
            Command.ok("ip", "-n", site.namespace(), "addr", "add", site.second() + "/32", "dev", "lo");
        }
    }

    static Namespaces plain() {
        return new Namespaces(false);
    }

    /** The left site is behind a NAT that changes its port. */
    static Namespaces withNat() {
        return new Namespaces(true);
    }

    Site left() {
        return left;
    }

    Site right() {
        return right;
    }

    private String add(String name) {
        Command.ok("ip", "netns", "add", name);
        names.add(name);
        Command.ok("ip", "-n", name, "link", "set", "lo", "up");
        return name;
    }

    private static void join(String one, String oneAddress, String two, String twoAddress, String device) {
        Command.ok("ip", "link", "add", device, "netns", one, "type", "veth", "peer", "name", device, "netns", two);
        address(one, oneAddress, device);
        address(two, twoAddress, device);
    }

    private static void address(String namespace, String address, String device) {
        Command.ok("ip", "-n", namespace, "addr", "add", address + "/24", "dev", device);
        Command.ok("ip", "-n", namespace, "link", "set", device, "up");
    }

    @Override
    public void close() {
        names.forEach(Namespaces::remove);
    }

    /** Removes what starts with {@code prefix}, with the processes in it. */
    static void removeAll(String prefix) {
        for (String line : Command.run("ip", "netns", "list").output().split("\n", -1)) {
            String name = line.split(" ", 2)[0];
            if (name.startsWith(prefix + "-")) {
                remove(name);
            }
        }
    }

    private static void remove(String name) {
        for (String pid : Command.run("ip", "netns", "pids", name).output().split("\n", -1)) {
            if (pid.matches("\\d+")) {
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
        Command.run("ip", "netns", "del", name);
    }
}
