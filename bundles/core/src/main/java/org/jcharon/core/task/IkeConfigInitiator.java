// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.attribute.ConfigurationAttribute;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.CpPayload;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.VirtualIps;

/** Asks for virtual IPs (RFC 7296 section 2.19) and installs what the peer assigns. */
final class IkeConfigInitiator implements Task {

    private final IkeSa ike;

    IkeConfigInitiator(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_CONFIG;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.IKE_AUTH;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        List<InetAddress> wanted = ike.peerConfig().virtualIps();
        if (wanted.isEmpty()) {
            return TaskResult.DONE;
        }
        List<ConfigurationAttribute> attributes = new ArrayList<>();
        for (InetAddress address : wanted) {
            boolean ipv6 = address.getAddress().length == 16;
            Chunk value = address.isAnyLocalAddress()
                    ? Chunk.EMPTY
                    : ipv6
                            ? Chunk.concat(Chunk.of(address.getAddress()), Chunk.of((byte) 128))
                            : Chunk.of(address.getAddress());
            attributes.add(new ConfigurationAttribute(
                    ipv6 ? ConfigurationAttribute.INTERNAL_IP6_ADDRESS : ConfigurationAttribute.INTERNAL_IP4_ADDRESS,
                    value));
        }
        out.add(new CpPayload(ConfigurationTypes.REQUEST, attributes));
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        for (CpPayload payload : in.all(CpPayload.class)) {
            if (payload.cfgType() == ConfigurationTypes.REPLY) {
                payload.attributes().forEach(this::install);
            }
        }
        return TaskResult.DONE;
    }

    private void install(ConfigurationAttribute attribute) {
        boolean ipv4 = attribute.type() == ConfigurationAttribute.INTERNAL_IP4_ADDRESS
                && attribute.value().length() == 4;
        boolean ipv6 = attribute.type() == ConfigurationAttribute.INTERNAL_IP6_ADDRESS
                && attribute.value().length() == 17;
        if (ipv4 || ipv6) {
            InetAddress address =
                    Addresses.ofOctets(attribute.value().slice(0, ipv4 ? 4 : 16).toArray());
            VirtualIps.install(ike, address);
        }
    }
}
