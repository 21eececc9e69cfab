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

/** {@code ike:up CHILD | up --ike CONNECTION [CHILD]}. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=up"})
public final class Up implements Function {

    private final Controller controller;

    /** Made by the container. */
    @Activate
    public Up(@Reference(name = "controller") Controller controller) {
        this.controller = controller;
    }

    @Override
    public Object execute(CommandSession session, List<Object> arguments) throws CommandFailed {
        Arguments given = new Arguments(
                "up CHILD | up --ike CONNECTION [CHILD] [--timeout SECONDS]",
                arguments,
                Set.of(),
                Set.of("--ike", "--timeout"));
        String connection = given.value("--ike");
        List<String> names = given.operands(connection == null ? 1 : 0, 1);
        String child = names.isEmpty() ? null : names.get(0);
        try (ConsoleLog log = new ConsoleLog(session.getConsole())) {
            String done =
                    Waiting.success(controller.initiate(connection, child, given.timeout(), log), given.timeout());
            session.getConsole().println(done);
        }
        return null;
    }
}
