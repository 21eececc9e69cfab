// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.PolicyInfo;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.vici.event.ConnectionSections;
import org.jcharon.vici.event.SaSections;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.server.Client;
import org.jcharon.vici.server.Commands.Command;

/** Commands that answer with a list of events about SAs, policies and connections. Any thread. */
final class ListCommands {

    private final Controller controller;
    private final BackendManager backends;
    private final Processor processor;
    private final TimeSource time;

    ListCommands(Controller controller, BackendManager backends, Processor processor, TimeSource time) {
        this.controller = controller;
        this.backends = backends;
        this.processor = processor;
        this.time = time;
    }

    Map<String, Command> all() {
        return Map.of(
                "list-sas", this::listSas,
                "list-policies", this::listPolicies,
                "list-conns", this::listConns);
    }

    private CompletionStage<Section> listSas(Section request, Client client) {
        Controller.Selector selector = new Arguments(request).selector();
        // as in charon those of a child's name or number are shown of each IKE_SA, also where there are none
        Controller.Selector owners = new Controller.Selector(selector.ikeName(), selector.ikeId(), null, 0);
        Stream<org.jcharon.api.sa.IkeSaInfo> all =
                owners.equals(Controller.Selector.ALL) ? controller.listSas() : controller.listSas(owners);
        return send(
                client,
                all.iterator(),
                sa -> client.event(
                        "list-sa",
                        SaSections.named(
                                sa,
                                time.now(),
                                sa.children().stream().filter(selector::fits).toList())));
    }

    private CompletionStage<Section> listPolicies(Section request, Client client) {
        Arguments given = new Arguments(request);
        String ike = given.text("ike");
        String child = given.text("child");
        List<PolicyInfo> wanted = controller
                .listPolicies()
                .filter(policy -> request.flag(policy.kind().name().toLowerCase(Locale.ROOT)))
                .filter(policy -> ike == null || ike.equals(policy.connection()))
                .filter(policy -> child == null || child.equals(policy.child()))
                .toList();
        return backends.peerConfigs()
                .thenCompose(peers ->
                        send(client, wanted.iterator(), policy -> client.event("list-policy", policy(policy, peers))));
    }

    private static Section policy(PolicyInfo policy, List<PeerConfig> peers) {
        Section.Builder out = Section.builder().put("child", policy.child());
        if (policy.kind() == PolicyInfo.Kind.TRAP) {
            out.put("reqid", Integer.toUnsignedLong(policy.reqid()));
        }
        if (!policy.connection().isEmpty()) {
            out.put("ike", policy.connection());
        }
        String mode = policy.kind() == PolicyInfo.Kind.TRAP
                ? mode(policy, peers).name()
                : policy.kind().name();
        out.put("mode", mode)
                .list("local-ts", selectors(policy.localSelectors()))
                .list("remote-ts", selectors(policy.remoteSelectors()));
        String name = policy.connection().isEmpty() ? policy.child() : policy.connection() + "/" + policy.child();
        return Section.builder().put(name, out.build()).build();
    }

    private static ChildConfig.Mode mode(PolicyInfo policy, List<PeerConfig> peers) {
        return peers.stream()
                .filter(peer -> peer.name().equals(policy.connection()))
                .flatMap(peer -> peer.child(policy.child()).stream())
                .map(ChildConfig::mode)
                .findFirst()
                .orElse(ChildConfig.Mode.TUNNEL);
    }

    private static List<String> selectors(List<TrafficSelector> selectors) {
        return selectors.stream().map(TrafficSelector::toString).toList();
    }

    private CompletionStage<Section> listConns(Section request, Client client) {
        String ike = new Arguments(request).text("ike");
        return backends.peerConfigs()
                .thenCompose(peers -> send(
                        client,
                        peers.stream()
                                .filter(peer -> ike == null || ike.equals(peer.name()))
                                .iterator(),
                        peer -> client.event("list-conn", ConnectionSections.named(peer))));
    }

    private <T> CompletionStage<Section> send(Client client, Iterator<T> source, Consumer<T> each) {
        return Batches.send(processor, client, source, each);
    }
}
