// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import org.apache.felix.service.command.Function;
import org.jcharon.api.control.Controller;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:down} closes SAs. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=down"})
public final class Down extends Command {

    static final Usage USAGE = Usage.of("down", "closes the CHILD_SAs of a name or, if there are none, the IKE_SAs")
            .optional("NAME", Words.CONNECTION_OR_CHILD)
            .value("--ike", "CONNECTION", Words.CONNECTION, "IKE_SAs of this connection, with their CHILD_SAs")
            .value("--ike-id", "NUMBER", Words.TEXT, "the IKE_SA of this number (#…)")
            .value("--child", "CHILD", Words.CHILD, "CHILD_SAs of this name")
            .value("--child-id", "NUMBER", Words.TEXT, "the CHILD_SA of this number")
            .flag("--force", "IKE_SAs at once, without waiting for the peer")
            .timeout()
            .example("ike:down net", "the CHILD_SAs named net")
            .example("ike:down --ike home", "all of connection home")
            .example("ike:down --ike-id 3 --force", "IKE_SA #3, though its peer is gone")
            .build();

    private final Controller controller;

    /** Made by the container. */
    @Activate
    public Down(@Reference(name = "controller") Controller controller) {
        super(USAGE);
        this.controller = controller;
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        Controller.Selector selector = Selection.of(controller, given);
        try (ConsoleLog log = new ConsoleLog(console.out())) {
            console.println(Waiting.success(
                    controller.terminate(selector, given.has("--force"), given.timeout(), log), given.timeout()));
        }
    }
}
