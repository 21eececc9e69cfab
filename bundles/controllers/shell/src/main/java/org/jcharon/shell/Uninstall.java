// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import org.apache.felix.service.command.Function;
import org.jcharon.api.control.Controller;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:uninstall} takes the trap or shunt of a child away. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=uninstall"})
public final class Uninstall extends Command {

    static final Usage USAGE = Usage.of("uninstall", "takes the trap or shunt of a child away")
            .required("CHILD", Words.CHILD)
            .value("--ike", "CONNECTION", Words.CONNECTION, "the child of this connection")
            .timeout()
            .example("ike:uninstall net", "no trap any more; SAs stay")
            .build();

    private final Controller controller;

    /** Made by the container. */
    @Activate
    public Uninstall(@Reference(name = "controller") Controller controller) {
        super(USAGE);
        this.controller = controller;
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        console.println(Waiting.success(controller.uninstall(given.value("--ike"), given.operand()), given.timeout()));
    }
}
