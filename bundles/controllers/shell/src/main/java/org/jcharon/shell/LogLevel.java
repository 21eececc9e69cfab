// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.jcharon.api.bus.Bus;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:log-level [GROUP] LEVEL} sets the level of a group, or of all; {@code -1} to {@code 4}. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=log-level"})
public final class LogLevel implements Function {

    private final Bus bus;

    /** Made by the container. */
    @Activate
    public LogLevel(@Reference(name = "bus") Bus bus) {
        this.bus = bus;
    }

    @Override
    public Object execute(CommandSession session, List<Object> arguments) throws CommandFailed {
        Arguments given = new Arguments("log-level [GROUP] LEVEL", arguments, Set.of(), Set.of());
        List<String> operands = given.operands(1, 2);
        String group = operands.size() == 2 ? operands.get(0).toLowerCase(Locale.ROOT) : "default";
        String level = operands.get(operands.size() - 1);
        if (!level.matches("-1|[0-4]")) {
            throw new CommandFailed("level '" + level + "' is not from -1 to 4");
        }
        try {
            bus.setLogLevel(group, Integer.parseInt(level));
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage());
        }
        session.getConsole().println("log level of " + group + " is " + level);
        return null;
    }
}
