// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.kernel.KernelEvents;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.EspReceiver;
import org.jcharon.api.socket.EspSender;

/**
 * The way of packets: from the device through policy and SA to the socket, and back. {@link #esp} may be called on any thread,
 * {@link #outbound} by one thread at a time. Nothing a packet holds makes either throw.
 */
final class DataPlane implements EspReceiver {

    static final int MAX_PACKET = 65_535;

    private static final int MIN_ESP = 16;
    private static final int IPV4_OCTETS = 4;
    private static final long ACQUIRE_INTERVAL = Duration.ofSeconds(5).toNanos();
    private static final int MAX_READ_ERRORS = 64;
    private static final Log LOG = Log.of("esp");

    final Counters counters = new Counters();
    final SaTable inbound = new SaTable();
    final PolicyIndex outboundPolicies = new PolicyIndex();
    final PolicyIndex inboundPolicies = new PolicyIndex();
    private final PacketDevice device;
    private final EspSender sender;
    private final PlainEsp plain;
    private final KernelEvents events;
    private final TimeSource time;
    private final AtomicBoolean faultLogged = new AtomicBoolean();
    // The reader's own: what it looked up last.
    private final Flow flow = new Flow();
    private final Flow lastFlow = new Flow();
    private PolicyEntry lastEntry;
    private int lastGeneration;

    /** {@code plain} is null if ESP can only go in UDP. */
    DataPlane(PacketDevice device, EspSender sender, PlainEsp plain, KernelEvents events, TimeSource time) {
        this.device = device;
        this.sender = sender;
        this.plain = plain;
        this.events = events;
        this.time = time;
    }

    /** Reads the device until the dispatcher or the device is closed. */
    void pump(Dispatcher dispatcher) {
        byte[] packet = new byte[OutboundSa.HEADROOM + MAX_PACKET + OutboundSa.TAILROOM];
        int errors = 0;
        while (!dispatcher.isClosed()) {
            try {
                int length = device.read(packet, OutboundSa.HEADROOM, MAX_PACKET);
                if (length < 0) {
                    return;
                }
                if (length > 0) {
                    outbound(packet, OutboundSa.HEADROOM, length);
                }
                errors = 0;
            } catch (IOException e) {
                if (++errors >= MAX_READ_ERRORS) {
                    LOG.error("reading packets from {} has ended: {}", device.name(), e.getMessage());
                    return;
                }
            }
        }
    }

    /** A cleartext packet, with {@link OutboundSa#HEADROOM} and {@link OutboundSa#TAILROOM} octets around it. */
    void outbound(byte[] packet, int offset, int length) {
        try {
            if (!flow.parse(packet, offset, length)) {
                counters.drop(Drop.MALFORMED);
                return;
            }
            PolicyEntry entry = policy();
            if (entry == null || entry.current.action() != KernelPolicy.Action.PROTECT) {
                counters.drop(Drop.NO_POLICY);
                return;
            }
            OutboundSa sa = entry.sa;
            if (sa == null) {
                counters.drop(Drop.NO_OUTBOUND_SA);
                if (entry.acquireIsDue(time.nanos(), ACQUIRE_INTERVAL)) {
                    LOG.more("a packet needs an SA of reqid {}", entry.current.reqid());
                    events.acquire(entry.current.reqid(), flow.sourceSelector(), flow.destinationSelector());
                }
                return;
            }
            protect(sa, packet, offset);
        } catch (RuntimeException | LinkageError e) {
            fault(e);
        }
    }

    private void protect(OutboundSa sa, byte[] packet, int offset) {
        int next = flow.ipv6 ? InboundSa.NEXT_IPV6 : InboundSa.NEXT_IPV4;
        int length;
        try {
            length = sa.protect(packet, offset, flow.totalOctets, next, flow.totalOctets);
        } catch (LinkageError e) {
            renew(sa, e);
            return;
        }
        report(sa);
        if (length < 0) {
            counters.drop(Drop.of(length));
            return;
        }
        int start = offset - sa.headerOctets();
        Sa.Path path = sa.path();
        boolean sent = path.encapsulated()
                ? sender.sendEsp(path.source(), path.destination(), packet, start, length)
                // RFC 6040 section 4.1, normal mode; in UDP the socket has one traffic class: compatibility mode.
                : plain != null
                        && plain.send(
                                path.source().address(),
                                path.destination().address(),
                                packet,
                                start,
                                length,
                                flow.trafficClass);
        if (sent) {
            counters.sent.increment();
        } else {
            counters.drop(Drop.NOT_SENT);
        }
    }

    private PolicyEntry policy() {
        int generation = outboundPolicies.generation();
        if (lastEntry == null || generation != lastGeneration || !flow.sameAs(lastFlow)) {
            lastEntry = outboundPolicies.find(flow);
            lastGeneration = generation;
            lastFlow.copyFrom(flow);
        }
        return lastEntry;
    }

    @Override
    public void esp(Endpoint source, Endpoint destination, byte[] octets, int offset, int length) {
        if (isEsp(length)) {
            InboundSa sa = inbound.get(Octets.i32(octets, offset));
            if (sa != null) {
                open(sa, source, octets, offset, length, 0);
            } else {
                unknown(octets, offset, source, destination);
            }
        }
    }

    /**
     * An ESP packet that did not come in UDP.
     *
     * @param ecn that of the outer header, or 0
     * @param ends where in {@code octets} source and destination of an IPv4 header stand; negative: nowhere
     */
    void plain(byte[] octets, int offset, int length, int ecn, int ends) {
        if (isEsp(length)) {
            InboundSa sa = inbound.get(Octets.i32(octets, offset));
            if (sa != null) {
                open(sa, null, octets, offset, length, ecn);
            } else if (ends < 0) {
                counters.drop(Drop.NO_SA);
            } else {
                unknown(octets, offset, end(octets, ends), end(octets, ends + IPV4_OCTETS));
            }
        }
    }

    private static Endpoint end(byte[] octets, int offset) {
        return new Endpoint(Addresses.ofOctets(Arrays.copyOfRange(octets, offset, offset + IPV4_OCTETS)), 0);
    }

    private boolean isEsp(int length) {
        boolean whole = length >= MIN_ESP && length <= MAX_PACKET;
        if (!whole) {
            counters.drop(Drop.MALFORMED);
        }
        return whole;
    }

    private void unknown(byte[] octets, int offset, Endpoint source, Endpoint destination) {
        counters.drop(Drop.NO_SA);
        try {
            events.unknownSpi(Octets.i32(octets, offset), source, destination);
        } catch (RuntimeException | LinkageError e) {
            fault(e);
        }
    }

    private void open(InboundSa sa, Endpoint source, byte[] octets, int offset, int length, int ecn) {
        try {
            long opened;
            try {
                opened = sa.open(octets, offset, length, source);
            } catch (LinkageError e) {
                renew(sa, e);
                return;
            }
            report(sa);
            if (opened < 0) {
                counters.drop(Drop.of(opened));
                return;
            }
            int inner = (int) (opened >>> 32);
            if (ecn != 0 && !Ecn.decapsulate(octets, inner, ecn)) {
                counters.drop(Drop.CONGESTION);
                return;
            }
            device.write(octets, inner, (int) opened);
            counters.received.increment();
        } catch (IOException e) {
            counters.drop(Drop.NOT_DELIVERED);
        } catch (RuntimeException | LinkageError e) {
            fault(e);
        }
    }

    /** Passes on what an SA has to tell. */
    void report(Sa sa) {
        int happened = sa.takeEvents();
        if (happened == 0) {
            return;
        }
        if ((happened & Sa.HARD) != 0) {
            LOG.control("{} has reached its hard limit", sa.id());
            events.expire(sa.id(), true);
        } else if ((happened & Sa.SOFT) != 0) {
            LOG.more("{} has reached its soft limit", sa.id());
            events.expire(sa.id(), false);
        }
        if ((happened & Sa.MOVED) != 0 && sa instanceof InboundSa moved) {
            Endpoint to = moved.movedTo();
            if (to != null) {
                events.mapping(sa.id(), to);
            }
        }
    }

    // The crypto plugin was replaced and its classes are gone: this packet is lost, the next one finds another plugin's
    // transform.
    private void renew(Sa sa, LinkageError e) {
        counters.drop(Drop.FAULT);
        try {
            sa.renew();
            LOG.control("made the ciphers of {} anew: {}", sa.id(), e.getMessage());
        } catch (KernelException none) {
            LOG.more("the ciphers of {} are gone: {}", sa.id(), none.getMessage());
        }
    }

    private void fault(Throwable e) {
        counters.drop(Drop.FAULT);
        if (faultLogged.compareAndSet(false, true)) {
            LOG.error("a packet was dropped because of a fault; further ones are only counted", e);
        }
    }
}
