// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.jcharon.api.control.Controller;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.sa.IkeSaInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:list-sas [--json]}. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=list-sas"})
public final class ListSas implements Function {

    private final Controller controller;
    private final TimeSource time;

    /** Made by the container. */
    @Activate
    public ListSas(@Reference(name = "controller") Controller controller, @Reference(name = "time") TimeSource time) {
        this.controller = controller;
        this.time = time;
    }

    @Override
    public Object execute(CommandSession session, List<Object> arguments) throws CommandFailed {
        Arguments given = new Arguments("list-sas [--json]", arguments, Set.of("--json"), Set.of());
        given.operands(0, 0);
        Instant now = time.now();
        try (Stream<IkeSaInfo> all = controller.listSas()) {
            if (given.has("--json")) {
                session.getConsole().println(Json.of(all.map(SaJson::of).toList()));
            } else {
                all.forEach(sa -> session.getConsole().print(SaText.of(sa, now)));
            }
        }
        return null;
    }
}
