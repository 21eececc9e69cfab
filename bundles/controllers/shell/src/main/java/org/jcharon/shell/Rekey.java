// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import org.apache.felix.service.command.Function;
import org.jcharon.api.control.Controller;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:rekey} makes new keys. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=rekey"})
public final class Rekey extends Command {

    static final Usage USAGE = Usage.of(
                    "rekey", "makes new keys for the CHILD_SAs of a name or, if there are none, the IKE_SAs")
            .optional("NAME", Words.CONNECTION_OR_CHILD)
            .value("--ike", "CONNECTION", Words.CONNECTION, "IKE_SAs of this connection")
            .value("--ike-id", "NUMBER", Words.TEXT, "the IKE_SA of this number (#…)")
            .value("--child", "CHILD", Words.CHILD, "CHILD_SAs of this name")
            .value("--child-id", "NUMBER", Words.TEXT, "the CHILD_SA of this number")
            .flag("--reauth", "IKE_SAs are made anew, with a new authentication")
            .timeout()
            .example("ike:rekey net", "the CHILD_SAs named net")
            .example("ike:rekey --ike home --reauth", "the IKE_SA of home, authenticated again")
            .build();

    private final Controller controller;

    /** Made by the container. */
    @Activate
    public Rekey(@Reference(name = "controller") Controller controller) {
        super(USAGE);
        this.controller = controller;
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        Controller.Selector selector = Selection.of(controller, given);
        if (given.has("--reauth") && selector.wantsChildren()) {
            throw given.wrong("--reauth is for IKE_SAs: name one with --ike or --ike-id");
        }
        console.println(
                Waiting.success(controller.rekey(selector, given.has("--reauth"), given.timeout()), given.timeout()));
    }
}
