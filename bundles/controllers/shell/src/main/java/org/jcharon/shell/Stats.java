// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.List;
import java.util.Set;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.jcharon.api.control.Controller;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:stats [--json]}. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=stats"})
public final class Stats implements Function {

    private final Controller controller;

    /** Made by the container. */
    @Activate
    public Stats(@Reference(name = "controller") Controller controller) {
        this.controller = controller;
    }

    @Override
    public Object execute(CommandSession session, List<Object> arguments) throws CommandFailed {
        Arguments given = new Arguments("stats [--json]", arguments, Set.of("--json"), Set.of());
        given.operands(0, 0);
        if (given.has("--json")) {
            session.getConsole().println(Json.of(controller.statistics()));
        } else {
            controller
                    .statistics()
                    .forEach((name, value) -> session.getConsole().println(name + " " + value));
        }
        return null;
    }
}
