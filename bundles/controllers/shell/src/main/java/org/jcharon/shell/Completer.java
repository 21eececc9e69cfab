// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.PeerConfig;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * What may follow on a command line: takes the line up to the cursor, answers whole words for the last one. The launcher asks it for
 * clients that edit lines; any thread that may wait.
 */
@Component(service = Function.class, property = "jcharon.completion:Boolean=true", immediate = true)
public final class Completer implements Function<String, List<String>> {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final int MOST = 500;
    private static final List<String> GROUPS = List.of(
            "default", "dmn", "mgr", "ike", "chd", "job", "cfg", "knl", "net", "asn", "enc", "tls", "esp", "lib",
            "app");

    private final BackendManager backends;

    /** Made by the container. */
    @Activate
    public Completer(@Reference(name = "backends") BackendManager backends) {
        this.backends = backends;
    }

    @Override
    public List<String> apply(String line) {
        List<String> words = new ArrayList<>(Arrays.asList(line.stripLeading().split("\\s+", -1)));
        String last = words.remove(words.size() - 1);
        if (words.isEmpty()) {
            boolean scoped = last.startsWith("ike:");
            return fitting(last, Usages.ALL.stream().map(usage -> (scoped ? "ike:" : "") + usage.name()));
        }
        Optional<Usage> usage = Usages.of(words.remove(0));
        return usage.isEmpty() ? List.of() : arguments(usage.get(), words, last);
    }

    private List<String> arguments(Usage usage, List<String> before, String last) {
        int operand = 0;
        for (int i = 0; i < before.size(); i++) {
            Optional<Usage.Option> option = usage.option(before.get(i));
            if (option.isPresent() && !option.get().isFlag()) {
                if (i == before.size() - 1) {
                    return of(option.get().words(), last);
                }
                i++;
            } else if (option.isEmpty()) {
                operand++;
            }
        }
        Stream<String> options =
                usage.options().stream().map(Usage.Option::name).filter(name -> !before.contains(name));
        if (last.startsWith("-")) {
            return fitting(last, options);
        }
        List<String> offered = operand < usage.operands().size()
                ? of(usage.operands().get(operand).words(), last)
                : List.of();
        // an optional operand may be left away: what follows it may stand in its place
        if (operand + 1 < usage.operands().size()
                && !usage.operands().get(operand).required()) {
            offered = Stream.concat(
                            offered.stream(),
                            of(usage.operands().get(operand + 1).words(), last).stream())
                    .toList();
        }
        return offered.isEmpty() && last.isEmpty() ? fitting(last, options) : offered;
    }

    private List<String> of(Words words, String last) {
        return switch (words) {
            case TEXT -> List.of();
            case CONNECTION -> fitting(last, peers().stream().map(PeerConfig::name));
            case CHILD -> fitting(last, children());
            case CONNECTION_OR_CHILD ->
                fitting(last, Stream.concat(children(), peers().stream().map(PeerConfig::name)));
            case GROUP -> fitting(last, GROUPS.stream());
            case LEVEL -> fitting(last, Stream.of("-1", "0", "1", "2", "3", "4", "off"));
            case FILE -> files(last);
            case COMMAND -> fitting(last, Usages.ALL.stream().map(Usage::name));
        };
    }

    private Stream<String> children() {
        return peers().stream().flatMap(peer -> peer.children().stream()).map(child -> child.name());
    }

    private List<PeerConfig> peers() {
        try {
            return Waiting.await(backends.peerConfigs(), LIMIT);
        } catch (CommandFailed e) {
            return List.of(); // a word less to choose from is no failure
        }
    }

    private static List<String> files(String last) {
        int slash = last.lastIndexOf('/');
        if (!last.startsWith("/")) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(last.substring(0, slash + 1)))) {
            for (Path entry : entries) {
                if (found.size() < MOST) {
                    found.add(entry + (Files.isDirectory(entry) ? "/" : ""));
                }
            }
        } catch (IOException | RuntimeException e) {
            return List.of();
        }
        return fitting(last, found.stream());
    }

    private static List<String> fitting(String start, Stream<String> words) {
        return words.filter(word -> word.startsWith(start))
                .map(Completer::quoted)
                .distinct()
                .sorted()
                .limit(MOST)
                .toList();
    }

    /** As Gogo reads it. */
    private static String quoted(String word) {
        return word.matches("[\\w.:%@/+=-]*") ? word : "'" + word.replace("'", "\\'") + "'";
    }
}
