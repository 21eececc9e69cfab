// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import org.apache.felix.service.command.Function;
import org.jcharon.api.control.Controller;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:install} installs the trap of a child, or the shunt if its mode is pass or drop. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=install"})
public final class Install extends Command {

    static final Usage USAGE = Usage.of(
                    "install", "installs the trap of a child, or the shunt if its mode is pass or drop")
            .required("CHILD", Words.CHILD)
            .value("--ike", "CONNECTION", Words.CONNECTION, "the child of this connection")
            .timeout()
            .example("ike:install net", "traffic of net brings it up")
            .build();

    private final Controller controller;

    /** Made by the container. */
    @Activate
    public Install(@Reference(name = "controller") Controller controller) {
        super(USAGE);
        this.controller = controller;
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        console.println(Waiting.success(controller.install(given.value("--ike"), given.operand()), given.timeout()));
    }
}
