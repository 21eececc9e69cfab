// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.List;
import java.util.Locale;
import org.apache.felix.service.command.Function;
import org.jcharon.api.bus.Bus;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:log-level} sets the level of a group, or of all. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=log-level"})
public final class LogLevel extends Command {

    static final Usage USAGE = Usage.of("log-level", "sets the highest level that is logged, until the daemon ends")
            .optional("GROUP", Words.GROUP)
            .required("LEVEL", Words.LEVEL)
            .value("--connection", "NAME", Words.CONNECTION, "only of what concerns this connection")
            .text(
                    "Levels: -1 nothing, 0 audit, 1 control, 2 more, 3 raw octets, 4 secrets; 'off' ends what this command set.")
            .text("Without GROUP all groups.")
            .example("ike:log-level ike 2", "more about exchanges")
            .example("ike:log-level --connection home 2", "more of all that concerns home")
            .example("ike:log-level off", "as configured again")
            .build();

    private final Bus bus;

    /** Made by the container. */
    @Activate
    public LogLevel(@Reference(name = "bus") Bus bus) {
        super(USAGE);
        this.bus = bus;
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        List<String> operands = given.operands();
        String group = operands.size() == 2 ? operands.get(0).toLowerCase(Locale.ROOT) : "default";
        String level = operands.get(operands.size() - 1);
        String connection = given.value("--connection");
        if (!level.matches("off|-1|[0-4]")) {
            throw new CommandFailed("level '" + level + "' is not from -1 to 4, nor off");
        }
        try {
            if (level.equals("off")) {
                clear(connection, group);
            } else if (connection == null) {
                bus.setLogLevel(group, Integer.parseInt(level));
            } else {
                bus.setLogLevel(connection, group, Integer.parseInt(level));
            }
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage());
        }
        console.println("log level of " + group + (connection == null ? "" : " for connection " + connection)
                + (level.equals("off") ? " is as configured" : " is " + level));
    }

    private void clear(String connection, String group) {
        if (connection == null) {
            bus.clearLogLevel(group);
        } else {
            bus.clearLogLevel(connection, group);
        }
    }
}
