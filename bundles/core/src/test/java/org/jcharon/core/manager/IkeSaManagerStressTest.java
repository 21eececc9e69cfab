// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.core.processing.ProcessorService;
import org.jcharon.core.processing.SchedulerService;
import org.jcharon.core.processing.SystemTimeSource;
import org.jcharon.lib.testkit.SeededRandom;
import org.junit.jupiter.api.Test;

class IkeSaManagerStressTest {

    private static final int SAS = 4;
    private static final int SUBMITTERS = 4;
    private static final int EACH = 2_000;

    @Test
    void neverLetsTwoThreadsInAndTellsEveryItemExactlyOnce() throws Exception {
        SystemTimeSource time = new SystemTimeSource();
        AtomicReference<String> wrong = new AtomicReference<>();
        AtomicInteger ran = new AtomicInteger();
        AtomicInteger gone = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger accepted = new AtomicInteger();
        Map<Long, Thread> inside = new ConcurrentHashMap<>();
        try (ProcessorService processor = new ProcessorService(6, Map.of(), time);
                SchedulerService scheduler = new SchedulerService(processor, time)) {
            IkeSaManager manager =
                    IkeSaManager.limited(processor, scheduler, time, new SeededRandom(2), new DropCounters(), 0);
            List<Long> spis = new ArrayList<>();
            List<FakeSa> sas = new ArrayList<>();
            for (int i = 0; i < SAS; i++) {
                try (Lease lease = manager.createInitiator(id -> new FakeSa(id, manager.nextUniqueId()))) {
                    spis.add(lease.sa().id().localSpi());
                    sas.add((FakeSa) lease.sa());
                }
            }
            CountDownLatch submitted = new CountDownLatch(SUBMITTERS);
            CountDownLatch settled = new CountDownLatch(SUBMITTERS * EACH);
            for (int s = 0; s < SUBMITTERS; s++) {
                int seed = s;
                processor.execute(Job.of("submitter", Priority.LOW, () -> {
                    for (int i = 0; i < EACH; i++) {
                        long spi = spis.get((i + seed) % SAS);
                        // The last IKE_SA is driven out in the middle of it all.
                        boolean last = (i + seed) % SAS == SAS - 1 && i > EACH / 2;
                        SaJob job = new SaJob() {
                            @Override
                            public void run(Lease lease) {
                                if (inside.putIfAbsent(spi, Thread.currentThread()) != null) {
                                    wrong.set("two threads in one IKE_SA");
                                }
                                lease.assertHeld();
                                ran.incrementAndGet();
                                if (last) {
                                    lease.driveOut();
                                }
                                inside.remove(spi);
                                settled.countDown();
                            }

                            @Override
                            public void gone() {
                                gone.incrementAndGet();
                                settled.countDown();
                            }
                        };
                        Submission submission =
                                i % 2 == 0 ? manager.submitInternal(spi, job) : manager.submitCommand(spi, job);
                        if (submission == Submission.REFUSED || submission == Submission.GONE) {
                            refused.incrementAndGet();
                            settled.countDown();
                        } else {
                            accepted.incrementAndGet();
                        }
                    }
                    submitted.countDown();
                }));
            }
            assertTrue(submitted.await(30, TimeUnit.SECONDS), "submitters ended");
            assertTrue(settled.await(30, TimeUnit.SECONDS), "items settled");
            assertNull(wrong.get());
            assertEquals(SUBMITTERS * EACH, ran.get() + gone.get() + refused.get());
            assertEquals(accepted.get(), ran.get() + gone.get());
            // submitted.await() orders the reads; the drain that drove it out ends with the last settled item at the
            // latest.
            manager.shutdown(java.time.Duration.ofSeconds(5))
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            assertTrue(manager.isEmpty());
            for (FakeSa sa : sas) {
                assertEquals(1, sa.destroyed);
            }
        }
    }
}
