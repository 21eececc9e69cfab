// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.settings.SettingsListener;
import org.jcharon.core.bus.BusService;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReloadServiceTest {

    @TempDir
    Path folder;

    private final ImmediateProcessor processor = new ImmediateProcessor();
    private final List<Long> heard = new ArrayList<>();
    private Path file;
    private SettingsService settings;
    private SettingsReloadService reload;

    @BeforeEach
    void start() throws IOException {
        file = folder.resolve("strongswan.conf");
        write("charon { threads = 8 }\n");
        Map<String, String> properties =
                Map.of("jcharon.strongswan.conf", file.toString(), "jcharon.set", "charon.port=501");
        settings = SettingsService.of(properties::get);
        reload = new SettingsReloadService(settings, processor, new BusService(processor), name -> false);
        reload.addListener(() -> heard.add(settings.number("charon.threads", 16)));
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }

    private Optional<String> reloaded() {
        CompletionStage<Optional<String>> stage = reload.reload();
        processor.runAll();
        return stage.toCompletableFuture().join();
    }

    @Test
    void tellsListenersOfNewValues() throws IOException {
        write("charon { threads = 9 }\n");
        assertEquals(Optional.empty(), reloaded());
        assertEquals(List.of(9L), heard);
        assertEquals(501, settings.number("charon.port", 500));
    }

    @Test
    void malformedFileChangesNothingAndSaysWhere() throws IOException {
        write("charon {\n threads = 9\n x y\n}\n");
        assertEquals(Optional.of(file + ":3: expected '=' or '{' after 'x'"), reloaded());
        assertEquals(List.of(), heard);
        assertEquals(8, settings.number("charon.threads", 16));
        assertEquals(List.of(), settings.problems());
    }

    @Test
    void missingFileChangesNothing() throws IOException {
        Files.delete(file);
        assertEquals(Optional.of("strongswan.conf cannot be read: " + file + " does not exist"), reloaded());
        assertEquals(8, settings.number("charon.threads", 16));
    }

    @Test
    void aReloadMendsWhatWasWrongAtTheStart() throws IOException {
        write("charon {\n");
        SettingsService broken = SettingsService.of(Map.of("jcharon.strongswan.conf", file.toString())::get);
        assertEquals(1, broken.problems().size());
        write("charon { threads = 3 }\n");
        assertEquals(Optional.empty(), broken.reload());
        assertEquals(List.of(), broken.problems());
        assertEquals(3, broken.number("charon.threads", 16));
    }

    @Test
    void aListenerThatFailsOrLeftDoesNotHurtOthers() throws IOException {
        SettingsListener faulty = () -> {
            throw new IllegalStateException("on purpose");
        };
        reload.addListener(faulty);
        reload.addListener(() -> heard.add(-1L));
        reload.run();
        reload.removeListener(faulty);
        reload.run();
        assertEquals(List.of(8L, -1L, 8L, -1L), heard);
    }
}
