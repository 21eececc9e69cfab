// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import org.apache.felix.service.command.Function;
import org.jcharon.api.control.Controller;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:stats} shows counters and gauges. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=stats"})
public final class Stats extends Command {

    static final Usage USAGE = Usage.of("stats", "shows counters and gauges of the daemon")
            .json()
            .example("ike:stats --json", "for programs")
            .build();

    private final Controller controller;

    /** Made by the container. */
    @Activate
    public Stats(@Reference(name = "controller") Controller controller) {
        super(USAGE);
        this.controller = controller;
    }

    @Override
    void run(Console console, Arguments given) {
        console.show(controller::statistics, () -> {
            StringBuilder out = new StringBuilder();
            controller
                    .statistics()
                    .forEach((name, value) ->
                            out.append(name).append(' ').append(value).append('\n'));
            return out.toString();
        });
    }
}
