// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A daemon in one of the sites, of either kind. Its log is a file that grows. */
abstract class Daemon implements AutoCloseable {

    /** For one thing to happen on a machine that others use too. */
    static final Duration SOON = Duration.ofSeconds(20);

    private static final List<Daemon> RUNNING = new CopyOnWriteArrayList<>();

    private final Site site;
    private final Path log;
    private final Process process;

    Daemon(Site site, Path log, ProcessBuilder builder) {
        this.site = site;
        this.log = log;
        try {
            this.process = builder.redirectInput(Path.of("/dev/null").toFile()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RUNNING.add(this);
    }

    static List<Daemon> running() {
        return RUNNING;
    }

    Site site() {
        return site;
    }

    Process process() {
        return process;
    }

    /** Brings a CHILD_SA of a connection up and waits for it, at most 20 s. */
    abstract Command.Result up(String connection, String child);

    abstract Command.Result rekeyChild(String child);

    abstract Command.Result rekeyIke(String connection);

    abstract Command.Result downChild(String child);

    abstract Command.Result downIke(String connection);

    /** CHILD_SAs that are installed, of any name. */
    abstract int installedChildren();

    /** IKE_SAs in any state. */
    abstract int ikeSas();

    String log() {
        try {
            return Files.readString(log, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A place in the log, for {@link #since}. */
    int mark() {
        return log().length();
    }

    String since(int mark) {
        return log().substring(mark);
    }

    /** How often the expression is found in what was logged after {@code mark}. */
    int count(int mark, String expression) {
        return Math.toIntExact(
                Pattern.compile(expression).matcher(since(mark)).results().count());
    }

    void awaitLog(int mark, String expression) {
        Pattern pattern = Pattern.compile(expression);
        Await.until(
                SOON,
                () -> this + " did not log " + expression,
                () -> pattern.matcher(since(mark)).find());
    }

    String logTail(int lines) {
        List<String> all = log().lines().toList();
        return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    }

    /** Ends it with SIGTERM; the exit status. */
    int end() {
        RUNNING.remove(this);
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(this + " still runs 20 s after SIGTERM");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        end();
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + " " + site.name();
    }
}
