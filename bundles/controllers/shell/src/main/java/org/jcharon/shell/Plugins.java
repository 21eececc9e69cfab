// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;

/** {@code ike:plugins} shows the bundles, as the launcher knows them. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=plugins"})
public final class Plugins extends Command {

    static final Usage USAGE = Usage.of("plugins", "shows the plugins: version, state, and who put them there")
            .flag("--all", "libraries and the container's own bundles too")
            .json()
            .text("OWNER is the feature that brought it, or 'deploy' for a jar of the folder deploy/.")
            .example("ike:plugins", "plugins only")
            .build();

    private final Supplier<List<Map<String, String>>> bundles;

    /** {@code bundles} lists name, plugin (empty: none), version, state and owner; null in a container of another launcher. */
    @Activate
    public Plugins(
            @Reference(name = "bundles", target = "(jcharon.bundles=true)", cardinality = ReferenceCardinality.OPTIONAL)
                    Supplier<List<Map<String, String>>> bundles) {
        super(USAGE);
        this.bundles = bundles;
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        if (bundles == null) {
            throw new CommandFailed("only the launcher of jcharon knows who owns bundles; lb lists them");
        }
        List<Map<String, String>> wanted = bundles.get().stream()
                .filter(bundle ->
                        given.has("--all") || !bundle.getOrDefault("plugin", "").isEmpty())
                .toList();
        console.show(() -> wanted.stream().map(LinkedHashMap::new).toList(), () -> {
            Table table = new Table("PLUGIN", "VERSION", "STATE", "OWNER");
            wanted.forEach(bundle -> table.row(
                    bundle.getOrDefault("plugin", "").isEmpty() ? bundle.get("name") : bundle.get("plugin"),
                    bundle.get("version"),
                    bundle.get("state"),
                    bundle.get("owner")));
            return table.text("no plugins");
        });
    }
}
