// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.felix.service.command.Function;
import org.jcharon.api.control.Controller;
import org.jcharon.api.processing.TimeSource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:version} shows versions. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=version"})
public final class VersionCommand extends Command {

    static final Usage USAGE = Usage.of(
                    "version", "shows the versions of the daemon, of Java and of the system, and since when it runs")
            .json()
            .example("ike:version", "for a report of a bug")
            .build();

    private final Controller controller;
    private final TimeSource time;

    /** Made by the container. */
    @Activate
    public VersionCommand(
            @Reference(name = "controller") Controller controller, @Reference(name = "time") TimeSource time) {
        super(USAGE);
        this.controller = controller;
        this.time = time;
    }

    @Override
    void run(Console console, Arguments given) {
        String own = VersionCommand.class.getPackage().getImplementationVersion();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("daemon", "jcharon");
        values.put("version", own == null ? "unknown" : own);
        values.put("java", Runtime.version().toString());
        values.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        values.put("machine", System.getProperty("os.arch"));
        values.put("startedAt", controller.startedAt().toString());
        values.put(
                "uptimeSeconds",
                Duration.between(controller.startedAt(), time.now()).toSeconds());
        console.show(
                () -> values,
                () -> "jcharon " + values.get("version") + ", Java " + values.get("java") + ", " + values.get("system")
                        + " " + values.get("machine") + "\nup for " + values.get("uptimeSeconds") + " s, since "
                        + values.get("startedAt") + "\n");
    }
}
