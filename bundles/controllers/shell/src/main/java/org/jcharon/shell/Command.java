// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;

/** A command of the scope {@code ike}. Called in Gogo's threads, by several at once. */
abstract class Command implements Function {

    private final Usage usage;

    Command(Usage usage) {
        this.usage = usage;
    }

    @Override
    public final Object execute(CommandSession session, List<Object> arguments) throws CommandFailed {
        Arguments given = Arguments.of(usage, arguments);
        Console console = new Console(session, given.has("--json"));
        if (given.has("--help")) {
            console.print(usage.help());
        } else {
            run(console, given);
        }
        return null;
    }

    /** Does it; arguments fit the usage. */
    abstract void run(Console console, Arguments given) throws CommandFailed;
}
