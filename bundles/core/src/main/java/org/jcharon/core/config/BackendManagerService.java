// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.ConfigBackend;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.core.plugin.Whiteboard;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Connections of all backends, ranked as strongSwan ranks them. Any thread; nothing is kept of a backend between calls.
 *
 * <p>Addresses count 8 times the quality of the local and 16 times that of the remote one; identities the sum of both. A candidate
 * stands before another one if it is better in one of the two and not worse in the other; else the backends' order stays.
 */
@Component(service = {BackendManager.class, BackendManagerService.class})
public final class BackendManagerService implements BackendManager {

    private static final int LOCAL_WEIGHT = 8;
    private static final int REMOTE_WEIGHT = 16;
    private static final int MAX_PATTERNS = 65_536;

    private final Whiteboard<ConfigBackend> backends = new Whiteboard<>("configuration backend");
    private final NameCache names;
    private final BundleContext context;
    /** Pure results by text: parsing each entry of thousands of connections for each IKE_SA_INIT would be felt. */
    private final Map<String, AddressPattern> patterns = new ConcurrentHashMap<>();

    private final Map<String, List<PeerConfig>> announced = new HashMap<>(); // guarded by itself
    private ChangeListener listener; // guarded by announced

    /** In a framework, without any backend yet. */
    @Activate
    public BackendManagerService(
            @Reference(name = "processor") Processor processor,
            @Reference(name = "time") TimeSource time,
            BundleContext context) {
        this(new NameCache(processor, time, InetAddress::getAllByName), context);
    }

    /** Without a framework. */
    public BackendManagerService(Processor processor, TimeSource time) {
        this(processor, time, null);
    }

    BackendManagerService(NameCache names) {
        this(names, null);
    }

    private BackendManagerService(NameCache names, BundleContext context) {
        this.names = names;
        this.context = context;
    }

    /** Backends announce changes here and so need this service: they are bound by reference and fetched when first used. */
    @Reference(
            name = "backend",
            service = ConfigBackend.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "unbindBackend")
    void bindBackend(ServiceReference<ConfigBackend> reference) {
        backends.add(context, reference);
    }

    void unbindBackend(ServiceReference<ConfigBackend> reference) {
        backends.remove(reference);
    }

    /** A backend arrived. */
    public void addBackend(ConfigBackend backend, Map<String, Object> properties) {
        backends.add(backend, properties);
    }

    /** A backend leaves. */
    public void removeBackend(ConfigBackend backend) {
        backends.remove(backend);
    }

    @Override
    public CompletionStage<List<PeerConfig>> peerConfigs() {
        return backends.collect(ConfigBackend::peerConfigs);
    }

    /** Hears what backends announce with {@link #changed}. */
    public interface ChangeListener {
        /** The entries of a backend are now these. */
        void changed(String backend, List<PeerConfig> entries);
    }

    @Override
    public void changed(String backend, List<PeerConfig> entries) {
        List<PeerConfig> copy = List.copyOf(entries);
        ChangeListener now;
        synchronized (announced) {
            announced.put(backend, copy);
            now = listener;
        }
        if (now != null) {
            now.changed(backend, copy);
        }
    }

    /** Tells {@code value} what was announced, and what will be; null: nobody. */
    public void listener(ChangeListener value) {
        Map<String, List<PeerConfig>> before;
        synchronized (announced) {
            listener = value;
            before = new HashMap<>(announced);
        }
        if (value != null) {
            before.forEach(value::changed);
        }
    }

    @Override
    public CompletionStage<Optional<PeerConfig>> peerConfig(String name) {
        return peerConfigs()
                .thenApply(all -> all.stream()
                        .filter(config -> config.name().equals(name))
                        .findFirst());
    }

    /** Connections whose addresses fit, best first: whose proposals an IKE_SA_INIT may select from. */
    public CompletionStage<List<PeerConfig>> ikeCandidates(Endpoint local, Endpoint remote) {
        return ranked(local, remote, config -> 1);
    }

    /**
     * Connections that fit addresses and identities, best first. They are tried in this order while the constraints of their
     * authentication fail.
     *
     * @param idi what the initiator calls itself
     * @param idr what it calls us; {@code %any} if it does not
     */
    public CompletionStage<List<PeerConfig>> candidates(
            Endpoint local, Endpoint remote, Identification idi, Identification idr) {
        return ranked(local, remote, config -> {
            int ours = quality(idr, config.local(), true);
            int theirs = quality(idi, config.remote(), false);
            return ours == 0 || theirs == 0 ? 0 : ours + theirs;
        });
    }

    /** Identities of the first round only: nothing else is known when a connection is chosen. */
    private static int quality(Identification id, List<AuthConfig> rounds, boolean ours) {
        if (rounds.isEmpty() || (ours && id.isAny())) {
            return Identification.MATCH_ANY;
        }
        Identification configured = rounds.get(0).id();
        int quality = id.matchQuality(configured);
        // ours may be asked for by a pattern
        return quality == 0 && ours ? configured.matchQuality(id) : quality;
    }

    private interface IdentityQuality {
        /** 0: does not fit. */
        int of(PeerConfig config);
    }

    private record Candidate(PeerConfig config, int addresses, int identities) {

        boolean isBefore(Candidate other) {
            return (addresses > other.addresses && identities >= other.identities)
                    || (addresses >= other.addresses && identities > other.identities);
        }
    }

    private CompletionStage<List<PeerConfig>> ranked(Endpoint local, Endpoint remote, IdentityQuality identities) {
        return peerConfigs().thenCompose(configs -> {
            List<PeerConfig> fitting = new ArrayList<>(configs);
            fitting.removeIf(config -> identities.of(config) == 0);
            return resolved(fitting).thenApply(addresses -> rank(fitting, local, remote, identities, addresses));
        });
    }

    private List<PeerConfig> rank(
            List<PeerConfig> configs,
            Endpoint local,
            Endpoint remote,
            IdentityQuality identities,
            Map<String, List<InetAddress>> resolved) {
        List<Candidate> ranked = new ArrayList<>();
        for (PeerConfig config : configs) {
            int ours = quality(config.ike().localAddresses(), local.address(), resolved);
            int theirs = quality(config.ike().remoteAddresses(), remote.address(), resolved);
            if (ours > 0 && theirs > 0) {
                Candidate candidate =
                        new Candidate(config, LOCAL_WEIGHT * ours + REMOTE_WEIGHT * theirs, identities.of(config));
                int at = 0;
                while (at < ranked.size() && !candidate.isBefore(ranked.get(at))) {
                    at++;
                }
                ranked.add(at, candidate);
            }
        }
        return ranked.stream().map(Candidate::config).toList();
    }

    private int quality(List<String> entries, InetAddress address, Map<String, List<InetAddress>> resolved) {
        int best = entries.isEmpty() ? AddressPattern.ANY : AddressPattern.NONE;
        for (String entry : entries) {
            AddressPattern pattern = pattern(entry);
            best = Math.max(best, pattern.quality(address, resolved.getOrDefault(pattern.name(), List.of())));
        }
        return best;
    }

    /** Addresses of all names in these connections; complete at once if there is none or all are known. */
    private CompletionStage<Map<String, List<InetAddress>>> resolved(List<PeerConfig> configs) {
        Set<String> wanted = new LinkedHashSet<>();
        for (PeerConfig config : configs) {
            for (List<String> entries :
                    List.of(config.ike().localAddresses(), config.ike().remoteAddresses())) {
                entries.stream()
                        .map(entry -> pattern(entry).name())
                        .filter(name -> !name.isEmpty())
                        .forEach(wanted::add);
            }
        }
        CompletionStage<Map<String, List<InetAddress>>> all = CompletableFuture.completedFuture(new HashMap<>());
        for (String name : wanted) {
            all = all.thenCombine(names.addresses(name), (known, addresses) -> {
                known.put(name, addresses);
                return known;
            });
        }
        return all;
    }

    private AddressPattern pattern(String entry) {
        if (patterns.size() >= MAX_PATTERNS) {
            patterns.clear();
        }
        return patterns.computeIfAbsent(entry, AddressPattern::parse);
    }
}
