// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.testkit;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.kernel.UsageStats;

/**
 * A data plane that only remembers, as strictly as a real one: what was never added cannot be deleted, and what is never deleted
 * shows in {@link #leaks()}. SPIs count up from c0000001. Any thread.
 */
public final class FakeKernel implements KernelIpsec {

    private static final int ENOENT = 2;
    private static final int EEXIST = 17;
    private static final int FIRST_SPI = 0xc000_0001;

    private final Set<SaId> reserved = new java.util.LinkedHashSet<>();
    private final Map<SaId, KernelSa> sas = new LinkedHashMap<>();
    private final Map<SaId, UsageStats> usage = new HashMap<>();
    private final Map<PolicyKey, Users> policies = new LinkedHashMap<>();
    private final Set<String> failing = new TreeSet<>();
    private Set<Feature> features = EnumSet.allOf(Feature.class);
    private int nextSpi = FIRST_SPI;

    /** Sets what {@link #features} says. */
    public synchronized void features(Set<Feature> value) {
        features = Set.copyOf(value);
    }

    /** Has a method, such as {@code addSa}, fail until {@link #restore}. */
    public synchronized void fail(String method) {
        failing.add(method);
    }

    /** Has all methods work again. */
    public synchronized void restore() {
        failing.clear();
    }

    /** Sets what an SA is said to have carried. */
    public synchronized void usage(SaId id, UsageStats stats) {
        usage.put(id, stats);
    }

    /** The SAs installed, oldest first, with copies of their keys. */
    public synchronized List<KernelSa> sas() {
        return List.copyOf(sas.values());
    }

    /** The policies installed, oldest first; of equal ones the newest. */
    public synchronized List<KernelPolicy> policies() {
        return policies.values().stream().map(users -> users.newest).toList();
    }

    /** SAs, reserved SPIs and policies that are still there, one line each. */
    public synchronized List<String> leaks() {
        List<String> leaks = new ArrayList<>();
        sas.values().forEach(sa -> leaks.add("SA " + sa));
        reserved.forEach(id -> leaks.add("reserved " + id));
        policies.forEach((key, users) -> leaks.add("policy " + key + " with " + users.count + " users"));
        return leaks;
    }

    @Override
    public synchronized Set<Feature> features() {
        return features;
    }

    @Override
    public boolean supports(TransformId transform) {
        return true;
    }

    @Override
    public synchronized int allocateSpi(InetAddress source, InetAddress destination, ProtocolId protocol)
            throws KernelException {
        check("allocateSpi");
        int spi = nextSpi++;
        reserved.add(new SaId(destination, protocol, spi));
        return spi;
    }

    @Override
    public synchronized void addSa(KernelSa sa) throws KernelException {
        check("addSa");
        if (sa.update()) {
            // The system finds the reservation without the mark.
            if (!reserved.remove(unmarked(sa.id()))) {
                throw new KernelException(ENOENT, "update of " + sa.id() + ": SPI is not reserved");
            }
        } else if (sas.containsKey(sa.id()) || reserved.contains(unmarked(sa.id()))) {
            throw new KernelException(EEXIST, "addition of " + sa.id() + ": exists");
        }
        sas.put(
                sa.id(),
                sa.toBuilder()
                        .encryptionKey(sa.encryptionKey().copy())
                        .integrityKey(sa.integrityKey().copy())
                        .build());
    }

    @Override
    public synchronized void updateSa(
            SaId id, InetAddress newSource, InetAddress newDestination, int newSourcePort, int newDestinationPort)
            throws KernelException {
        check("updateSa");
        KernelSa old = sas.remove(id);
        if (old == null) {
            throw new KernelException(ENOENT, "update of " + id + ": unknown");
        }
        SaId moved = new SaId(newDestination, id.protocol(), id.spi(), id.mark());
        sas.put(
                moved,
                old.toBuilder()
                        .id(moved)
                        .source(newSource)
                        .encapsulationSourcePort(newSourcePort)
                        .encapsulationDestinationPort(newDestinationPort)
                        .build());
        UsageStats carried = usage.remove(id);
        if (carried != null) {
            usage.put(moved, carried);
        }
    }

    @Override
    public synchronized void updateSelectors(SaId id, List<TrafficSelector> sources, List<TrafficSelector> destinations)
            throws KernelException {
        check("updateSelectors");
        KernelSa old = sas.get(id);
        if (old == null) {
            throw new KernelException(ENOENT, "update of " + id + ": unknown");
        }
        sas.put(
                id,
                old.toBuilder()
                        .sourceSelectors(sources)
                        .destinationSelectors(destinations)
                        .build());
    }

    @Override
    public synchronized UsageStats query(SaId id) throws KernelException {
        check("query");
        if (!sas.containsKey(id)) {
            throw new KernelException(ENOENT, "query of " + id + ": unknown");
        }
        return usage.getOrDefault(id, UsageStats.NONE);
    }

    @Override
    public synchronized void deleteSa(SaId id) throws KernelException {
        check("deleteSa");
        KernelSa sa = sas.remove(id);
        if (sa != null) {
            sa.close();
            usage.remove(id);
        } else if (!reserved.remove(unmarked(id))) {
            throw new KernelException(ENOENT, "deletion of " + id + ": unknown");
        }
    }

    @Override
    public synchronized void addPolicy(KernelPolicy policy) throws KernelException {
        check("addPolicy");
        Users users = policies.computeIfAbsent(PolicyKey.of(policy), key -> new Users());
        users.newest = policy;
        users.count++;
    }

    @Override
    public synchronized void deletePolicy(KernelPolicy policy) throws KernelException {
        check("deletePolicy");
        PolicyKey key = PolicyKey.of(policy);
        Users users = policies.get(key);
        if (users == null) {
            throw new KernelException(ENOENT, "deletion of policy " + key + ": unknown");
        }
        if (--users.count == 0) {
            policies.remove(key);
        }
    }

    @Override
    public synchronized int saCount() {
        return sas.size() + reserved.size();
    }

    @Override
    public synchronized int policyCount() {
        return policies.size();
    }

    private void check(String method) throws KernelException {
        if (failing.contains(method)) {
            throw new KernelException(0, method + " was told to fail");
        }
    }

    private static SaId unmarked(SaId id) {
        return new SaId(id.destination(), id.protocol(), id.spi());
    }

    private static final class Users {
        private KernelPolicy newest;
        private int count;
    }

    private record PolicyKey(
            KernelPolicy.Direction direction,
            TrafficSelector source,
            TrafficSelector destination,
            long mark,
            int ifId) {

        static PolicyKey of(KernelPolicy policy) {
            return new PolicyKey(
                    policy.direction(), policy.source(), policy.destination(), policy.mark(), policy.ifId());
        }

        @Override
        public String toString() {
            return direction + " " + source + " === " + destination;
        }
    }
}
