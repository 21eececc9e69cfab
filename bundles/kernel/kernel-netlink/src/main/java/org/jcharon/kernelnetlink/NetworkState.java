// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernelnetlink;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.NetlinkAttributes;
import org.jcharon.lib.linux.NetlinkMessage;

/** Interfaces and addresses as the kernel told them, and which of the addresses are virtual IPs of ours. Any thread. */
final class NetworkState {

    /** What a message changed. */
    enum Change {
        NONE,
        LINK,
        ADDRESS
    }

    /** An interface. {@code usable}: not excluded by the settings. */
    record Link(int index, String name, boolean up, boolean loopback, boolean usable) {}

    private record Address(InetAddress ip, int prefixLength, int link, int scope, int flags) {}

    private record AddressKey(InetAddress ip, int link) {}

    private final Predicate<String> usable;
    private final Map<Integer, Link> links = new HashMap<>(); // all guarded by this
    private final Map<AddressKey, Address> addresses = new LinkedHashMap<>();
    private final Set<InetAddress> virtual = new HashSet<>();
    // Virtual IPs that were deleted; the kernel's event about it is still to come.
    private final Set<InetAddress> fading = new HashSet<>();
    // Addresses that only excluded interfaces have; a copy made at each change, for those who look at each packet.
    private volatile Set<InetAddress> excluded = Set.of();

    NetworkState(Predicate<String> usable) {
        this.usable = usable;
    }

    /** Replaces everything that the kernel told by two dumps. */
    synchronized void replace(List<NetlinkMessage> linkDump, List<NetlinkMessage> addressDump) throws LinuxException {
        links.clear();
        addresses.clear();
        fading.clear();
        for (NetlinkMessage message : linkDump) {
            take(message);
        }
        for (NetlinkMessage message : addressDump) {
            take(message);
        }
        exclude();
    }

    /** Asks again which interfaces are usable; whether that changed anything. */
    synchronized boolean reconsider() {
        boolean changed = false;
        for (Link link : List.copyOf(links.values())) {
            Link now = new Link(link.index(), link.name(), link.up(), link.loopback(), usable.test(link.name()));
            changed |= !now.equals(links.put(now.index(), now));
        }
        exclude();
        return changed;
    }

    private void exclude() {
        Set<InetAddress> found = new HashSet<>();
        if (links.values().stream().anyMatch(link -> !link.usable())) {
            addresses.keySet().stream().filter(key -> !isOnUsable(key)).forEach(key -> found.add(key.ip()));
            addresses.keySet().stream().filter(this::isOnUsable).forEach(key -> found.remove(key.ip()));
        }
        if (!found.equals(excluded)) {
            excluded = Set.copyOf(found);
        }
    }

    private boolean isOnUsable(AddressKey key) {
        Link link = links.get(key.link());
        return link == null || link.usable();
    }

    /** Whether only interfaces have the address that the settings exclude. */
    boolean isExcluded(InetAddress ip) {
        Set<InetAddress> now = excluded;
        return !now.isEmpty() && now.contains(ip);
    }

    /** Takes an event in. */
    synchronized Change apply(NetlinkMessage message) throws LinuxException {
        Change change = take(message);
        exclude();
        return change;
    }

    private Change take(NetlinkMessage message) throws LinuxException {
        return switch (message.type()) {
            case Rt.NEWLINK -> link(message);
            case Rt.DELLINK -> dropLink(message.u32(4));
            case Rt.NEWADDR, Rt.DELADDR -> address(message);
            default -> Change.NONE;
        };
    }

    private Change link(NetlinkMessage message) throws LinuxException {
        int index = message.u32(4);
        int flags = message.u32(8);
        NetlinkAttributes attributes = message.attributes(Rt.IFINFOMSG_OCTETS);
        if (message.u8(0) != Rt.AF_UNSPEC || !attributes.has(Rt.IFLA_IFNAME)) {
            return Change.NONE; // about a bridge port or IPv6 parameters, not about the interface
        }
        String name = attributes.text(Rt.IFLA_IFNAME);
        Link now = new Link(index, name, (flags & Rt.IFF_UP) != 0, (flags & Rt.IFF_LOOPBACK) != 0, usable.test(name));
        Link before = links.put(index, now);
        if (now.equals(before)) {
            return Change.NONE;
        }
        boolean counts = now.usable() && (now.up() || before != null && before.up());
        return counts ? Change.LINK : Change.NONE;
    }

    private Change dropLink(int index) {
        addresses.keySet().removeIf(key -> key.link() == index);
        Link gone = links.remove(index);
        return gone != null && gone.usable() && gone.up() ? Change.LINK : Change.NONE;
    }

    private Change address(NetlinkMessage message) throws LinuxException {
        NetlinkAttributes attributes = message.attributes(Rt.IFADDRMSG_OCTETS);
        int type = attributes.has(Rt.IFA_LOCAL) ? Rt.IFA_LOCAL : Rt.IFA_ADDRESS;
        Optional<byte[]> octets = attributes.octets(type);
        if (octets.isEmpty()) {
            return Change.NONE;
        }
        Address now = new Address(
                Rt.address(octets.get()),
                message.u8(1),
                message.u32(4),
                message.u8(3),
                attributes.u32(Rt.IFA_FLAGS, message.u8(2)));
        AddressKey key = new AddressKey(now.ip(), now.link());
        Link link = links.get(now.link());
        boolean counts = now.scope() < Rt.SCOPE_LINK
                && !isVirtual(now.ip())
                && link != null
                && link.usable()
                && !link.loopback();
        if (message.type() == Rt.DELADDR) {
            fading.remove(now.ip());
            return addresses.remove(key) != null && counts ? Change.ADDRESS : Change.NONE;
        }
        // An address that has been tentative is new to us at the moment when it ceases to be.
        Address before = addresses.put(key, now);
        boolean appeared = (before == null || isTentative(before)) && !isTentative(now);
        return appeared && counts ? Change.ADDRESS : Change.NONE;
    }

    private static boolean isTentative(Address address) {
        return (address.flags() & Rt.IFA_F_TENTATIVE) != 0;
    }

    /** From now on an address is a virtual IP of ours: not to be chosen, and no news. */
    synchronized void addVirtual(InetAddress ip) {
        virtual.add(ip);
        fading.remove(ip);
    }

    /**
     * No virtual IP any more.
     *
     * @param eventToCome whether the kernel is still going to tell that the address is gone
     */
    synchronized void removeVirtual(InetAddress ip, boolean eventToCome) {
        if (virtual.remove(ip) && eventToCome) {
            fading.add(ip);
        }
    }

    synchronized boolean isVirtual(InetAddress ip) {
        return virtual.contains(ip) || fading.contains(ip);
    }

    synchronized Optional<Link> link(int index) {
        return Optional.ofNullable(links.get(index));
    }

    synchronized Optional<Link> link(String name) {
        return links.values().stream().filter(link -> link.name().equals(name)).findFirst();
    }

    synchronized boolean isUsable(int index) {
        Link link = links.get(index);
        return link != null && link.up() && link.usable();
    }

    /** Addresses to be offered to a peer. */
    synchronized List<InetAddress> regularAddresses() {
        List<InetAddress> found = new ArrayList<>();
        for (Address address : addresses.values()) {
            Link link = links.get(address.link());
            if (link != null && !link.loopback() && isRegular(address)) {
                found.add(address.ip());
            }
        }
        return List.copyOf(found);
    }

    private boolean isRegular(Address address) {
        return isUsable(address.link())
                && address.scope() < Rt.SCOPE_LINK
                && !isTentative(address)
                && !isVirtual(address.ip());
    }

    /** Whether an interface that is up has the address. */
    synchronized boolean isLocal(InetAddress ip) {
        return linkOf(ip).isPresent() || virtual.contains(ip) || ip.isLoopbackAddress() && ip instanceof Inet4Address;
    }

    /** The interface, up, that has the address. */
    synchronized Optional<Link> linkOf(InetAddress ip) {
        return addresses.values().stream()
                .filter(address -> address.ip().equals(ip))
                .map(address -> links.get(address.link()))
                .filter(link -> link != null && link.up())
                .findFirst();
    }

    /** Whether an address can be used as a source on an interface: it is there and no virtual IP. */
    synchronized boolean isOn(InetAddress ip, int link) {
        Address address = addresses.get(new AddressKey(ip, link));
        return address != null && !isTentative(address) && !isVirtual(ip);
    }

    /** The best source address on an interface for packets to {@code near}, which is the next hop. */
    synchronized Optional<InetAddress> sourceOn(int link, InetAddress near) {
        byte[] target = near.getAddress();
        return addresses.values().stream()
                .filter(address -> address.link() == link
                        && address.ip().getAddress().length == target.length
                        && (isRegular(address) || near.isLinkLocalAddress() && isOn(address.ip(), link)))
                .min(Comparator.<Address>comparingInt(
                                address -> address.flags() & (Rt.IFA_F_DEPRECATED | Rt.IFA_F_TEMPORARY))
                        .thenComparingInt(address ->
                                Rt.samePrefix(address.ip().getAddress(), target, address.prefixLength()) ? 0 : 1))
                .map(Address::ip);
    }
}
