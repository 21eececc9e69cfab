// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.control;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.Outcome;
import org.jcharon.core.manager.IkeSaManager;
import org.jcharon.core.manager.Lease;
import org.jcharon.core.sa.IkePath;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeServices;
import org.jcharon.core.sa.Reconnector;

/** Makes the IKE_SAs that take the place of others. Any thread. */
public final class Reconnections implements Reconnector {

    private static final Log LOG = Log.of("ike");

    private final IkeSaManager manager;
    private final InitiatorEnds ends;
    private final Policies policies;
    private volatile IkeServices services; // publishes the services, which name this object and so come later

    /** Over what else begins IKE_SAs and installs traps; {@link #services} must follow. */
    public Reconnections(IkeSaManager manager, InitiatorEnds ends, Policies policies) {
        this.manager = manager;
        this.ends = ends;
        this.policies = policies;
    }

    /** What new IKE_SAs use. */
    public void services(IkeServices value) {
        services = value;
    }

    @Override
    public CompletionStage<Outcome> connect(Plan plan) {
        return ends(plan.config().ike(), plan.last()).thenCompose(path -> begin(plan, path, ike -> {}));
    }

    @Override
    public CompletionStage<Outcome> connectTo(Plan plan, Consumer<IkeSa> prepare) {
        return begin(plan, plan.last(), prepare);
    }

    @Override
    public CompletionStage<IkePath> gateway(IkeConfig config, String gateway) {
        return ends.find(config.toBuilder().remoteAddresses(List.of(gateway)).build());
    }

    private CompletionStage<Outcome> begin(Plan plan, IkePath path, Consumer<IkeSa> prepare) {
        CompletableFuture<Outcome> result = new CompletableFuture<>();
        try (Lease lease = manager.createInitiator(id -> {
            IkeSa ike = new IkeSa(id, services, path.local(), path.remote());
            ike.peerConfig(plan.config());
            ike.recovery().replaces(plan.replaced());
            prepare.accept(ike);
            return ike;
        })) {
            lease.retag();
            IkeSa ike = (IkeSa) lease.sa();
            ike.ended().thenAccept(end -> result.complete(Outcome.failed(end.reason())));
            List<CompletableFuture<Outcome>> parts = new ArrayList<>();
            parts.add(ike.established().toCompletableFuture());
            plan.children().forEach(child -> parts.add(new CompletableFuture<>()));
            CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                    .thenRun(() -> result.complete(parts.get(0).join()));
            for (int i = 0; i < plan.children().size(); i++) {
                CompletableFuture<Outcome> part = parts.get(i + 1);
                if (i == 0) {
                    ike.tasks().queueInitial(plan.children().get(i), List.of(), part::complete);
                } else {
                    ike.tasks().queueChild(plan.children().get(i), List.of(), part::complete);
                }
            }
            if (plan.children().isEmpty()) {
                ike.tasks().queueInitial(null, List.of(), null);
            }
        } catch (IllegalStateException refused) {
            LOG.control(
                    "unable to reestablish connection '{}': {}", plan.config().name(), refused.getMessage());
            result.complete(Outcome.failed(refused.getMessage()));
        }
        return result;
    }

    @Override
    public CompletionStage<IkePath> ends(IkeConfig config, IkePath last) {
        return ends.find(config).exceptionally(failure -> {
            LOG.more("no other ends for {}: {}", last, failure.getMessage());
            return last;
        });
    }

    @Override
    public void trap(PeerConfig config, ChildConfig child) {
        policies.install(config, child);
    }
}
