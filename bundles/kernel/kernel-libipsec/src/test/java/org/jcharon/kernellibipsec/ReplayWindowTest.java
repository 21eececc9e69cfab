// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 4303 section 3.4.3 and appendix A. */
class ReplayWindowTest {

    @Property(tries = 500)
    void agreesWithASetOfNumbers(
            @ForAll @IntRange(min = 1, max = 300) int size,
            @ForAll @Size(max = 400) List<@IntRange(min = -320, max = 700) Integer> steps) {
        ReplayWindow window = new ReplayWindow(size);
        Set<Long> seen = new HashSet<>();
        long top = 0;
        for (int step : steps) {
            long number = Math.max(1, top + step / 2);
            boolean old = number + size <= top;
            assertEquals(old, window.isTooOld(number), () -> "too old: " + number);
            if (!old) {
                assertEquals(seen.contains(number), window.isSeen(number), () -> "seen: " + number);
                if (seen.add(number)) {
                    window.accept(number);
                    top = Math.max(top, number);
                }
            }
            assertEquals(top, window.top());
        }
    }

    @Property(tries = 2000)
    void infersTheNumberThatIsNearestToTheWindow(
            @ForAll @IntRange(min = 1, max = 4096) int size,
            @ForAll @IntRange(min = 0, max = 3) int high,
            @ForAll int low,
            @ForAll @IntRange(min = -4095, max = Integer.MAX_VALUE) int step) {
        ReplayWindow window = new ReplayWindow(size);
        long top = (long) high << 32 | low & 0xFFFF_FFFFL;
        long number = top + Math.max(step, 1 - size);
        if (number <= 0 || top == 0) {
            return;
        }
        window.accept(top);
        assertEquals(number, window.infer(number & 0xFFFF_FFFFL));
    }

    @ParameterizedTest
    @CsvSource({
        "64, 100, 37, false",
        "64, 100, 36, true",
        "64, 100, 100, false",
        "64, 100, 101, false",
        "64, 100, 1, true",
        "32, 32, 1, false",
        "32, 33, 1, true",
        "1, 5, 5, false",
        "1, 5, 4, true",
        "100, 200, 101, false",
        "100, 200, 100, true",
        "1048576, 1048577, 2, false",
        "1048576, 1048577, 1, true"
    })
    void knowsItsLeftEdge(int size, long top, long number, boolean tooOld) {
        ReplayWindow window = new ReplayWindow(size);
        window.accept(top);
        assertEquals(tooOld, window.isTooOld(number));
    }

    @Test
    void forgetsAllWhenItMovesFar() {
        ReplayWindow window = new ReplayWindow(128);
        for (long number = 1; number <= 128; number++) {
            window.accept(number);
        }
        window.accept(1L << 40);
        assertTrue(window.isSeen(1L << 40));
        for (long number = (1L << 40) - 127; number < 1L << 40; number++) {
            assertFalse(window.isSeen(number));
        }
    }

    @Test
    void doesNotInferASubspaceBeforeTheFirst() {
        ReplayWindow window = new ReplayWindow(64);
        window.accept(10);
        assertEquals(0xFFFF_FFFFL, window.infer(0xFFFF_FFFFL));
    }

    @Test
    void takesEverythingWithoutAWindow() {
        ReplayWindow window = new ReplayWindow(0);
        window.accept(10);
        window.accept(10);
        assertFalse(window.isTooOld(1));
        assertFalse(window.isSeen(10));
        assertEquals(10, window.top());
    }

    @Test
    void continuesFromASnapshot() {
        ReplayWindow window = new ReplayWindow(64);
        window.accept(100);
        window.accept(90);
        ReplayWindow next = new ReplayWindow(64);
        next.restore(window.top(), window.snapshot());
        assertTrue(next.isSeen(90));
        assertFalse(next.isSeen(91));
        assertTrue(next.isTooOld(36));
    }

    @Test
    void treatsEverythingOldAsSeenWhenASnapshotDoesNotFit() {
        ReplayWindow next = new ReplayWindow(64);
        next.restore(100, new long[1]);
        assertTrue(next.isSeen(91));
        assertFalse(next.isSeen(101));
    }
}
