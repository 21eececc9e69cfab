// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/jcharon shell} as somebody has it who sits at a terminal. */
@Interop
class PromptTest {

    private static final String CTRL_C = "\u0003";
    private static final String CTRL_D = "\u0004";
    private static final String PROMPT = "jcharon> ";
    private static final String HOME = "\u001b[H";

    private static Namespaces net;
    private static Jcharon daemon;

    @BeforeAll
    static void start() {
        net = Namespaces.plain();
        daemon = Jcharon.start(net.left(), Conf.of(net.left(), net.right(), Connection.psk()));
    }

    @AfterAll
    static void stop() {
        try {
            if (daemon != null) {
                daemon.close();
            }
        } finally {
            net.close();
        }
    }

    /** The settings of the terminal are printed before and after, the status in between. */
    private static PseudoTerminal shell(String line) {
        Path program = Lab.distribution().resolve("bin/jcharon");
        return PseudoTerminal.run(
                Lab.folder("home"),
                "echo before=$(stty -g); " + program + " shell --base " + daemon.file("") + " " + line
                        + "; echo status=$?; echo after=$(stty -g)");
    }

    private static PseudoTerminal prompt() {
        PseudoTerminal terminal = shell("");
        terminal.await(0, PROMPT);
        return terminal;
    }

    private static void endsWell(PseudoTerminal terminal, int status) {
        assertEquals(0, terminal.status(), () -> terminal.textSince(0));
        assertEquals(String.valueOf(status), terminal.await(0, "status=(\\d+)").group(1));
        assertEquals(
                terminal.await(0, "before=(\\S+)").group(1),
                terminal.await(0, "after=(\\S+)").group(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit\r", "quit\r", CTRL_D})
    void leavesTheTerminalAsItWas(String end) {
        try (PseudoTerminal terminal = prompt()) {
            terminal.type(end);
            endsWell(terminal, 0);
        }
    }

    @Test
    void completesCommandsAndRunsThem() {
        try (PseudoTerminal terminal = prompt()) {
            int mark = terminal.mark();
            terminal.type("ike:li\t");
            // what all have in common is put in, and below it stands what there is
            terminal.await(mark, "(?s)ike:list-.*ike:list-algs.*ike:list-sas");
            mark = terminal.mark();
            terminal.type("con\t\r");
            terminal.await(mark, "(?s)itest.*192\\.0\\.2\\.2.*" + PROMPT);
            mark = terminal.mark();
            terminal.type("ike:up nosuch\r");
            terminal.await(mark, "(?s)nosuch.*\\n.*nosuch.*" + PROMPT);
            mark = terminal.mark();
            terminal.type("ike:version\r");
            terminal.await(mark, "(?s)jcharon \\d.*" + PROMPT);
            terminal.type("exit\r");
            endsWell(terminal, 0);
        }
    }

    /** A line that is given up is no reason to leave. */
    @Test
    void ctrlCGivesUpALineOnly() {
        try (PseudoTerminal terminal = prompt()) {
            terminal.type("ike:nonsense");
            terminal.await(0, "ike:nonsense");
            int mark = terminal.mark();
            terminal.type(CTRL_C);
            terminal.await(mark, PROMPT);
            mark = terminal.mark();
            terminal.type("ike:version\r");
            terminal.await(mark, "(?s)jcharon \\d.*" + PROMPT);
            terminal.type(CTRL_D);
            endsWell(terminal, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"q", CTRL_C})
    void watchFitsTheTerminalAndEndsByAKey(String key) {
        try (PseudoTerminal terminal = shell("ike:watch")) {
            Await.until(
                    Daemon.SOON,
                    () -> "no three pictures: " + terminal.textSince(0),
                    () -> terminal.since(0).split("\u001b\\[H", -1).length > 3);
            List<String> pictures = pictures(terminal.since(0));
            for (String picture : pictures.subList(0, pictures.size() - 1)) {
                List<String> lines = picture.lines().toList();
                assertTrue(lines.size() <= PseudoTerminal.LINES, picture);
                assertTrue(
                        lines.stream().allMatch(line -> line.length() <= PseudoTerminal.COLUMNS),
                        () -> "wider than the terminal: " + picture);
                assertFalse(picture.endsWith("\n"), "the last line would scroll");
                assertTrue(picture.contains("IKE_SA"), picture);
            }
            terminal.type(key);
            endsWell(terminal, 0);
            String all = terminal.since(0);
            assertTrue(all.indexOf("\u001b[?1049h") < all.indexOf("\u001b[?1049l"), "the screen before comes back");
            assertTrue(all.lastIndexOf("\u001b[?25h") > all.lastIndexOf("\u001b[?25l"), "the cursor comes back");
        }
    }

    private static List<String> pictures(String written) {
        return Arrays.stream(written.split(java.util.regex.Pattern.quote(HOME), -1))
                .skip(1)
                .map(PseudoTerminal::text)
                .toList();
    }

    @Test
    void watchLeadsBackToThePrompt() {
        try (PseudoTerminal terminal = prompt()) {
            terminal.type("ike:watch\r");
            Await.until(
                    Daemon.SOON,
                    () -> "no picture: " + terminal.textSince(0),
                    () -> terminal.since(0).contains(HOME));
            int mark = terminal.mark();
            terminal.type("q");
            terminal.await(mark, PROMPT);
            mark = terminal.mark();
            terminal.type("ike:version\r");
            terminal.await(mark, "(?s)jcharon \\d.*" + PROMPT);
            terminal.type("exit\r");
            endsWell(terminal, 0);
        }
    }
}
