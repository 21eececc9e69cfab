// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.felix.service.command.Function;
import org.jcharon.api.crypto.CryptoRegistry;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:list-algs} shows the algorithms that can be used. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=list-algs"})
public final class ListAlgs extends Command {

    static final Usage USAGE = Usage.of(
                    "list-algs", "shows the algorithms whose known answers passed, and whose plugin is used")
            .json()
            .example("ike:list-algs", "kind by kind, preferred ones first")
            .build();

    private final CryptoRegistry crypto;

    /** Made by the container. */
    @Activate
    public ListAlgs(@Reference(name = "crypto") CryptoRegistry crypto) {
        super(USAGE);
        this.crypto = crypto;
    }

    @Override
    void run(Console console, Arguments given) {
        Map<String, Map<String, String>> kinds = new LinkedHashMap<>();
        crypto.algorithms()
                .forEach(algorithm -> kinds.computeIfAbsent(algorithm.kind(), kind -> new LinkedHashMap<>())
                        .put(algorithm.name(), algorithm.plugin()));
        console.show(() -> kinds, () -> {
            StringBuilder out = new StringBuilder();
            kinds.forEach((kind, names) -> {
                out.append(kind).append(":\n");
                names.forEach((name, plugin) ->
                        out.append("  ").append(name).append('[').append(plugin).append("]\n"));
            });
            return out.toString();
        });
    }
}
