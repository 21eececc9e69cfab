// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jcharon.api.sa.IkeSaId;
import org.jcharon.lib.testkit.FakeScheduler;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.jcharon.lib.testkit.SeededRandom;

/** Whatever is done in whatever order: each accepted item runs once or is told gone once, and nothing is left in the end. */
class IkeSaManagerPropertyTest {

    private static final int OPERATIONS = 12;

    private static final class World {
        private final FakeTime time = new FakeTime();
        private final ImmediateProcessor processor = new ImmediateProcessor();
        private final IkeSaManager manager = IkeSaManager.limited(
                processor, new FakeScheduler(time, processor), time, new SeededRandom(3), new DropCounters(), 0);
        private final List<FakeSa> sas = new ArrayList<>();
        private final List<Newborn> newborns = new ArrayList<>();
        private final Map<Integer, Integer> outcomes = new HashMap<>();
        private int accepted;
        private int inside;

        private SaJob item(int number, boolean fails) {
            return new SaJob() {
                @Override
                public void run(Lease lease) {
                    assertEquals(0, inside++, "one thread, one item at a time");
                    try {
                        lease.assertHeld();
                        outcomes.merge(number, 1, Integer::sum);
                        if (fails) {
                            throw new IllegalStateException("on purpose");
                        }
                    } finally {
                        inside--;
                    }
                }

                @Override
                public void gone() {
                    outcomes.merge(number, 1, Integer::sum);
                }
            };
        }

        private void step(int operation, int number) {
            int pick = sas.isEmpty() ? 0 : number % sas.size();
            long spi = sas.isEmpty() ? 1 : sas.get(pick).id.localSpi();
            switch (operation) {
                case 0, 1 -> open();
                case 2, 3 -> count(manager.submitInternal(spi, item(number, false)));
                case 4, 5 -> count(manager.submitCommand(spi, item(number, false)));
                case 6 -> count(manager.submitUnique(pick + 1, item(number, false)));
                case 7 -> count(manager.submitCommand(spi, item(number, true)));
                case 8 -> processor.runNext();
                case 9 -> birth();
                case 10 -> {
                    if (!newborns.isEmpty()) {
                        newborns.remove(0).publish();
                    }
                }
                default -> {
                    if (!newborns.isEmpty()) {
                        newborns.remove(0).discard();
                    }
                }
            }
        }

        private void open() {
            try (Lease lease = manager.createInitiator(id -> new FakeSa(id, manager.nextUniqueId()))) {
                sas.add((FakeSa) lease.sa());
                count(manager.submitInternal(lease.sa().id().localSpi(), item(-1 - sas.size(), false)));
            }
        }

        private void birth() {
            Newborn newborn = manager.newborn(true, 9);
            FakeSa sa = new FakeSa(new IkeSaId(newborn.localSpi(), 9, true), manager.nextUniqueId());
            count(manager.submitInternal(newborn.localSpi(), item(-1_000 - newborns.size() - sas.size(), false)));
            try (Lease lease = newborn.adopt(sa)) {
                lease.assertHeld();
            }
            sas.add(sa);
            newborns.add(newborn);
        }

        private void count(Submission submission) {
            if (submission == Submission.STARTED || submission == Submission.QUEUED) {
                accepted++;
            }
        }
    }

    @Property(tries = 300)
    void settlesEachAcceptedItemExactlyOnce(
            @ForAll @Size(max = 80) List<@IntRange(max = OPERATIONS - 1) Integer> operations) {
        World world = new World();
        for (int i = 0; i < operations.size(); i++) {
            world.step(operations.get(i), i);
        }
        world.newborns.forEach(Newborn::discard);
        world.processor.runAll();
        world.manager.shutdown(java.time.Duration.ofSeconds(1));
        world.processor.runAll();
        assertTrue(world.manager.isEmpty());
        assertEquals(0, world.manager.uniqueIds().count());
        assertEquals(
                world.accepted,
                world.outcomes.values().stream().mapToInt(Integer::intValue).sum());
        world.sas.forEach(sa -> assertEquals(1, sa.destroyed));
    }
}
