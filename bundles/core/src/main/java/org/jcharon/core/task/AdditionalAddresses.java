// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;

/** The lists of other addresses that each side can be reached at (RFC 4555 sections 3.4 and 3.6). */
final class AdditionalAddresses {

    private static final Log LOG = Log.of("ike");
    /** As many as charon names; a peer may refuse messages with more than 20 notifies. */
    private static final int MOST = 8;

    private AdditionalAddresses() {}

    /** Adds ours, in place of what we told before. */
    static void add(IkeSa ike, MessageBuilder out) {
        List<InetAddress> others =
                ike.services().kernel().net().map(KernelNet::localAddresses).orElse(List.of()).stream()
                        .filter(address -> !address.equals(ike.local().address()) && !address.isLinkLocalAddress())
                        .limit(MOST)
                        .toList();
        for (InetAddress address : others) {
            byte[] octets = address.getAddress();
            out.notify(
                    octets.length == 16 ? NotifyType.ADDITIONAL_IP6_ADDRESS : NotifyType.ADDITIONAL_IP4_ADDRESS,
                    Chunk.of(octets));
        }
        if (others.isEmpty()) {
            out.notify(NotifyType.NO_ADDITIONAL_ADDRESSES);
        }
    }

    /** The peer's in a message; empty if it says nothing of them. */
    static Optional<List<InetAddress>> read(IkeMessage in) {
        List<InetAddress> addresses = new ArrayList<>();
        for (NotifyPayload notify : in.all(NotifyPayload.class)) {
            if (notify.notifyType().equals(NotifyType.ADDITIONAL_IP4_ADDRESS)
                    || notify.notifyType().equals(NotifyType.ADDITIONAL_IP6_ADDRESS)) {
                InetAddress address = Addresses.ofOctets(notify.data().toArray());
                LOG.more("got additional MOBIKE peer address: {}", Addresses.text(address));
                addresses.add(address);
            }
        }
        boolean told = !addresses.isEmpty()
                || in.notify(NotifyType.NO_ADDITIONAL_ADDRESSES).isPresent();
        return told ? Optional.of(addresses) : Optional.empty();
    }
}
