// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.child;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelRegistry;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.kernel.UsageStats;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.keymat.ChildKeys;

/**
 * A CHILD_SA: a pair of IPsec SAs with their policies. Lease of its IKE_SA held.
 *
 * <p>Inbound and outbound half are installed apart: as responder of a rekeying the outbound SA is used only once the peer shows that it
 * has installed its inbound one (RFC 7296 section 2.8).
 */
public final class ChildSa {

    private static final Log LOG = Log.of("chd");

    private final ChildConfig config;
    private final KernelRegistry kernel;
    private final TimeSource time;
    private final ChildNumbers reqids;
    private final long uniqueId;
    private final ProtocolId protocol;
    private final ChildLifetime lifetime;
    private final ChildPolicies policies;

    private ChildSaState state = ChildSaState.CREATED;
    private Endpoint local;
    private Endpoint remote;
    private boolean encapsulated;
    private int reqid;
    private List<TrafficSelector> reqidLocal = List.of(); // what the reqid is held for
    private List<TrafficSelector> reqidRemote = List.of();
    private int spiIn;
    private InetAddress spiInReservedAt;
    private int spiOut;
    private Proposal proposal;
    private List<TrafficSelector> localSelectors = List.of();
    private List<TrafficSelector> remoteSelectors = List.of();
    private List<InetAddress> virtualIps = List.of();
    private boolean initiator;
    private boolean inboundInstalled;
    private boolean outboundInstalled;
    private SaId movedIn; // where the data plane has it, if it was moved
    private SaId movedOut;
    private boolean reqidHeld;
    private KernelSa pendingOutbound;
    private ChildSa successor;
    private boolean replacement;
    private boolean replaced;
    private boolean reported;
    private UsageStats usageIn = UsageStats.NONE;
    private UsageStats usageOut = UsageStats.NONE;
    private Instant installedAt = Instant.EPOCH;

    /** A CHILD_SA of ESP between the ends of its IKE_SA; nothing is reserved or installed yet. */
    public ChildSa(
            ChildConfig config,
            long uniqueId,
            Endpoint local,
            Endpoint remote,
            boolean encapsulated,
            KernelRegistry kernel,
            TimeSource time,
            RandomSource random,
            ChildNumbers reqids) {
        this.config = config;
        this.uniqueId = uniqueId;
        this.local = local;
        this.remote = remote;
        this.encapsulated = encapsulated;
        this.kernel = kernel;
        this.time = time;
        this.reqids = reqids;
        this.protocol = ProtocolId.ESP;
        this.lifetime = new ChildLifetime(config.lifetime(), time, random);
        this.policies = new ChildPolicies(config, protocol, kernel);
    }

    /** Its configuration. */
    public ChildConfig config() {
        return config;
    }

    /** Unique number. */
    public long uniqueId() {
        return uniqueId;
    }

    /** ESP. */
    public ProtocolId protocol() {
        return protocol;
    }

    /** State. */
    public ChildSaState state() {
        return state;
    }

    /** Moves to a state; throws {@link IllegalStateException} if the move is not allowed. */
    public void moveTo(ChildSaState next) {
        if (next != state) {
            ChildSaStates.check(state, next);
            LOG.more("CHILD_SA {}{{}} state change: {} => {}", config.name(), uniqueId, state, next);
            state = next;
            replaced |= next == ChildSaState.REKEYED;
        }
    }

    /** Whether it carries traffic, and nothing else is to. */
    public boolean isInUse() {
        return state == ChildSaState.INSTALLED || state == ChildSaState.REKEYING;
    }

    /** Whether another one carries its traffic after a rekeying, whatever its state is since. */
    public boolean isReplaced() {
        return replaced;
    }

    /** It is made in a rekeying. */
    public void takesPlace() {
        replacement = true;
    }

    /** Whether it was made in a rekeying. */
    public boolean isReplacement() {
        return replacement;
    }

    /** Others were told that it is up. */
    public void reported() {
        reported = true;
    }

    /** Others were told that it is down. */
    public void unreported() {
        reported = false;
    }

    /** Whether others were told that it is up. */
    public boolean isReported() {
        return reported;
    }

    /** Whether a packet has come in, which the kernel tells. */
    public boolean hasReceived() {
        return inboundInstalled
                && query(inId()).filter(usage -> usage.packets() > 0).isPresent();
    }

    /** Inbound SPI, 0 before {@link #allocateSpi}. */
    public int spiIn() {
        return spiIn;
    }

    /** Outbound SPI, 0 while unknown. */
    public int spiOut() {
        return spiOut;
    }

    /** What was agreed; empty before. */
    public Optional<Proposal> proposal() {
        return Optional.ofNullable(proposal);
    }

    /** Our side of the traffic. */
    public List<TrafficSelector> localSelectors() {
        return localSelectors;
    }

    /** Peer's side of the traffic. */
    public List<TrafficSelector> remoteSelectors() {
        return remoteSelectors;
    }

    /** The CHILD_SA that the peer made in place of this one. */
    public void replacedBy(ChildSa fresh) {
        successor = fresh;
    }

    /** The CHILD_SA that the peer made in place of this one. */
    public Optional<ChildSa> successor() {
        return Optional.ofNullable(successor);
    }

    /** What was made in its place is gone, and it is in use as before. */
    public void reinstate() {
        moveTo(ChildSaState.INSTALLED);
        replaced = false;
        successor = null;
    }

    /** Whether the outbound half is in use. */
    public boolean isOutboundInstalled() {
        return outboundInstalled;
    }

    /** Reserves the inbound SPI, 4 octets. */
    public Chunk allocateSpi() throws KernelException {
        if (spiIn == 0) {
            spiIn = ipsec().allocateSpi(remote.address(), local.address(), protocol);
            spiInReservedAt = local.address();
        }
        return spiOctets(spiIn);
    }

    /** An SPI as it stands in payloads. */
    public static Chunk spiOctets(int spi) {
        return Chunk.of((byte) (spi >> 24), (byte) (spi >> 16), (byte) (spi >> 8), (byte) spi);
    }

    /** The number of an SPI of 4 octets. */
    public static int spiNumber(Chunk octets) {
        return octets.buffer().getInt();
    }

    /**
     * Installs the inbound half, and the outbound one too if {@code outboundNow}; else its keys wait for {@link #installOutbound()}.
     * Keys of {@code keys} are copied; the caller closes it. On failure what is
     * installed already stays until {@link #uninstall}.
     *
     * @param weInitiated whether we were the initiator of the exchange that made it
     */
    public void install(
            Proposal agreed,
            ChildKeys keys,
            boolean weInitiated,
            int peerSpi,
            List<TrafficSelector> ours,
            List<TrafficSelector> theirs,
            List<InetAddress> ourVirtualIps,
            boolean outboundNow)
            throws KernelException {
        moveTo(ChildSaState.INSTALLING);
        proposal = agreed;
        initiator = weInitiated;
        spiOut = peerSpi;
        localSelectors = List.copyOf(ours);
        remoteSelectors = List.copyOf(theirs);
        virtualIps = List.copyOf(ourVirtualIps);
        reqid = config.reqid() != 0 ? config.reqid() : reqids.acquire(localSelectors, remoteSelectors, marks(config));
        reqidHeld = config.reqid() == 0;
        reqidLocal = localSelectors;
        reqidRemote = remoteSelectors;
        pendingOutbound = outboundSa(keys);
        boolean reserved = spiInReservedAt.equals(local.address());
        if (!reserved) {
            // we moved while the exchange went on; the peer knows the SPI already
            delete(new SaId(spiInReservedAt, protocol, spiIn));
            spiInReservedAt = local.address();
        }
        try (KernelSa inbound = inboundSa(keys).toBuilder().update(reserved).build()) {
            installSa(inbound);
            inboundInstalled = true;
            installPolicies(false);
            if (outboundNow) {
                installOutbound();
            }
        }
        installedAt = time.now();
        moveTo(ChildSaState.INSTALLED);
    }

    /** Installs the outbound half: from now on traffic uses this CHILD_SA. Does nothing if it is installed. */
    public void installOutbound() throws KernelException {
        if (pendingOutbound == null) {
            return;
        }
        try (KernelSa outbound = pendingOutbound) {
            pendingOutbound = null;
            installSa(outbound);
            outboundInstalled = true;
            installPolicies(true);
        }
    }

    private void installSa(KernelSa sa) throws KernelException {
        try {
            ipsec().addSa(sa);
        } catch (KernelException e) {
            throw failure("inbound and outbound IPsec SA (SAD)", e);
        }
    }

    private void installPolicies(boolean out) throws KernelException {
        try {
            policies.add(out, flow(), out ? spiOut : spiIn, reqid, virtualIps);
        } catch (KernelException e) {
            throw failure("IPsec policies (SPD)", e);
        }
    }

    private ChildPolicies.Flow flow() {
        return new ChildPolicies.Flow(local.address(), remote.address(), localSelectors, remoteSelectors);
    }

    /** strongSwan's words for it. */
    private static KernelException failure(String what, KernelException cause) {
        return new KernelException(cause.errno(), "unable to install " + what + " in kernel: " + cause.getMessage());
    }

    /** Takes the outbound half away; the inbound one stays for packets still on their way. */
    public void removeOutbound() {
        if (pendingOutbound != null) {
            pendingOutbound.close();
            pendingOutbound = null;
        }
        policies.remove(true);
        if (outboundInstalled) {
            outboundInstalled = false;
            usageOut = query(outId()).orElse(usageOut);
            delete(outId());
        }
    }

    /** Takes everything away; usage is read for the last time. */
    public void uninstall() {
        removeOutbound();
        policies.remove(false);
        if (spiIn != 0) {
            if (inboundInstalled) {
                usageIn = query(inId()).orElse(usageIn);
            }
            delete(inboundInstalled ? inId() : new SaId(spiInReservedAt, protocol, spiIn));
            inboundInstalled = false;
            reqids.gone(spiIn, time.nanos());
            spiIn = 0;
        }
        if (reqidHeld) {
            reqidHeld = false;
            reqids.release(reqidLocal, reqidRemote, marks(config));
        }
        if (state != ChildSaState.DESTROYING) {
            moveTo(ChildSaState.DESTROYING);
        }
    }

    /** Our end, where its packets arrive. */
    public Endpoint local() {
        return local;
    }

    /** Peer's end, where its packets are sent to. */
    public Endpoint remote() {
        return remote;
    }

    /** Whether its packets go between these ends, in UDP or not. */
    public boolean isBetween(Endpoint ours, Endpoint theirs, boolean inUdp) {
        // without encapsulation ports are IKE's business
        return inUdp == encapsulated
                && (inUdp
                        ? ours.equals(local) && theirs.equals(remote)
                        : ours.address().equals(local.address())
                                && theirs.address().equals(remote.address()));
    }

    /**
     * Moves whatever is installed to other ends (RFC 4555 section 3.5). New policies are there before the old ones go, so that no packet
     * leaves unprotected. A failure leaves the halves where they could be brought to.
     *
     * @throws KernelException if the data plane cannot move it: it has to be rekeyed
     */
    public void move(Endpoint ours, Endpoint theirs, boolean inUdp) throws KernelException {
        if (isBetween(ours, theirs, inUdp)) {
            local = ours;
            remote = theirs;
            return;
        }
        SaId oldIn = inId();
        SaId oldOut = outId();
        movedIn = inboundInstalled ? oldIn : null;
        movedOut = outboundInstalled ? oldOut : null;
        final ChildPolicies.Flow from = flow();
        localSelectors = following(localSelectors, local.address(), ours.address());
        remoteSelectors = following(remoteSelectors, remote.address(), theirs.address());
        final boolean selectorsChanged =
                !localSelectors.equals(from.localSelectors()) || !remoteSelectors.equals(from.remoteSelectors());
        local = ours;
        remote = theirs;
        encapsulated = inUdp;
        int ourPort = inUdp ? ours.port() : 0;
        int theirPort = inUdp ? theirs.port() : 0;
        if (pendingOutbound != null) {
            pendingOutbound = pendingOutbound.toBuilder()
                    .id(outId())
                    .source(ours.address())
                    .encapsulationSourcePort(ourPort)
                    .encapsulationDestinationPort(theirPort)
                    .sourceSelectors(localSelectors)
                    .destinationSelectors(remoteSelectors)
                    .build();
        }
        if (inboundInstalled) {
            ipsec().updateSa(oldIn, theirs.address(), ours.address(), theirPort, ourPort);
            movedIn = new SaId(ours.address(), protocol, spiIn);
        }
        if (outboundInstalled) {
            ipsec().updateSa(oldOut, ours.address(), theirs.address(), ourPort, theirPort);
            movedOut = new SaId(theirs.address(), protocol, spiOut);
        }
        if (selectorsChanged && inboundInstalled) {
            ipsec().updateSelectors(inId(), remoteSelectors, localSelectors);
        }
        if (selectorsChanged && outboundInstalled) {
            ipsec().updateSelectors(outId(), localSelectors, remoteSelectors);
        }
        policies.move(from, flow());
    }

    /** As charon has it: a selector for nothing but the end itself goes along with it; to another family it cannot. */
    private static List<TrafficSelector> following(List<TrafficSelector> selectors, InetAddress from, InetAddress to) {
        if (from.getAddress().length != to.getAddress().length) {
            return selectors;
        }
        return selectors.stream()
                .map(ts -> ts.from().equals(from) && ts.to().equals(from) ? ts.at(to) : ts)
                .toList();
    }

    /** Time from now to rekeying, random part subtracted, drawn once; empty: never. */
    public Optional<Duration> scheduleRekey() {
        return lifetime.untilRekey();
    }

    /** Time from now to the hard end; empty: never. Does not begin anew when another IKE_SA takes it over. */
    public Optional<Duration> scheduleEnd() {
        return lifetime.untilEnd();
    }

    /** Whether an SA of the kernel is this one's inbound or outbound half. */
    public boolean has(SaId id) {
        return (spiIn != 0 && id.spi() == spiIn && id.destination().equals(inId().destination()))
                || (spiOut != 0 && id.spi() == spiOut && id.destination().equals(outId().destination()));
    }

    /** As it is now, with the usage that was read last: cheap enough for every checkin. */
    public ChildSaInfo snapshot() {
        return new ChildSaSnapshot(
                config.name(),
                uniqueId,
                reqid,
                state,
                config.mode(),
                protocol,
                encapsulated,
                spiIn,
                spiOut,
                config.markIn(),
                config.markOut(),
                config.ifIdIn(),
                config.ifIdOut(),
                proposal(),
                localSelectors,
                remoteSelectors,
                usageIn,
                usageOut,
                installedAt,
                lifetime.rekeyAt(),
                lifetime.endsAt());
    }

    /** As it is now, usage asked of the kernel. */
    public ChildSaInfo currentSnapshot() {
        if (inboundInstalled) {
            usageIn = query(inId()).orElse(usageIn);
        }
        if (outboundInstalled) {
            usageOut = query(outId()).orElse(usageOut);
        }
        return snapshot();
    }

    /** A snapshot with the usage that the kernel tells now; the same if it cannot be asked. Any thread. */
    public static ChildSaInfo withUsage(
            ChildSaInfo snapshot, InetAddress local, InetAddress remote, KernelRegistry kernel) {
        if (!(snapshot instanceof ChildSaSnapshot child) || kernel.ipsec().isEmpty()) {
            return snapshot;
        }
        KernelIpsec ipsec = kernel.ipsec().get();
        return child.withUsage(
                query(ipsec, new SaId(local, child.protocol(), child.spiIn())).orElse(child.usageIn()),
                query(ipsec, new SaId(remote, child.protocol(), child.spiOut())).orElse(child.usageOut()));
    }

    /** strongSwan's words for log lines: SPIs and selectors. */
    public String describe() {
        return config.name() + describeUnnamed();
    }

    /** The same without its name. */
    public String describeUnnamed() {
        return String.format(
                "{%d} with SPIs %08x_i %08x_o and TS %s === %s",
                uniqueId, spiIn, spiOut, text(localSelectors), text(remoteSelectors));
    }

    /** Selectors as strongSwan prints them. */
    public static String text(List<TrafficSelector> selectors) {
        return String.join(
                " ", selectors.stream().map(TrafficSelector::toString).toList());
    }

    /** Octets carried, read from the kernel if it can still be asked. */
    public String describeUsage() {
        ChildSaInfo now = currentSnapshot();
        return String.format(
                "%s{%d} with SPIs %08x_i (%d bytes) %08x_o (%d bytes) and TS %s === %s",
                config.name(),
                uniqueId,
                spiIn,
                now.usageIn().octets(),
                spiOut,
                now.usageOut().octets(),
                text(localSelectors),
                text(remoteSelectors));
    }

    private KernelIpsec ipsec() throws KernelException {
        return ipsec(kernel);
    }

    static KernelIpsec ipsec(KernelRegistry kernel) throws KernelException {
        return kernel.ipsec().orElseThrow(() -> new KernelException(0, "no kernel interface for IPsec is active"));
    }

    private SaId inId() {
        return movedIn != null ? movedIn : new SaId(local.address(), protocol, spiIn);
    }

    private SaId outId() {
        return movedOut != null ? movedOut : new SaId(remote.address(), protocol, spiOut);
    }

    /** What keeps CHILD_SAs of the same selectors from sharing a reqid. */
    public static String marks(ChildConfig config) {
        return config.markIn() + "/" + config.markOut() + "/" + config.ifIdIn() + "/" + config.ifIdOut();
    }

    private KernelSa inboundSa(ChildKeys keys) {
        return sa(initiator ? keys.encrR() : keys.encrI(), initiator ? keys.integR() : keys.integI())
                .id(inId())
                .source(remote.address())
                .inbound(true)
                .update(true)
                .encapsulationSourcePort(encapsulated ? remote.port() : 0)
                .encapsulationDestinationPort(encapsulated ? local.port() : 0)
                .sourceSelectors(remoteSelectors)
                .destinationSelectors(localSelectors)
                .ifId(config.ifIdIn())
                .build();
    }

    private KernelSa outboundSa(ChildKeys keys) {
        return sa(initiator ? keys.encrI() : keys.encrR(), initiator ? keys.integI() : keys.integR())
                .id(outId())
                .source(local.address())
                .inbound(false)
                .encapsulationSourcePort(encapsulated ? local.port() : 0)
                .encapsulationDestinationPort(encapsulated ? remote.port() : 0)
                .sourceSelectors(localSelectors)
                .destinationSelectors(remoteSelectors)
                .ifId(config.ifIdOut())
                .tfcPadding(Math.max(0, config.tfcPadding()))
                .build();
    }

    private KernelSa.Builder sa(Secret encryptionKey, Secret integrityKey) {
        return KernelSa.builder()
                .initiator(initiator)
                .reqid(reqid)
                .mode(config.mode())
                .encryption(proposal.first(TransformType.ENCR).orElseThrow())
                .encryptionKey(encryptionKey.copy())
                .integrity(proposal.first(TransformType.INTEG).orElse(TransformId.integ(Transforms.AUTH_NONE)))
                .integrityKey(integrityKey.copy())
                .extendedSequenceNumbers(proposal.has(TransformType.ESN)
                        && proposal.first(TransformType.ESN).orElseThrow().id() == 1)
                .replayWindow(config.replayWindow())
                .lifetime(lifetime.volumeLimits());
    }

    private void delete(SaId id) {
        try {
            ipsec().deleteSa(id);
        } catch (KernelException e) {
            LOG.more("deleting {} failed: {}", id, e.getMessage());
        }
    }

    private Optional<UsageStats> query(SaId id) {
        return kernel.ipsec().flatMap(ipsec -> query(ipsec, id));
    }

    private static Optional<UsageStats> query(KernelIpsec ipsec, SaId id) {
        try {
            return Optional.of(ipsec.query(id));
        } catch (KernelException notInstalled) {
            return Optional.empty();
        }
    }
}
