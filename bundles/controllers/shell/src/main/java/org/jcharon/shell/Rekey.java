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

/** {@code ike:rekey CHILD | rekey --ike CONNECTION}. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=rekey"})
public final class Rekey implements Function {

    private final Controller controller;

    /** Made by the container. */
    @Activate
    public Rekey(@Reference(name = "controller") Controller controller) {
        this.controller = controller;
    }

    @Override
    public Object execute(CommandSession session, List<Object> arguments) throws CommandFailed {
        Arguments given = new Arguments(
                "rekey CHILD | rekey --ike CONNECTION [--timeout SECONDS]",
                arguments,
                Set.of(),
                Set.of("--ike", "--timeout"));
        String connection = given.value("--ike");
        List<String> names = given.operands(connection == null ? 1 : 0, connection == null ? 1 : 0);
        Controller.Selector selector =
                connection == null ? Controller.Selector.child(names.get(0)) : Controller.Selector.ike(connection);
        session.getConsole().println(Waiting.success(controller.rekey(selector, given.timeout()), given.timeout()));
        return null;
    }
}
