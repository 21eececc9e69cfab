// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.felix.service.command.Function;
import org.jcharon.api.control.Controller;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.sa.IkeSaInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:watch} shows SAs, rates and events while they change. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=watch"})
public final class Watch extends Command {

    static final Usage USAGE = Usage.of("watch", "shows SAs, rates and events while they change")
            .optional("NAME", Words.CONNECTION)
            .value("--interval", "SECONDS", Words.TEXT, "between two pictures, default 1")
            .value("--count", "NUMBER", Words.TEXT, "ends after so many pictures")
            .value("--width", "COLUMNS", Words.TEXT, "default that of the terminal, else 100")
            .value("--height", "LINES", Words.TEXT, "default that of the terminal, else 40")
            .text("On a terminal it is redrawn in place until q, Ctrl-C or the end of the connection.")
            .example("ike:watch", "all")
            .example("ike:watch --count 3 --interval 10", "three pictures, one below the other")
            .build();

    private static final int WIDTH = 100;
    private static final int HEIGHT = 40;
    private static final int MOST_SAS = 500;
    private static final int MOST_NUMBERS = 10_000;
    private static final int CTRL_C = 3;
    private static final String BEGIN = "\u001b[?1049h\u001b[?25l";
    private static final String END = "\u001b[?25h\u001b[?1049l";
    private static final String HOME = "\u001b[H";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_REST = "\u001b[J";

    private final Controller controller;
    private final TimeSource time;
    private final Events events;

    /** Made by the container. */
    @Activate
    public Watch(
            @Reference(name = "controller") Controller controller,
            @Reference(name = "time") TimeSource time,
            @Reference(name = "events") Events events) {
        super(USAGE);
        this.controller = controller;
        this.time = time;
        this.events = events;
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        long count = given.number("--count", Long.MAX_VALUE, Integer.MAX_VALUE);
        long millis = given.number("--interval", 1, 3600) * 1000;
        boolean live = console.columns().isPresent() && given.value("--count") == null;
        int width = (int) given.number("--width", 0, 1000);
        int height = (int) given.number("--height", 0, 1000);
        WatchScreen screen = new WatchScreen();
        if (live) {
            console.print(BEGIN);
        }
        try {
            for (long picture = 1; ; picture++) {
                // asked each time: the window may have another size by now
                List<String> lines = screen.draw(
                        sight(given.operand()),
                        width > 0 ? width : console.columns().orElse(WIDTH),
                        height > 0 ? height : console.lines().orElse(HEIGHT));
                screen.forget(MOST_NUMBERS);
                console.print(live ? inPlace(lines) : (picture > 1 ? "\n" : "") + String.join("\n", lines) + "\n");
                if (picture >= count || console.out().checkError() || ends(console, millis)) {
                    return;
                }
            }
        } finally {
            if (live) {
                console.print(END);
            }
        }
    }

    private static boolean ends(Console console, long millis) {
        int key = console.key(millis);
        return key == 'q' || key == 'Q' || key == CTRL_C || key < Console.NO_KEY;
    }

    /** The last line without an end: it would scroll. */
    private static String inPlace(List<String> lines) {
        return HOME + String.join(CLEAR_LINE + "\r\n", lines) + CLEAR_LINE + CLEAR_REST;
    }

    private WatchScreen.Sight sight(String name) {
        Controller.Selector selector = new Controller.Selector(name, 0, null, 0);
        Map<String, Long> statistics = controller.statistics();
        try (Stream<IkeSaInfo> all = controller.listSas(selector)) {
            List<IkeSaInfo> sas = all.limit(MOST_SAS).toList();
            return new WatchScreen.Sight(
                    time.now(),
                    controller.startedAt(),
                    sas,
                    name == null ? statistics.getOrDefault("ikesas.total", (long) sas.size()) : sas.size(),
                    statistics,
                    controller.counters().map(counters -> counters.of("")).orElse(Map.of()),
                    events.last(HEIGHT));
        }
    }
}
