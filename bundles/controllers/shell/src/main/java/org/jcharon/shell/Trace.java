// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.Function;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.TraceInfo;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:trace} tells what an IKE_SA went through. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=trace"})
public final class Trace extends Command {

    static final Usage USAGE = Usage.of(
                    "trace", "tells what an IKE_SA went through: which side sent what, what was agreed, why it failed")
            .optional("NUMBER", Words.TEXT)
            .value("--ike", "CONNECTION", Words.CONNECTION, "without a number: IKE_SAs of this connection only")
            .json()
            .example("ike:trace", "IKE_SAs that there are, and those that are gone lately")
            .example("ike:trace 7", "the IKE_SA #7, which may be gone")
            .build();

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private final Controller controller;

    /** Made by the container. */
    @Activate
    public Trace(@Reference(name = "controller") Controller controller) {
        super(USAGE);
        this.controller = controller;
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        if (given.operand() == null) {
            String connection = given.value("--ike");
            List<TraceInfo> all = controller.traces().stream()
                    .filter(trace -> connection == null || connection.equals(trace.connection()))
                    .toList();
            console.show(() -> all.stream().map(Trace::json).toList(), () -> list(all));
            return;
        }
        long id = number(given);
        TraceInfo trace = controller
                .trace(id)
                .orElseThrow(() -> new CommandFailed("no IKE_SA #" + id + " is there, nor remembered; see ike:trace"));
        console.show(() -> json(trace), () -> text(trace));
    }

    private static long number(Arguments given) throws CommandFailed {
        String text = given.operand().startsWith("#") ? given.operand().substring(1) : given.operand();
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw given.wrong("'" + given.operand() + "' is no number of an IKE_SA, such as 7 or #7");
        }
    }

    private static String list(List<TraceInfo> all) {
        Table table = new Table("IKE_SA", "CONNECTION", "ENDS", "LAST");
        all.forEach(trace -> table.row(
                "#" + trace.uniqueId(),
                trace.connection().isEmpty() ? "-" : trace.connection(),
                trace.ends(),
                trace.steps().isEmpty()
                        ? "-"
                        : TraceWords.of(trace.steps().get(trace.steps().size() - 1))));
        return table.text("no IKE_SAs yet");
    }

    private static String text(TraceInfo trace) {
        StringBuilder out = new StringBuilder("IKE_SA #" + trace.uniqueId()
                + (trace.connection().isEmpty() ? "" : " of " + Table.clean(trace.connection())) + ", "
                + Table.clean(trace.ends()) + (trace.ended() ? ", gone" : "") + "\n");
        if (trace.forgotten() > 0) {
            out.append("  … ").append(trace.forgotten()).append(" earlier steps are forgotten\n");
        }
        for (TraceInfo.Step step : trace.steps()) {
            out.append("  ")
                    .append(TIME.format(step.time().atZone(ZoneId.systemDefault())))
                    .append("  ")
                    .append(Table.padded(TraceWords.who(step.kind()), TraceWords.WIDTH))
                    .append("  ")
                    .append(Table.clean(step.text()))
                    .append('\n');
            String meaning = TraceWords.meaning(step);
            if (!meaning.isEmpty()) {
                out.append(" ".repeat(TraceWords.WIDTH + 18)).append(meaning).append('\n');
            }
        }
        return out.toString();
    }

    private static Map<String, Object> json(TraceInfo trace) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("uniqueId", trace.uniqueId());
        map.put("connection", trace.connection());
        map.put("ends", trace.ends());
        map.put("ended", trace.ended());
        map.put("forgotten", trace.forgotten());
        map.put("steps", trace.steps().stream().map(Trace::json).toList());
        return map;
    }

    private static Map<String, Object> json(TraceInfo.Step step) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("time", step.time().toString());
        map.put("kind", step.kind().name());
        map.put("text", step.text());
        map.put("meaning", TraceWords.meaning(step));
        return map;
    }
}
