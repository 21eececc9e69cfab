// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import org.apache.felix.service.command.Function;
import org.jcharon.api.control.Controller;
import org.jcharon.api.credential.Identification;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:redirect} sends peers to another gateway (RFC 5685). */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=redirect"})
public final class Redirect extends Command {

    static final Usage USAGE = Usage.of("redirect", "sends peers to another gateway (RFC 5685)")
            .required("GATEWAY", Words.TEXT)
            .value("--ike", "CONNECTION", Words.CONNECTION, "those of this connection")
            .value("--ike-id", "NUMBER", Words.TEXT, "the one of this IKE_SA")
            .value("--peer-ip", "ADDRESS", Words.TEXT, "those of an address, a prefix or a range a-b")
            .value("--peer-id", "IDENTITY", Words.TEXT, "those of an identity, which may have wildcards")
            .timeout()
            .example("ike:redirect --ike home gw2.example.org", "all peers of connection home")
            .build();

    private final Controller controller;

    /** Made by the container. */
    @Activate
    public Redirect(@Reference(name = "controller") Controller controller) {
        super(USAGE);
        this.controller = controller;
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        Controller.RedirectSelector selector = new Controller.RedirectSelector(
                given.value("--ike"),
                given.number("--ike-id", 0, Integer.MAX_VALUE),
                given.value("--peer-ip"),
                given.value("--peer-id") == null ? null : Identification.parse(given.value("--peer-id")));
        if (selector.equals(new Controller.RedirectSelector(null, 0, null, null))) {
            throw given.wrong("say which peers");
        }
        console.println(
                Waiting.success(controller.redirect(selector, Identification.parse(given.operand())), given.timeout()));
    }
}
