// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.Map;
import org.apache.felix.service.command.Function;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.IkeCounters;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:counters} shows counters of IKE, or begins them at 0. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=counters"})
public final class CountersCommand extends Command {

    static final Usage USAGE = Usage.of(
                    "counters", "shows counters of IKE events, of a connection or of the whole daemon")
            .optional("CONNECTION", Words.CONNECTION)
            .flag("--all", "of the daemon and of each connection")
            .flag("--reset", "begins at 0 after showing them; with --all for all")
            .json()
            .example("ike:counters", "of the whole daemon")
            .example("ike:counters home --reset", "of connection home, which begin at 0 then")
            .build();

    private final Controller controller;

    /** Made by the container. */
    @Activate
    public CountersCommand(@Reference(name = "controller") Controller controller) {
        super(USAGE);
        this.controller = controller;
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        IkeCounters counters = controller
                .counters()
                .orElseThrow(() -> new CommandFailed("nothing counts: install the feature jcharon-counters"));
        String connection = given.operand() == null ? "" : given.operand();
        boolean all = given.has("--all");
        if (all && !connection.isEmpty()) {
            throw given.wrong("either a connection or --all");
        }
        Map<String, Map<String, Long>> values = all ? counters.all() : Map.of(connection, counters.of(connection));
        if (!all && values.get(connection).isEmpty()) {
            throw new CommandFailed("nothing was counted for connection '" + connection + "'");
        }
        console.show(() -> all ? values : values.get(connection), () -> text(values));
        if (all && given.has("--reset")) {
            counters.resetAll();
        } else if (given.has("--reset")) {
            counters.reset(connection);
        }
    }

    private static String text(Map<String, Map<String, Long>> values) {
        StringBuilder out = new StringBuilder();
        values.forEach((connection, each) -> {
            out.append(connection.isEmpty() ? "global" : Table.clean(connection))
                    .append(":\n");
            each.forEach((name, value) -> out.append("  ")
                    .append(Table.padded(name, 22))
                    .append(value)
                    .append('\n'));
        });
        return out.toString();
    }
}
