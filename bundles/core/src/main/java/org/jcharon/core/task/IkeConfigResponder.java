// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.attribute.ConfigurationAttribute;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.attribute.Leases;
import org.jcharon.core.message.CpPayload;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeSettings;

/** Assigns virtual IPs and attributes to a peer that asks for them (RFC 7296 section 2.19). */
final class IkeConfigResponder implements Task {

    private static final Log LOG = Log.of("ike");
    private static final int MAX_ADDRESSES = 8;

    private final IkeSa ike;
    private final List<InetAddress> requested = new ArrayList<>();
    private final List<CompletableFuture<Optional<InetAddress>>> acquired = new ArrayList<>();
    private CompletableFuture<List<ConfigurationAttribute>> attributes;
    private boolean asked;

    IkeConfigResponder(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_CONFIG;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        for (CpPayload payload : in.all(CpPayload.class)) {
            if (payload.cfgType() == ConfigurationTypes.REQUEST) {
                asked = true;
                payload.attributes().forEach(this::read);
            }
        }
        if (!asked || ike.peerConfig().pools().isEmpty()) {
            return asked ? TaskResult.NEED_MORE : TaskResult.DONE;
        }
        for (InetAddress address : requested) {
            LOG.control("peer requested virtual IP {}", address.isAnyLocalAddress() ? "%any" : Addresses.text(address));
            acquired.add(ike.services()
                    .attributes()
                    .acquire(
                            ike.peerConfig().pools(),
                            ike.remoteId(),
                            ike.remote().address(),
                            address)
                    .toCompletableFuture());
        }
        attributes = ike.services()
                .attributes()
                .attributes(ike.peerConfig().pools(), ike.remoteId())
                .toCompletableFuture();
        List<CompletableFuture<?>> all = new ArrayList<>(acquired);
        all.add(attributes);
        return new TaskResult.Wait(
                CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)), IkeSettings.WAIT_LIMIT);
    }

    private void read(ConfigurationAttribute attribute) {
        boolean ipv4 = attribute.type() == ConfigurationAttribute.INTERNAL_IP4_ADDRESS;
        boolean ipv6 = attribute.type() == ConfigurationAttribute.INTERNAL_IP6_ADDRESS;
        if ((!ipv4 && !ipv6) || requested.size() == MAX_ADDRESSES) {
            return;
        }
        int octets = ipv4 ? 4 : 16;
        int length = attribute.value().length();
        // RFC 7296 section 3.15.1: an address, that of IPv6 with its prefix length, or nothing for any
        if (length != 0 && length != octets && !(ipv6 && length == octets + 1)) {
            LOG.control("request for a virtual IP with {} octets ignored", length);
            return;
        }
        requested.add(Addresses.ofOctets(
                length == 0
                        ? new byte[octets]
                        : attribute.value().slice(0, octets).toArray()));
    }

    /** Leases that are granted when nobody waits any more go back at once. */
    @Override
    public void abandon(String reason) {
        List<String> pools =
                ike.peerConfig() == null ? List.of() : ike.peerConfig().pools();
        Identification peer = ike.remoteId();
        Leases leases = ike.services().attributes();
        acquired.forEach(lease ->
                lease.thenAccept(granted -> granted.ifPresent(address -> leases.release(pools, peer, address))));
        acquired.clear();
    }

    @Override
    public TaskResult resume() {
        for (CompletableFuture<Optional<InetAddress>> lease : acquired) {
            if (!lease.isCompletedExceptionally()) {
                lease.join().ifPresent(address -> {
                    LOG.control("assigning virtual IP {} to peer '{}'", Addresses.text(address), ike.remoteId());
                    ike.remoteVirtualIps().add(address);
                });
            }
        }
        acquired.clear();
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        if (!requested.isEmpty() && ike.remoteVirtualIps().isEmpty()) {
            LOG.control("no virtual IP found, sending INTERNAL_ADDRESS_FAILURE");
            out.notify(NotifyType.INTERNAL_ADDRESS_FAILURE);
            return TaskResult.DONE;
        }
        List<ConfigurationAttribute> reply = new ArrayList<>();
        for (InetAddress address : ike.remoteVirtualIps()) {
            boolean ipv6 = address.getAddress().length == 16;
            Chunk octets = Chunk.of(address.getAddress());
            reply.add(new ConfigurationAttribute(
                    ipv6 ? ConfigurationAttribute.INTERNAL_IP6_ADDRESS : ConfigurationAttribute.INTERNAL_IP4_ADDRESS,
                    ipv6 ? Chunk.concat(octets, Chunk.of((byte) 128)) : octets));
        }
        if (attributes != null && !attributes.isCompletedExceptionally() && attributes.isDone()) {
            reply.addAll(attributes.join());
        }
        if (!reply.isEmpty()) {
            out.add(new CpPayload(ConfigurationTypes.REPLY, reply));
        }
        return TaskResult.DONE;
    }
}
