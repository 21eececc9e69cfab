// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CallerTest {

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private final ByteArrayOutputStream toDaemon = new ByteArrayOutputStream();

    private void frame(int kind, String text) throws IOException {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        Frames.write(toDaemon, kind, data, 0, data.length);
    }

    private Caller caller() {
        return new Caller(new ByteArrayInputStream(toDaemon.toByteArray()), sent, Runnable::run);
    }

    @Test
    void takesWhatItKnowsOfTheCallerAndNothingElse() {
        Caller caller = caller();
        caller.set("COLUMNS=80\nLINES=x\nCWD=/tmp\nPATH=/bin\nnonsense".getBytes(StandardCharsets.UTF_8));
        assertEquals("80", caller.variables().get("COLUMNS").toString());
        assertEquals("0", caller.variables().get("LINES").toString());
        assertEquals("/tmp", caller.variables().get("CWD"));
        assertEquals(4, caller.variables().size());
    }

    @Test
    void asksForKeysOnceACommandWaitsForThem() throws IOException {
        frame(Frames.VARIABLES, "LINES=50");
        frame(Frames.INPUT, "q");
        Caller caller = caller();
        assertEquals(0, sent.size());
        // the connection ends after the key, and what was pressed before counts no more
        assertEquals(Caller.GONE, caller.applyAsInt(1000));
        assertEquals(Caller.NONE, caller.applyAsInt(0));
        assertEquals("50", caller.variables().get("LINES").toString());
        assertEquals(
                Frames.KEYS,
                Frames.read(new ByteArrayInputStream(sent.toByteArray())).kind());
        assertEquals(5, sent.size());
    }
}
