// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.network;

import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jcharon.api.bus.Bus;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.settings.SettingsListener;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.EspReceiver;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.socket.PacketSink;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.manager.DropCounters;
import org.jcharon.core.manager.DropReason;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.manager.IkeSaManager;
import org.jcharon.core.manager.ReceivedMessage;
import org.jcharon.core.manager.Submission;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * Drops what is cheap to drop and submits the rest to its IKE_SA. Runs on the socket's dispatchers: looking an IKE_SA up and queueing
 * costs less than a job of its own would. Any thread.
 */
@Component(
        service = {PacketSink.class, SettingsListener.class},
        immediate = true)
public final class Receiver implements PacketSink, SettingsListener {

    private static final Log LOG = Log.of("net");
    private static final int IKEV2 = 2;
    private static final int IKEV1_MAIN_MODE = 2;
    private static final int IKEV1_AGGRESSIVE = 4;
    private static final int IKE_SESSION_RESUME = 38;
    private static final int IKE_INTERMEDIATE = 43;
    private static final int IKE_FOLLOWUP_KE = 44;
    private static final double REPLIES_PER_SECOND = 10;

    private final IkeSaManager manager;
    private final Sender sender;
    private final DropCounters drops;
    private final InterfaceFilter interfaces;
    private final InitGuard guard;
    private Supplier<InitLimits> configured; // written by the constructors only
    private final RateLimit replies;
    private final BiConsumer<String, String> alerts;
    private volatile EspReceiver espReceiver; // publishes who takes ESP

    /** With the thresholds of the settings. */
    @Activate
    public Receiver(
            @Reference(name = "manager") IkeSaManager manager,
            @Reference(name = "sender") Sender sender,
            @Reference(name = "drops") DropCounters drops,
            @Reference(name = "interfaces") InterfaceFilter interfaces,
            @Reference(name = "processor") Processor processor,
            @Reference(name = "time") TimeSource time,
            @Reference(name = "crypto") CryptoRegistry crypto,
            @Reference(name = "settings") Settings settings,
            @Reference(name = "bus") Bus bus) {
        this(manager, sender, drops, interfaces, processor, time, crypto.random(), InitLimits.of(settings), bus::alert);
        configured = () -> InitLimits.of(settings);
    }

    /** With the given thresholds; {@code alerts} takes kind and text of what is wrong with a packet, and only queues it. */
    // Not public: SCR tells constructors apart by little more than their number of parameters.
    Receiver(
            IkeSaManager manager,
            Sender sender,
            DropCounters drops,
            InterfaceFilter interfaces,
            Processor processor,
            TimeSource time,
            RandomSource random,
            InitLimits limits,
            BiConsumer<String, String> alerts) {
        this.configured = () -> limits;
        this.manager = manager;
        this.sender = sender;
        this.drops = drops;
        this.interfaces = interfaces;
        this.guard = new InitGuard(manager, processor, sender, time, random, limits);
        this.alerts = alerts;
        this.replies = new RateLimit(time, REPLIES_PER_SECOND, REPLIES_PER_SECOND);
    }

    @Override
    public void settingsChanged() {
        guard.limits(configured.get());
    }

    /** From now on hands ESP to this one. */
    @Reference(
            name = "esp",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            unbind = "detach")
    public void attach(EspReceiver value) {
        espReceiver = value;
    }

    /** Stops to hand ESP to this one, unless it was replaced before. */
    public void detach(EspReceiver value) {
        if (espReceiver == value) {
            espReceiver = null;
        }
    }

    @Override
    public void ike(Packet packet) {
        try {
            if (isExcluded(packet.source(), packet.destination())) {
                return;
            }
            DropReason dropped = handle(packet);
            if (dropped != null) {
                drops.count(dropped);
                LOG.more("dropped packet from {}: {}", packet.source(), dropped);
                alert(packet, dropped);
            }
        } catch (RuntimeException e) {
            // The dispatcher reads for everybody: a fault here must not end it.
            drops.count(DropReason.INTERNAL);
            LOG.error("receiving from {} failed: {}", packet.source(), e.toString());
        }
    }

    @Override
    public void esp(Endpoint source, Endpoint destination, byte[] octets, int offset, int length) {
        EspReceiver now = espReceiver;
        if (now == null) {
            drops.count(DropReason.NO_ESP_RECEIVER);
            return;
        }
        try {
            if (isExcluded(source, destination)) {
                return;
            }
            now.esp(source, destination, octets, offset, length);
        } catch (RuntimeException | LinkageError e) {
            drops.count(DropReason.INTERNAL);
        }
    }

    private boolean isExcluded(Endpoint source, Endpoint destination) {
        if (!interfaces.refuses(destination.address())) {
            return false;
        }
        drops.count(DropReason.EXCLUDED_INTERFACE);
        LOG.more("dropped packet from {} to {}: interface is excluded", source, destination);
        return true;
    }

    /** Null if it was passed on, or dropped and counted by the manager. */
    private DropReason handle(Packet packet) {
        if (packet.data().length() < IkeHeader.OCTETS) {
            return DropReason.BAD_HEADER;
        }
        IkeHeader header = IkeHeader.of(packet.data());
        if (header.length() != packet.data().length()) {
            return DropReason.BAD_HEADER;
        }
        if (header.version() >> 4 != IKEV2) {
            refuseVersion(packet, header);
            return DropReason.BAD_VERSION;
        }
        if (header.spii() == 0) {
            return DropReason.BAD_HEADER;
        }
        if (!isKnown(header.exchangeType())) {
            return DropReason.UNKNOWN_EXCHANGE;
        }
        if (header.isInitialRequest()) {
            DropReason refused = guard.refuses(packet, header);
            if (refused != null) {
                return refused;
            }
        }
        if (manager.submitMessage(new ReceivedMessage(packet, header)) != Submission.GONE) {
            return null;
        }
        // RFC 7296 section 2.21.4: a request for an unknown IKE_SA may be answered, never a response.
        if (!header.isResponse() && header.exchangeType() != IkeHeader.IKE_SA_INIT && replies.take()) {
            sender.send(Replies.notify(packet, header, header.exchangeType(), Replies.INVALID_IKE_SPI, Chunk.EMPTY));
        }
        return DropReason.UNKNOWN_SPI;
    }

    private void alert(Packet packet, DropReason dropped) {
        String kind = switch (dropped) {
            case BAD_HEADER, BAD_VERSION, UNKNOWN_EXCHANGE -> "parse-error-header";
            case MALFORMED -> "parse-error-body";
            case UNKNOWN_SPI -> "invalid-ike-spi";
            default -> "";
        };
        if (!kind.isEmpty()) {
            alerts.accept(kind, "packet from " + packet.source() + " dropped: " + dropped);
        }
    }

    private void refuseVersion(Packet packet, IkeHeader header) {
        int major = header.version() >> 4;
        boolean first =
                major == 1 && (header.exchangeType() == IKEV1_MAIN_MODE || header.exchangeType() == IKEV1_AGGRESSIVE);
        // RFC 7296 section 2.5 asks for an answer to higher versions only; charon tells initiators of IKEv1 too.
        if (!first && (major <= IKEV2 || header.isResponse()) || !replies.take()) {
            return;
        }
        LOG.control(
                "received unsupported IKE version {}.{} from {}, sending INVALID_MAJOR_VERSION",
                major,
                header.version() & 0xF,
                Addresses.text(packet.source().address()));
        int exchange = major == 1 ? IkeHeader.INFORMATIONAL : header.exchangeType();
        sender.send(Replies.notify(packet, header, exchange, Replies.INVALID_MAJOR_VERSION, Chunk.EMPTY));
    }

    private static boolean isKnown(int exchangeType) {
        return (exchangeType >= IkeHeader.IKE_SA_INIT && exchangeType <= IKE_SESSION_RESUME)
                || exchangeType == IKE_INTERMEDIATE
                || exchangeType == IKE_FOLLOWUP_KE;
    }
}
