// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.jcharon.api.config.TrafficSelector;
import org.junit.jupiter.api.Test;

class ChildNumbersTest {

    private static final List<TrafficSelector> V4 = List.of(TrafficSelector.all(false));
    private static final List<TrafficSelector> V6 = List.of(TrafficSelector.all(true));

    private final ChildNumbers numbers = new ChildNumbers(7);

    @Test
    void givesTheSameReqidForTheSameSelectorsWhileAnyoneUsesIt() {
        assertEquals(7, numbers.acquire(V4, V4, ""));
        assertEquals(7, numbers.acquire(V4, V4, ""));
        numbers.release(V4, V4, "");
        assertEquals(7, numbers.acquire(V4, V4, ""));
        assertEquals(1, numbers.size());
    }

    @Test
    void givesOtherReqidsForOtherSelectorsOrMarks() {
        int first = numbers.acquire(V4, V4, "");
        assertNotEquals(first, numbers.acquire(V4, V6, ""));
        assertNotEquals(first, numbers.acquire(V4, V4, "mark"));
        assertEquals(3, numbers.size());
    }

    @Test
    void givesTheLowestFreedReqidAgain() {
        numbers.acquire(V4, V4, "a");
        numbers.acquire(V4, V4, "b");
        numbers.acquire(V4, V4, "c");
        numbers.release(V4, V4, "b");
        numbers.release(V4, V4, "a");
        assertEquals(7, numbers.acquire(V4, V4, "d"));
        assertEquals(8, numbers.acquire(V4, V4, "e"));
        assertEquals(10, numbers.acquire(V4, V4, "f"));
    }

    @Test
    void ignoresTheReleaseOfWhatNobodyHas() {
        numbers.release(V4, V4, "");
        assertEquals(0, numbers.size());
        assertEquals(7, numbers.acquire(V4, V4, ""));
    }

    @Test
    void neverGivesAUniqueNumberTwice() {
        assertEquals(1, numbers.nextUniqueId());
        assertEquals(2, numbers.nextUniqueId());
    }
}
