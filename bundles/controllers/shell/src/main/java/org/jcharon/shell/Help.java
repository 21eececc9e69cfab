// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** {@code ike:help} says what there is and how it is used. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=help"})
public final class Help extends Command {

    static final Usage USAGE = Usage.of("help", "lists the commands, or says how one is used")
            .optional("COMMAND", Words.COMMAND)
            .example("ike:help up", "usage, options and examples of ike:up")
            .build();

    /** Made by the container. */
    @Activate
    public Help() {
        super(USAGE);
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        if (given.operand() == null) {
            Table table = new Table("COMMAND", "WHAT IT DOES");
            Usages.ALL.forEach(usage -> table.row("ike:" + usage.name(), usage.summary()));
            table.row("feature:list", "lists what can be installed; feature:install NAME, feature:uninstall NAME");
            console.print(table.text("")
                    + "\n'help COMMAND' or 'COMMAND --help' says more. The scope 'ike:' may be left out.\n");
            return;
        }
        Usage usage = Usages.of(given.operand())
                .orElseThrow(() -> new CommandFailed("no command '" + given.operand() + "'; ike:help lists them"));
        console.print(usage.help());
    }
}
