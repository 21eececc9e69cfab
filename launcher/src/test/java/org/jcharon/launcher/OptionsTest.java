// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    private static final Path DIST = Path.of("/opt/jcharon");

    private static Options parse(String... arguments) throws LaunchException {
        return Options.parse(DIST, List.of(arguments));
    }

    @Test
    void baseIsTheDistributionUnlessGiven() throws LaunchException {
        assertEquals(DIST, parse().base());
        assertEquals(Path.of("/var/lib/x"), parse("--base", "/var/lib/x").base());
    }

    @Test
    void takesValuesAfterEqualsSignsToo() throws LaunchException {
        Options options = parse("--run-dir=/run/x", "--set=charon.port=0", "--set", "a.b=c d=e", "--feature=jcharon-x");
        assertEquals(Optional.of(Path.of("/run/x")), options.runDir());
        assertEquals(List.of("charon.port=0", "a.b=c d=e"), options.settings());
        assertEquals(List.of("jcharon-x"), options.features());
        assertTrue(options.defaultFeature());
    }

    @Test
    void makesPathsAbsolute() throws LaunchException {
        assertTrue(parse("--swanctl-dir", "x/../y").swanctlDir().orElseThrow().isAbsolute());
    }

    @ParameterizedTest
    @CsvSource({
        "--bsae /x, unknown option --bsae",
        "--base, --base needs a value",
        "--base=, --base needs a value",
        "--set novalue, expected KEY=VALUE",
        "--set =x, expected KEY=VALUE",
        "extra, unknown option extra"
    })
    void refusesWhatItDoesNotUnderstandAndNamesIt(String line, String message) {
        LaunchException e = assertThrows(LaunchException.class, () -> parse(line.split(" ")));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
