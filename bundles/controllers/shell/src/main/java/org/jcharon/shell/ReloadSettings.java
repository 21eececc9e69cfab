// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.Optional;
import org.apache.felix.service.command.Function;
import org.jcharon.api.settings.SettingsReload;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:reload-settings} reads strongswan.conf again. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=reload-settings"})
public final class ReloadSettings extends Command {

    static final Usage USAGE = Usage.of(
                    "reload-settings", "reads strongswan.conf again; what cannot be read changes nothing")
            .timeout()
            .example("ike:reload-settings", "loggers and plugins take over what they can while they run")
            .build();

    private final SettingsReload reload;

    /** Made by the container. */
    @Activate
    public ReloadSettings(@Reference(name = "reload") SettingsReload reload) {
        super(USAGE);
        this.reload = reload;
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        Optional<String> problem = Waiting.await(reload.reload(), given.timeout());
        if (problem.isPresent()) {
            throw new CommandFailed(problem.get());
        }
        console.println("settings read again");
    }
}
