// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.kernel.UsageStats;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.socket.Endpoint;

/**
 * SAs and policies of the userland data plane. Any thread: one lock for all changes, which packets never take and which is never
 * held while anything outside is called.
 */
final class LibipsecKernel implements KernelIpsec {

    private static final int FIRST_SPI = 0xC000_0000;
    private static final int SPIS = 0x1000_0000;
    private static final int SPI_TRIES = 100;
    private static final int EEXIST = 17;
    private static final int ENOENT = 2;
    private static final int ESRCH = 3;
    private static final Log LOG = Log.of("knl");

    private final DataPlane plane;
    private final SaFactory factory;
    private final CryptoRegistry crypto;
    private final Scheduler scheduler;
    private final Routes routes;
    private final Set<Feature> features;
    private final Object lock = new Object();
    private final Map<SaId, Sa> sas = new LinkedHashMap<>(); // guarded by lock
    private final Map<Integer, SaId> reserved = new HashMap<>(); // SPIs without SA; guarded by lock
    private final Map<PolicyEntry.Key, PolicyEntry> policies = new LinkedHashMap<>(); // guarded by lock
    private final Map<Integer, List<PolicyEntry>> byReqid = new HashMap<>(); // outbound; guarded by lock
    private final Map<Integer, List<OutboundSa>> outbound = new HashMap<>(); // by reqid, newest last; guarded by lock
    private boolean detached; // guarded by lock

    LibipsecKernel(
            DataPlane plane,
            SaFactory factory,
            CryptoRegistry crypto,
            Scheduler scheduler,
            Routes routes,
            boolean plainEsp) {
        this.plane = plane;
        this.factory = factory;
        this.crypto = crypto;
        this.scheduler = scheduler;
        this.routes = routes;
        this.features = plainEsp
                ? Set.of(Feature.ESN, Feature.UPDATE_SA, Feature.ACQUIRE, Feature.PLAIN_ESP)
                : Set.of(Feature.ESN, Feature.UPDATE_SA, Feature.ACQUIRE);
    }

    @Override
    public Set<Feature> features() {
        return features;
    }

    @Override
    public boolean supports(TransformId transform) {
        boolean ours =
                transform.type().equals(TransformType.ENCR) || transform.type().equals(TransformType.INTEG);
        return ours && crypto.supports(transform);
    }

    @Override
    public int allocateSpi(InetAddress source, InetAddress destination, ProtocolId protocol) throws KernelException {
        requireEsp(protocol);
        for (int i = 0; i < SPI_TRIES; i++) {
            int spi = FIRST_SPI + crypto.random().below(SPIS);
            synchronized (lock) {
                requireAttached();
                if (!reserved.containsKey(spi) && plane.inbound.get(spi) == null) {
                    reserved.put(spi, new SaId(destination, protocol, spi));
                    return spi;
                }
            }
        }
        throw new KernelException(ENOENT, "no SPI is free");
    }

    private static void requireEsp(ProtocolId protocol) throws KernelException {
        if (!protocol.equals(ProtocolId.ESP)) {
            throw new KernelException(0, "userland IPsec has no " + protocol);
        }
    }

    @Override
    public void addSa(KernelSa sa) throws KernelException {
        requireEsp(sa.id().protocol());
        if (sa.mode() != ChildConfig.Mode.TUNNEL) {
            throw new KernelException(0, "userland IPsec has tunnel mode only, not " + sa.mode());
        }
        if (!sa.isEncapsulated() && !features.contains(Feature.PLAIN_ESP)) {
            throw new KernelException(0, "userland IPsec can send ESP in UDP only here");
        }
        Sa made = factory.make(sa);
        try {
            install(made, sa.update());
        } catch (KernelException e) {
            made.close();
            throw e;
        }
        startTimers(made);
        LOG.more("installed {} with {}", sa, sa.encryption());
    }

    private void install(Sa made, boolean update) throws KernelException {
        synchronized (lock) {
            requireAttached();
            boolean taken =
                    sas.containsKey(made.id()) || (made instanceof InboundSa && plane.inbound.get(made.spi) != null);
            if (taken) {
                throw new KernelException(EEXIST, made.id() + " exists already");
            }
            if (update && !reserved.containsKey(made.spi)) {
                throw new KernelException(ESRCH, made.id() + " was not reserved");
            }
            sas.put(made.id(), made);
            if (made instanceof InboundSa inbound) {
                reserved.remove(made.spi);
                plane.inbound.add(inbound);
            } else if (made instanceof OutboundSa out) {
                outbound.computeIfAbsent(out.reqid(), reqid -> new ArrayList<>())
                        .add(out);
                resolveAll(out.reqid());
            }
        }
    }

    private void startTimers(Sa sa) {
        Duration age = Duration.ofNanos(sa.age());
        startTimer(sa, sa.definition().lifetime().rekeyTime(), age, Sa.SOFT);
        startTimer(sa, sa.definition().lifetime().lifeTime(), age, Sa.HARD);
    }

    private void startTimer(Sa sa, Duration limit, Duration age, int event) {
        if (!limit.isZero()) {
            sa.add(scheduler.schedule(
                    Job.of("esp lifetime", Priority.CRITICAL, () -> {
                        sa.raise(event);
                        plane.report(sa);
                    }),
                    limit.minus(age)));
        }
    }

    @Override
    public void updateSa(
            SaId id, InetAddress newSource, InetAddress newDestination, int newSourcePort, int newDestinationPort)
            throws KernelException {
        if (newDestinationPort == 0 && !features.contains(Feature.PLAIN_ESP)) {
            throw new KernelException(0, "userland IPsec can send ESP in UDP only here");
        }
        SaId newId = new SaId(newDestination, id.protocol(), id.spi(), id.mark());
        synchronized (lock) {
            Sa sa = known(id);
            if (!newId.equals(id) && sas.containsKey(newId)) {
                throw new KernelException(EEXIST, newId + " exists already");
            }
            sas.remove(id);
            sas.put(newId, sa);
            sa.move(
                    newId,
                    new Sa.Path(
                            new Endpoint(newSource, newSourcePort),
                            new Endpoint(newDestination, newDestinationPort),
                            newDestinationPort != 0));
        }
    }

    @Override
    public void updateSelectors(SaId id, List<TrafficSelector> sources, List<TrafficSelector> destinations)
            throws KernelException {
        synchronized (lock) {
            known(id).select(sources, destinations);
        }
    }

    private Sa known(SaId id) throws KernelException {
        Sa sa = sas.get(id);
        if (sa == null) {
            throw new KernelException(ESRCH, id + " is unknown");
        }
        return sa;
    }

    @Override
    public UsageStats query(SaId id) throws KernelException {
        synchronized (lock) {
            return known(id).usage();
        }
    }

    @Override
    public void deleteSa(SaId id) throws KernelException {
        Sa gone;
        synchronized (lock) {
            gone = sas.remove(id);
            if (gone == null) {
                if (reserved.remove(id.spi()) == null) {
                    throw new KernelException(ESRCH, id + " is unknown");
                }
                return;
            }
            if (gone instanceof InboundSa inbound) {
                plane.inbound.remove(inbound);
            } else if (gone instanceof OutboundSa out) {
                removeFrom(outbound, out.reqid(), out);
                resolveAll(out.reqid());
            }
        }
        gone.close();
    }

    private static <T> void removeFrom(Map<Integer, List<T>> lists, int key, T value) {
        lists.computeIfPresent(key, (same, list) -> {
            list.remove(value);
            return list.isEmpty() ? null : list;
        });
    }

    @Override
    public void addPolicy(KernelPolicy policy) throws KernelException {
        PolicyEntry.User user;
        synchronized (lock) {
            requireAttached();
            user = enter(policy);
        }
        if (routes.wanted(policy)) {
            List<KernelNet.Route> installed;
            try {
                installed = routes.install(policy);
            } catch (KernelException e) {
                synchronized (lock) {
                    if (!user.removed) {
                        leave(policies.get(PolicyEntry.Key.of(policy)), user);
                    }
                }
                throw e;
            }
            boolean late;
            synchronized (lock) {
                late = user.removed;
                user.routes = installed;
            }
            if (late) {
                routes.remove(installed); // deleted while we were at it
            }
        }
    }

    // Lock held.
    private PolicyEntry.User enter(KernelPolicy policy) {
        PolicyEntry.Key key = PolicyEntry.Key.of(policy);
        PolicyEntry old = policies.get(key);
        PolicyEntry entry = old == null ? new PolicyEntry(policy) : old;
        PolicyEntry.User user = new PolicyEntry.User(policy);
        entry.users.add(user);
        policies.put(key, entry);
        if (policy.direction() == KernelPolicy.Direction.OUT) {
            byReqid.computeIfAbsent(policy.reqid(), reqid -> new ArrayList<>()).add(entry);
        }
        resolve(entry);
        if (old == null) {
            index(policy).ifPresent(index -> index.add(entry));
        }
        return user;
    }

    // Lock held.
    private void requireAttached() throws KernelException {
        if (detached) {
            throw new KernelException(0, "userland IPsec is being replaced");
        }
    }

    private Optional<PolicyIndex> index(KernelPolicy policy) {
        return switch (policy.direction()) {
            case OUT -> Optional.of(plane.outboundPolicies);
            case IN -> Optional.of(plane.inboundPolicies);
            case FORWARD -> Optional.empty();
        };
    }

    @Override
    public void deletePolicy(KernelPolicy policy) throws KernelException {
        PolicyEntry.Key key = PolicyEntry.Key.of(policy);
        List<KernelNet.Route> gone;
        synchronized (lock) {
            PolicyEntry entry = policies.get(key);
            if (entry == null) {
                throw new KernelException(
                        ENOENT,
                        "policy " + policy.source() + " === " + policy.destination() + " " + policy.direction()
                                + " is unknown");
            }
            PolicyEntry.User user = userLike(entry.users, policy);
            gone = user.routes;
            leave(entry, user);
        }
        routes.remove(gone);
    }

    // Lock held.
    private void leave(PolicyEntry entry, PolicyEntry.User user) {
        entry.users.remove(user);
        user.removed = true;
        if (user.policy.direction() == KernelPolicy.Direction.OUT) {
            removeFrom(byReqid, user.policy.reqid(), entry);
        }
        if (entry.users.isEmpty()) {
            policies.remove(PolicyEntry.Key.of(user.policy));
            entry.sa = null;
            index(user.policy).ifPresent(index -> index.remove(entry));
        } else {
            resolve(entry);
        }
    }

    // The newest of those that have most in common with it: reqid, then SPI, then tunnel addresses, in which the
    // policies
    // of an SA that moves differ. Each user deletes once, whatever became of its SA.
    private static PolicyEntry.User userLike(List<PolicyEntry.User> users, KernelPolicy policy) {
        PolicyEntry.User likest = users.get(users.size() - 1);
        for (int i = users.size() - 2; i >= 0; i--) {
            PolicyEntry.User user = users.get(i);
            if (likeness(user.policy, policy) > likeness(likest.policy, policy)) {
                likest = user;
            }
        }
        return likest;
    }

    private static int likeness(KernelPolicy one, KernelPolicy other) {
        if (one.reqid() != other.reqid()) {
            return 0;
        }
        if (one.spi() != other.spi()) {
            return 1;
        }
        return one.tunnelSource().equals(other.tunnelSource())
                        && one.tunnelDestination().equals(other.tunnelDestination())
                ? 3
                : 2;
    }

    private void resolveAll(int reqid) {
        byReqid.getOrDefault(reqid, List.of()).forEach(this::resolve);
    }

    // The newest user whose SA is there counts, so that traffic falls back to the older SA when the newer one goes.
    private void resolve(PolicyEntry entry) {
        KernelPolicy newest = entry.users.get(entry.users.size() - 1).policy;
        if (newest.action() == KernelPolicy.Action.PROTECT && newest.direction() == KernelPolicy.Direction.OUT) {
            for (int i = entry.users.size() - 1; i >= 0; i--) {
                KernelPolicy user = entry.users.get(i).policy;
                OutboundSa sa = saOf(user);
                if (sa != null) {
                    entry.current = user;
                    entry.sa = sa;
                    return;
                }
            }
        }
        entry.current = newest;
        entry.sa = null;
    }

    private OutboundSa saOf(KernelPolicy user) {
        List<OutboundSa> candidates = outbound.getOrDefault(user.reqid(), List.of());
        for (int i = candidates.size() - 1; i >= 0; i--) {
            if (user.spi() == 0 || candidates.get(i).spi == user.spi()) {
                return candidates.get(i);
            }
        }
        return null;
    }

    @Override
    public int saCount() {
        synchronized (lock) {
            return sas.size() + reserved.size();
        }
    }

    @Override
    public int policyCount() {
        synchronized (lock) {
            return policies.size();
        }
    }

    /** All SAs, for statistics. */
    Collection<Sa> sas() {
        synchronized (lock) {
            return List.copyOf(sas.values());
        }
    }

    /** All there is, taken out: nothing works here any more. The caller owns the SAs. */
    State detach() {
        synchronized (lock) {
            detached = true;
            List<State.Policy> policyStates = new ArrayList<>();
            for (PolicyEntry entry : policies.values()) {
                entry.sa = null;
                for (PolicyEntry.User user : entry.users) {
                    user.removed = true;
                    policyStates.add(new State.Policy(user.policy, user.routes));
                }
            }
            State state = new State(List.copyOf(reserved.values()), List.copyOf(sas.values()), policyStates);
            for (Sa sa : state.sas()) {
                if (sa instanceof InboundSa inbound) {
                    plane.inbound.remove(inbound);
                }
            }
            sas.clear();
            reserved.clear();
            policies.clear();
            byReqid.clear();
            outbound.clear();
            return state;
        }
    }

    /** Takes over what a predecessor had; its routes are there already. For the beginning, when nothing else is here. */
    void attach(State state) throws KernelException {
        synchronized (lock) {
            state.reserved().forEach(id -> reserved.put(id.spi(), id));
        }
        for (Sa sa : state.sas()) {
            install(sa, false);
            startTimers(sa);
        }
        synchronized (lock) {
            for (State.Policy policy : state.policies()) {
                enter(policy.policy()).routes = policy.routes();
            }
        }
    }

    /** Wipes all SAs and takes routes away: the end without successor. */
    void clear() {
        State state = detach();
        state.sas().forEach(Sa::close);
        state.policies().forEach(policy -> routes.remove(policy.routes()));
    }
}
