// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.NonBlockingReader;

/**
 * The shell on a terminal: a prompt with line editing, history and completion, and the keys of commands that draw on the whole window.
 * The only class that needs JLine, which lies beside the daemon's class path. For one thread.
 */
final class Prompt implements AutoCloseable {
    private static final int CTRL_C = 3;
    private static final long POLL_MILLIS = 100;

    private final Path run;
    private final Terminal terminal;

    private Prompt(Path run, Terminal terminal) {
        this.run = run;
        this.terminal = terminal;
    }

    /** Takes the terminal over. */
    static Prompt open(Path run) throws IOException {
        // by the programs of the system: JLine's own libraries would have to be unpacked somewhere
        return new Prompt(
                run,
                TerminalBuilder.builder()
                        .system(true)
                        .provider("exec")
                        .dumb(true)
                        .build());
    }

    /** Reads and runs lines until the end; the status is that of the last one. */
    int loop() throws LaunchException, IOException {
        LineReader reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(new DefaultParser().escapeChars(null))
                .completer((editor, line, candidates) -> {
                    for (String word : complete(line.line().substring(0, line.cursor()))) {
                        candidates.add(new Candidate(word, word, null, null, null, null, !word.endsWith("/")));
                    }
                })
                .variable(
                        LineReader.HISTORY_FILE,
                        Path.of(System.getProperty("user.home")).resolve(".jcharon_history"))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .build();
        int status = 0;
        terminal.writer().println("'help' lists the commands, TAB completes, 'exit' or Ctrl-D leaves.");
        while (true) {
            try {
                String line = reader.readLine("jcharon> ").strip();
                if (line.equals("exit") || line.equals("quit")) {
                    return status;
                }
                status = line.isEmpty() ? status : run(line);
            } catch (UserInterruptException e) {
                status = Exchange.INTERRUPTED;
            } catch (EndOfFileException e) {
                return status;
            }
        }
    }

    /** Runs one line; Ctrl-C leaves the command alone and comes back. */
    int run(String line) throws IOException, LaunchException {
        Exchange exchange = new Exchange(run, System.out, System.err);
        Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, signal -> {
            try {
                exchange.interrupt();
            } catch (IOException e) {
                terminal.writer().println(e.getMessage());
            }
        });
        try {
            return exchange.ask(Frames.COMMAND, line, variables(), this::keys);
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
        }
    }

    private String variables() {
        return size() + "\nCWD=" + Path.of("").toAbsolutePath();
    }

    private String size() {
        return "COLUMNS=" + terminal.getWidth() + "\nLINES=" + terminal.getHeight();
    }

    private String[] complete(String line) {
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        try (PrintStream out = new PrintStream(words, true, StandardCharsets.UTF_8)) {
            int status = new Exchange(run, out, nowhere).ask(Frames.COMPLETE, line, "", null);
            return status == 0 ? words.toString(StandardCharsets.UTF_8).lines().toArray(String[]::new) : new String[0];
        } catch (IOException | LaunchException e) {
            return new String[0]; // the daemon may be gone: the next command says so
        }
    }

    /** A thread of the client's own: a key may come while the daemon sends. */
    AutoCloseable keys(OutputStream frames) {
        Attributes before = terminal.enterRawMode();
        AtomicBoolean ended = new AtomicBoolean();
        Terminal.SignalHandler interrupt =
                terminal.handle(Terminal.Signal.INT, signal -> send(frames, Frames.INPUT, new byte[] {CTRL_C}));
        Terminal.SignalHandler window = terminal.handle(
                Terminal.Signal.WINCH,
                signal -> send(frames, Frames.VARIABLES, size().getBytes(StandardCharsets.UTF_8)));
        Thread reader = new Thread(() -> read(frames, ended), "keys");
        reader.setDaemon(true);
        reader.start();
        return () -> {
            ended.set(true);
            reader.join();
            terminal.handle(Terminal.Signal.INT, interrupt);
            terminal.handle(Terminal.Signal.WINCH, window);
            terminal.setAttributes(before);
        };
    }

    private void read(OutputStream frames, AtomicBoolean ended) {
        NonBlockingReader keys = terminal.reader();
        try {
            while (!ended.get()) {
                int key = keys.read(POLL_MILLIS);
                if (key == NonBlockingReader.EOF) {
                    return;
                }
                if (key >= 0) {
                    send(frames, Frames.INPUT, new String(Character.toChars(key)).getBytes(StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            send(frames, Frames.INPUT, new byte[] {CTRL_C});
        }
    }

    private static void send(OutputStream frames, int kind, byte[] data) {
        try {
            synchronized (frames) {
                Frames.write(frames, kind, data, 0, data.length);
            }
        } catch (IOException e) {
            Thread.currentThread().interrupt(); // the daemon is gone, which the reader of its answer sees too
        }
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }
}
