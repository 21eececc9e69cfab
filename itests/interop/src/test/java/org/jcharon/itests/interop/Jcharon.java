// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code bin/jcharon run} of the distribution under test, with a base of its own. */
final class Jcharon extends Daemon {

    private static final Pattern TRACE = Pattern.compile("(?m)^.*\\bat [\\w.$/]+\\([\\w.: ]+\\)$");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private final Path base;

    private Jcharon(Site site, Path base, ProcessBuilder builder) {
        super(site, base.resolve("console"), builder);
        this.base = base;
    }

    /** Started and ready; {@code settings} are arguments of {@code --set}. */
    static Jcharon start(Site site, Path swanctl, String... settings) {
        return start(site, List.of("--swanctl-dir", swanctl.toString()), settings);
    }

    /** Started without a configuration, with the features named beside the default ones, such as {@code jcharon-vici}. */
    static Jcharon bare(Site site, List<String> features, String... settings) {
        List<String> options = new ArrayList<>();
        for (String feature : features) {
            options.addAll(List.of("--feature", feature));
        }
        Jcharon daemon = start(site, options, settings);
        if (features.contains("jcharon-vici")) {
            Await.until(
                    SOON,
                    () -> "no socket of vici: " + daemon.logTail(10),
                    () -> Files.exists(daemon.file("run/charon.vici")));
        }
        return daemon;
    }

    private static Jcharon start(Site site, List<String> options, String... settings) {
        Path base = Lab.folder("jc");
        write(base, "");
        // as a service starts it: whoever runs the tests may ignore SIGHUP, and so would the daemon
        List<String> command =
                new ArrayList<>(List.of("env", "--default-signal", program(), "run", "--base", base.toString()));
        command.addAll(options);
        for (String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        ProcessBuilder builder = new ProcessBuilder(site.exec(command));
        builder.redirectErrorStream(true).redirectOutput(base.resolve("console").toFile());
        Jcharon daemon = new Jcharon(site, base, builder);
        Await.until(
                Duration.ofSeconds(60),
                () -> "jcharon is not ready: " + daemon.logTail(10),
                () -> daemon.count(0, "(?m)^\\d\\d\\[DMN\\] ready$") > 0);
        return daemon;
    }

    private static void write(Path base, String strongswanConf) {
        try {
            Files.createDirectories(base.resolve("etc"));
            Files.writeString(base.resolve("etc/strongswan.conf"), strongswanConf);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has another strongswan.conf read, the first of which was empty. */
    void reload(String strongswanConf) {
        write(base, strongswanConf);
        int mark = mark();
        Command.ok("kill", "-HUP", Long.toString(process().pid()));
        awaitLog(mark, "settings were read again");
    }

    private static String program() {
        return Lab.distribution().resolve("bin/jcharon").toString();
    }

    Command.Result shell(String line) {
        return Command.run(Duration.ofSeconds(60), List.of(program(), "shell", "--base", base.toString(), line));
    }

    /** Stock {@code swanctl}, for a daemon with the feature {@code jcharon-vici}. */
    Command.Result control(String... arguments) {
        List<String> all = new ArrayList<>(List.of("swanctl"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--uri", "unix://" + base.resolve("run/charon.vici")));
        return Command.run(Duration.ofSeconds(40), all);
    }

    /** A file of its base. */
    Path file(String name) {
        return base.resolve(name);
    }

    @Override
    Command.Result up(String connection, String child) {
        return shell("ike:up --timeout 20 --ike " + connection + " " + child);
    }

    @Override
    Command.Result rekeyChild(String child) {
        return shell("ike:rekey --timeout 20 " + child);
    }

    @Override
    Command.Result rekeyIke(String connection) {
        return shell("ike:rekey --timeout 20 --ike " + connection);
    }

    @Override
    Command.Result downChild(String child) {
        return shell("ike:down --timeout 20 --child " + child);
    }

    @Override
    Command.Result downIke(String connection) {
        return shell("ike:down --timeout 20 --ike " + connection);
    }

    /** One line of JSON. */
    String listSas() {
        Command.Result result = shell("ike:list-sas --json");
        if (!result.ok()) {
            throw new AssertionError("ike:list-sas: " + result.output());
        }
        return result.output();
    }

    @Override
    int installedChildren() {
        return count(listSas(), "\"state\":\"INSTALLED\"");
    }

    @Override
    int ikeSas() {
        return count(listSas(), "\"initiatorSpi\":");
    }

    private static int count(String text, String literal) {
        return Math.toIntExact(
                Pattern.compile(Pattern.quote(literal)).matcher(text).results().count());
    }

    /** One of the numbers of {@code ike:stats}. */
    long statistic(String name) {
        return shell("ike:stats")
                .output()
                .lines()
                .filter(l -> l.startsWith(name + " "))
                .mapToLong(l -> Long.parseLong(l.substring(name.length() + 1).trim()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no statistic " + name));
    }

    /** Octets of memory that are resident. */
    long resident() {
        try {
            Matcher m = RESIDENT.matcher(
                    Files.readString(Path.of("/proc", Long.toString(process().pid()), "status")));
            if (!m.find()) {
                throw new AssertionError(this + " has ended");
            }
            return Long.parseLong(m.group(1)) * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it; a stack trace in what it printed, or a status other than 0, is a failure. */
    @Override
    public void close() {
        int status = end();
        Matcher trace = TRACE.matcher(log());
        if (trace.find()) {
            throw new AssertionError(this + " printed a stack trace: " + trace.group());
        }
        if (status != 0) {
            throw new AssertionError(this + " ended with status " + status + ": " + logTail(5));
        }
    }
}
