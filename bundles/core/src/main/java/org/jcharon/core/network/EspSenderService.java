// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.network;

import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.EspSender;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Lends the sender's socket to userland IPsec. */
@Component(service = EspSender.class)
public final class EspSenderService implements EspSender {

    private final Sender sender;

    /** Over the socket of {@code sender}. */
    @Activate
    public EspSenderService(@Reference(name = "sender") Sender sender) {
        this.sender = sender;
    }

    @Override
    public boolean sendEsp(Endpoint source, Endpoint destination, byte[] octets, int offset, int length) {
        return sender.sendEsp(source, destination, octets, offset, length);
    }
}
