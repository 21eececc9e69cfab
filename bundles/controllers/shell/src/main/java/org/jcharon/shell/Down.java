// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.jcharon.api.control.Controller;
import org.jcharon.api.sa.IkeSaInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:down NAME [--force]} closes the CHILD_SAs of that name or, if there are none, the IKE_SAs; also {@code --ike} and {@code --child}. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=down"})
public final class Down implements Function {

    private final Controller controller;

    /** Made by the container. */
    @Activate
    public Down(@Reference(name = "controller") Controller controller) {
        this.controller = controller;
    }

    @Override
    public Object execute(CommandSession session, List<Object> arguments) throws CommandFailed {
        Arguments given = new Arguments(
                "down NAME [--force] [--timeout SECONDS] | down --ike CONNECTION | down --child CHILD",
                arguments,
                Set.of("--force"),
                Set.of("--ike", "--child", "--timeout"));
        Controller.Selector selector = selector(given);
        try (ConsoleLog log = new ConsoleLog(session.getConsole())) {
            String done = Waiting.success(
                    controller.terminate(selector, given.has("--force"), given.timeout(), log), given.timeout());
            session.getConsole().println(done);
        }
        return null;
    }

    private Controller.Selector selector(Arguments given) throws CommandFailed {
        String ike = given.value("--ike");
        String child = given.value("--child");
        boolean named = ike != null || child != null;
        List<String> names = given.operands(named ? 0 : 1, named ? 0 : 1);
        if (named) {
            return new Controller.Selector(ike, 0, child, 0);
        }
        String name = names.get(0);
        try (Stream<IkeSaInfo> all = controller.listSas()) {
            List<IkeSaInfo> sas = all.toList();
            if (sas.stream()
                    .anyMatch(
                            sa -> sa.children().stream().anyMatch(c -> c.name().equals(name)))) {
                return Controller.Selector.child(name);
            }
            if (sas.stream().anyMatch(sa -> sa.name().equals(name))) {
                return Controller.Selector.ike(name);
            }
        }
        throw new CommandFailed("neither a CHILD_SA nor an IKE_SA is called '" + name + "'");
    }
}
