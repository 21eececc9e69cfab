// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.time.Instant;
import java.util.Iterator;
import java.util.stream.Stream;
import org.apache.felix.service.command.Function;
import org.jcharon.api.control.Controller;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.sa.IkeSaInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:list-sas} shows IKE_SAs and CHILD_SAs. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=list-sas"})
public final class ListSas extends Command {

    static final Usage USAGE = Usage.of("list-sas", "shows IKE_SAs and their CHILD_SAs as swanctl --list-sas does")
            .optional("NAME", Words.CONNECTION_OR_CHILD)
            .value("--ike", "CONNECTION", Words.CONNECTION, "IKE_SAs of this connection")
            .value("--ike-id", "NUMBER", Words.TEXT, "the IKE_SA of this number (#…)")
            .value("--child", "CHILD", Words.CHILD, "IKE_SAs with such a CHILD_SA, and no others of theirs")
            .value("--child-id", "NUMBER", Words.TEXT, "the CHILD_SA of this number")
            .json()
            .example("ike:list-sas", "all")
            .example("ike:list-sas home", "those of connection or child home")
            .example("ike:list-sas --json", "for programs")
            .build();

    private final Controller controller;
    private final TimeSource time;

    /** Made by the container. */
    @Activate
    public ListSas(@Reference(name = "controller") Controller controller, @Reference(name = "time") TimeSource time) {
        super(USAGE);
        this.controller = controller;
        this.time = time;
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        Instant now = time.now();
        String name = given.operand();
        try (Stream<IkeSaInfo> all = controller.listSas(Selection.explicit(given))) {
            Stream<IkeSaInfo> wanted = all.filter(sa -> name == null
                    || sa.name().equals(name)
                    || sa.children().stream().anyMatch(child -> child.name().equals(name)));
            if (console.isJson()) {
                console.println(Json.of(wanted.map(SaJson::of).toList()));
            } else {
                Iterator<IkeSaInfo> each = wanted.iterator();
                if (!each.hasNext() && name != null) {
                    console.println("no IKE_SA and no CHILD_SA is called '" + name + "'");
                }
                each.forEachRemaining(sa -> console.print(SaText.of(sa, now)));
            }
        }
    }
}
