// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private enum Kind {
        PLAIN,
        IPV6,
        NAT
    }

    private Namespaces(Kind kind) {
        String prefix = Lab.name() + "-" + Lab.number();
        String leftNs = add(prefix + "l");
        String rightNs = add(prefix + "r");
        if (kind == Kind.NAT) {
            String router = add(prefix + "n");
            join(leftNs, "198.51.100.2", router, "198.51.100.1", "in0");
            join(router, "192.0.2.1", rightNs, "192.0.2.2", "out0");
            Command.ok("ip", "-n", leftNs, "route", "add", "default", "via", "198.51.100.1");
            Command.ok("ip", "netns", "exec", router, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
            mapping("192.0.2.1", 20000);
            left = new Site("left", leftNs, "198.51.100.2", "192.0.2.2", "10.11.0.1");
            right = new Site("right", rightNs, "192.0.2.2", "192.0.2.1", "10.12.0.1");
        } else if (kind == Kind.IPV6) {
            join(leftNs, "2001:db8:1::1", rightNs, "2001:db8:1::2", "veth0");
            left = new Site("left", leftNs, "2001:db8:1::1", "2001:db8:1::2", "10.11.0.1");
            right = new Site("right", rightNs, "2001:db8:1::2", "2001:db8:1::1", "10.12.0.1");
        } else {
            join(leftNs, "192.0.2.1", rightNs, "192.0.2.2", "veth0");
            left = new Site("left", leftNs, "192.0.2.1", "192.0.2.2", "10.11.0.1");
            right = new Site("right", rightNs, "192.0.2.2", "192.0.2.1", "10.12.0.1");
        }
        for (Site site : List.of(left, right)) {
            Command.ok("ip", "-n", site.namespace(), "addr", "add", site.inner() + "/32", "dev", "lo");
            Command.ok("ip", "-n", site.namespace(), "addr", "add", site.second() + "/32", "dev", "lo");
        }
    }

    static Namespaces plain() {
        return new Namespaces(Kind.PLAIN);
    }

    /** Outer addresses 2001:db8:1::1 and ::2. */
    static Namespaces ipv6() {
        return new Namespaces(Kind.IPV6);
    }

    /** The left site is behind a NAT that changes its port. */
    static Namespaces withNat() {
        return new Namespaces(Kind.NAT);
    }

    /** Has the router show the left side with this address and with ports of the thousand that begins here; mappings are forgotten. */
    void mapping(String address, int port) {
        String router = names.get(2);
        Command.sh("ip netns exec " + router
                + " nft 'flush ruleset; table ip masq { chain post { type nat hook postrouting"
                + " priority 100; oifname \"out0\" meta l4proto udp masquerade to :" + port + "-" + (port + 999)
                + "; oifname \"out0\" masquerade; }; }'");
        Command.ok("ip", "-n", router, "addr", "flush", "dev", "out0");
        address(router, address, "out0");
    }

    /** Joins both by a second link, where they have these addresses, and leads {@code mover} over it to the other's first address. */
    void secondLink(Site mover, Site other, String moversAddress, String othersAddress) {
        join(mover.namespace(), moversAddress, other.namespace(), othersAddress, "veth1");
        Command.ok(
                "ip", "-n", mover.namespace(), "route", "add", other.address(), "via", othersAddress, "metric", "500");
    }

    /** Has the programs of a site know a name, a line of {@code /etc/hosts}. */
    void hosts(Site site, String line) {
        Path folder = Path.of("/etc/netns", site.namespace());
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n" + line + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes a site's first address away. */
    void loseFirstAddress(Site site) {
        Command.ok("ip", "-n", site.namespace(), "addr", "del", withPrefix(site.address()), "dev", "veth0");
    }

    private static String withPrefix(String address) {
        return address + (address.contains(":") ? "/64" : "/24");
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
        if (address.contains(":")) {
            Command.ok("ip", "-n", namespace, "addr", "add", withPrefix(address), "dev", device, "nodad");
        } else {
            Command.ok("ip", "-n", namespace, "addr", "add", withPrefix(address), "dev", device);
        }
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
        Path folder = Path.of("/etc/netns", name);
        try {
            Files.deleteIfExists(folder.resolve("hosts"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
