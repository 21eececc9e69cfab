// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;

/**
 * {@code ike:load-test} runs a load test and prints progress and one line of JSON; {@code --status} prints what the process holds and
 * needs, {@code --terminate} closes what load tests made. Waits in Gogo's own thread.
 */
final class LoadCommand implements Function {

    private static final String USAGE =
            "load-test [--initiators N] [--concurrent C] [--rate R] [--children K] [--hold SECONDS]"
                    + " | load-test --status | load-test --terminate [--concurrent C]";
    private static final Set<String> VALUES = Set.of("--initiators", "--concurrent", "--rate", "--children", "--hold");
    private static final Set<String> FLAGS = Set.of("--status", "--terminate");
    private static final int MOST = 1_000_000;
    private static final int MOST_CHILDREN = 100;
    private static final int MOST_SECONDS = 86_400;
    private static final int CONCURRENT = 50;

    private final LoadTester tester;

    LoadCommand(LoadTester tester) {
        this.tester = tester;
    }

    @Override
    public Object execute(CommandSession session, List<Object> arguments) throws InterruptedException {
        Map<String, String> given = parse(arguments);
        PrintStream out = session.getConsole();
        if (given.containsKey("--status")) {
            out.println(Json.of(tester.status()));
        } else if (given.containsKey("--terminate")) {
            LoadClosing closing = tester.closing(number(given, "--concurrent", CONCURRENT, 1, MOST));
            Map<String, Object> figures = await(out, closing.start(), closing::progress);
            figures.putAll(tester.status());
            out.println(Json.of(figures));
        } else {
            LoadPlan configured = tester.settings().plan();
            LoadRun run = tester.begin(new LoadPlan(
                    number(given, "--initiators", configured.total(), 1, MOST),
                    number(given, "--concurrent", Math.max(configured.concurrent(), CONCURRENT), 1, MOST),
                    number(given, "--rate", 0, 0, MOST),
                    configured.delay(),
                    number(given, "--children", configured.children(), 1, MOST_CHILDREN),
                    Duration.ofSeconds(number(given, "--hold", 0, 0, MOST_SECONDS)),
                    configured.deleteAfterEstablished()));
            out.println(Json.of(tester.report(await(out, run.done(), run::progress))));
        }
        return null;
    }

    /** Throws {@link IllegalArgumentException} with the usage. */
    static Map<String, String> parse(List<Object> arguments) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < arguments.size(); i++) {
            String name = String.valueOf(arguments.get(i));
            if (FLAGS.contains(name)) {
                given.put(name, "");
            } else if (VALUES.contains(name) && i + 1 < arguments.size()) {
                given.put(name, String.valueOf(arguments.get(++i)));
            } else {
                throw new IllegalArgumentException("usage: " + USAGE);
            }
        }
        return given;
    }

    private static int number(Map<String, String> given, String name, int fallback, int least, int most) {
        String text = given.get(name);
        if (text == null) {
            return fallback;
        }
        if (!text.matches("\\d{1,7}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw new IllegalArgumentException(name + " takes " + least + " to " + most + ", not " + text);
        }
        return Integer.parseInt(text);
    }

    /** A line of progress each second; each initiation has its own time limit, so this ends. */
    private static <T> T await(PrintStream out, CompletionStage<T> stage, Supplier<String> progress)
            throws InterruptedException {
        while (true) {
            try {
                return stage.toCompletableFuture().get(1, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                out.println(progress.get());
                out.flush();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause().getMessage(), e);
            }
        }
    }
}
