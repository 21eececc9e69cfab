// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.service.command.Function;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.PolicyInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:list-policies} shows traps and shunts. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=list-policies"})
public final class ListPolicies extends Command {

    static final Usage USAGE = Usage.of("list-policies", "shows traps and shunts that are installed")
            .optional("CHILD", Words.CHILD)
            .json()
            .example("ike:list-policies", "all")
            .build();

    private final Controller controller;

    /** Made by the container. */
    @Activate
    public ListPolicies(@Reference(name = "controller") Controller controller) {
        super(USAGE);
        this.controller = controller;
    }

    @Override
    void run(Console console, Arguments given) {
        try (Stream<PolicyInfo> all = controller.listPolicies()) {
            List<PolicyInfo> policies = all.filter(
                            policy -> given.operand() == null || given.operand().equals(policy.child()))
                    .toList();
            console.show(() -> policies.stream().map(ListPolicies::json).toList(), () -> text(policies));
        }
    }

    private static String text(List<PolicyInfo> policies) {
        Table table = new Table("KIND", "CONNECTION", "CHILD", "REQID", "LOCAL", "REMOTE");
        policies.forEach(policy -> table.row(
                policy.kind(),
                policy.connection(),
                policy.child(),
                policy.reqid() == 0 ? "-" : policy.reqid(),
                selectors(policy.localSelectors()),
                selectors(policy.remoteSelectors())));
        return table.text("no policies");
    }

    private static String selectors(List<TrafficSelector> selectors) {
        return selectors.stream().map(TrafficSelector::toString).collect(Collectors.joining(" "));
    }

    private static Map<String, Object> json(PolicyInfo policy) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("kind", policy.kind().name());
        map.put("connection", policy.connection());
        map.put("child", policy.child());
        map.put("reqid", policy.reqid());
        map.put(
                "localSelectors",
                policy.localSelectors().stream().map(TrafficSelector::toString).toList());
        map.put(
                "remoteSelectors",
                policy.remoteSelectors().stream().map(TrafficSelector::toString).toList());
        return map;
    }
}
