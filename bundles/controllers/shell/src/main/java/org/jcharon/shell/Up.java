// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import org.apache.felix.service.command.Function;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.Outcome;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:up} brings a CHILD_SA or an IKE_SA up. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=up"})
public final class Up extends Command {

    static final Usage USAGE = Usage.of(
                    "up", "brings up a CHILD_SA, and its IKE_SA if there is none; shows the log meanwhile")
            .optional("CHILD", Words.CHILD)
            .value(
                    "--ike",
                    "CONNECTION",
                    Words.CONNECTION,
                    "the child of this connection; without CHILD its IKE_SA alone")
            .timeout()
            .flag("--quiet", "without the log")
            .text("If it fails, the answer names the cause; ike:diagnose looks at everything it depends on.")
            .example("ike:up net", "the child net, whatever connection has it")
            .example("ike:up --ike home net", "the child net of connection home")
            .example("ike:up --ike home", "the IKE_SA alone")
            .build();

    private final Controller controller;

    /** Made by the container. */
    @Activate
    public Up(@Reference(name = "controller") Controller controller) {
        super(USAGE);
        this.controller = controller;
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        String connection = given.value("--ike");
        String child = given.operand();
        if (connection == null && child == null) {
            throw given.wrong("");
        }
        try (ConsoleLog log = new ConsoleLog(console.out())) {
            Outcome outcome = Waiting.await(
                    controller.initiate(connection, child, given.timeout(), given.has("--quiet") ? null : log),
                    given.timeout());
            if (!outcome.success()) {
                String advice = Advice.on(outcome.reason());
                throw new CommandFailed(outcome.reason() + (advice.isEmpty() ? "" : "\n" + advice));
            }
            console.println(outcome.reason());
        }
    }
}
