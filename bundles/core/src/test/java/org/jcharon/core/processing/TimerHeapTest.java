// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.junit.jupiter.api.Test;

class TimerHeapTest {

    private static final Job NOTHING = Job.of("nothing", Priority.LOW, () -> {});

    @Property(tries = 200)
    void givesBackInOrderWhateverWasRemoved(
            @ForAll @Size(max = 60) List<@IntRange(max = 20) Integer> delays, @ForAll long seed) {
        TimerHeap heap = new TimerHeap();
        List<TimerHeap.Entry> model = new ArrayList<>();
        Random random = new Random(seed);
        for (int delay : delays) {
            model.add(heap.add(Long.MAX_VALUE - 10 + delay, NOTHING));
            if (random.nextInt(3) == 0) {
                TimerHeap.Entry gone = model.remove(random.nextInt(model.size()));
                assertTrue(heap.remove(gone));
                assertFalse(heap.remove(gone));
            }
        }
        model.sort(Comparator.comparingLong(entry -> entry.due() - (Long.MAX_VALUE - 10)));
        assertEquals(model.size(), heap.size());
        for (TimerHeap.Entry expected : model) {
            assertSame(expected, heap.first());
            heap.remove(expected);
        }
        assertNull(heap.first());
    }

    @Test
    void keepsTheOrderOfInsertionAtEqualTimes() {
        TimerHeap heap = new TimerHeap();
        TimerHeap.Entry first = heap.add(5, NOTHING);
        TimerHeap.Entry second = heap.add(5, NOTHING);
        assertSame(first, heap.first());
        heap.remove(first);
        assertSame(second, heap.first());
    }
}
