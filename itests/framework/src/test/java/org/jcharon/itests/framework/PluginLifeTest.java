// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.framework;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.WeakReference;
import java.lang.runtime.ObjectMethods;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized.Parameters;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExamParameterized;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Version;
import org.osgi.framework.wiring.BundleWiring;

/** What may happen to a plugin while the daemon runs, for each plugin of every feature, all of them in one daemon. */
@RunWith(PaxExamParameterized.class)
@ExamReactorStrategy(PerClass.class)
public class PluginLifeTest {
    /** As long as core may take for the known answers of a crypto plugin that has just come and left. */
    private static final int COLLECTION_SECONDS = 90;

    private static final int GC_ROUNDS = 20;

    /** What makes plugins open files and sockets that are else idle. */
    private static final String BUSY = """
            charon {
              filelog {
                own {
                  path = log/own.log
                  default = 2
                }
              }
              syslog {
                daemon {
                  server = udp://127.0.0.1:9
                  default = 2
                }
              }
              journal {
                default = 2
              }
              plugins {
                load-tester {
                  enable = yes
                }
              }
            }
            """;

    private final Framework framework = new Framework();
    private final String name;

    public PluginLifeTest(String name) {
        this.name = name;
    }

    @Parameters
    public static List<Object[]> plugins() {
        List<Object[]> names = new ArrayList<>();
        Distribution.plugins().forEach(jar -> names.add(new Object[] {jar.symbolicName()}));
        return names;
    }

    @Configuration
    public static Option[] container() {
        return Daemon.withEverything(PluginLifeTest.class, BUSY);
    }

    @Before
    public void awaitReady() throws InterruptedException {
        Await.until("ready", framework::isReady, framework::missing);
    }

    @Test
    public void comesBackAfterStopAndStart() throws BundleException, InterruptedException {
        Bundle bundle = framework.bundle(name);
        Offer offer = Offer.of(framework, bundle);
        try (Surroundings others = new Surroundings(framework, name)) {
            for (int round = 0; round < 2; round++) {
                bundle.stop();
                assertEquals(List.of(), Framework.services(bundle));
                others.noThreadIsNew();
                bundle.start();
                offer.isBack(framework, bundle);
            }
            others.areUntouched();
            others.threadsAreAsBefore();
            others.descriptorsAreAsBefore();
        }
    }

    @Test
    public void comesBackAsTheNextVersion() throws BundleException, IOException, InterruptedException {
        Bundle bundle = framework.bundle(name);
        Distribution.Jar jar = Distribution.jar(name);
        Version before = bundle.getVersion();
        Offer offer = Offer.of(framework, bundle);
        try (Surroundings others = new Surroundings(framework, name)) {
            try (InputStream next = Distribution.restamped(jar, "9.0.0")) {
                bundle.update(next);
            }
            framework.refresh(List.of(bundle));
            assertEquals(new Version("9.0.0"), bundle.getVersion());
            offer.isBack(framework, bundle);
            try (InputStream first = Distribution.restamped(jar, before.toString())) {
                bundle.update(first);
            }
            framework.refresh(List.of(bundle));
            assertEquals(before, bundle.getVersion());
            offer.isBack(framework, bundle);
            others.areUntouched();
            others.threadsAreAsBefore();
            others.descriptorsAreAsBefore();
        }
    }

    @Test
    public void leavesNothingWhenUninstalledAndComesBackWhenInstalled() throws BundleException, InterruptedException {
        Offer offer = Offer.of(framework, framework.bundle(name));
        try (Surroundings others = new Surroundings(framework, name)) {
            WeakReference<ClassLoader> classes = uninstall();
            try {
                assertTrue(framework.find(name).isEmpty());
                others.noThreadIsNew();
                others.areUntouched();
                awaitCollection(classes);
            } finally {
                framework.install(Distribution.jar(name)); // for the other plugins' tests too
            }
            offer.isBack(framework, framework.bundle(name));
            others.areUntouched();
            others.threadsAreAsBefore();
            others.descriptorsAreAsBefore();
        }
    }

    private WeakReference<ClassLoader> uninstall() throws BundleException, InterruptedException {
        Bundle bundle = framework.bundle(name);
        WeakReference<ClassLoader> classes =
                new WeakReference<>(bundle.adapt(BundleWiring.class).getClassLoader());
        bundle.uninstall();
        framework.refresh(List.of(bundle));
        return classes;
    }

    /** Nobody keeps an object or a class of the bundle: its classes can be given back. */
    private void awaitCollection(WeakReference<ClassLoader> classes) throws InterruptedException {
        AtomicInteger round = new AtomicInteger();
        Await.until(
                "the classes of " + name + " are collected",
                COLLECTION_SECONDS,
                () -> {
                    if (round.getAndIncrement() % GC_ROUNDS == 0) {
                        forgetLastRecord();
                        System.gc();
                    }
                    return classes.get() == null;
                },
                () -> "something still refers to them");
    }

    /**
     * The JDK before 19 keeps, in one static slot, the last class that a record's {@code equals} was linked for; linking another
     * takes its place. That one class is nobody's leak, and would hide one.
     */
    private static void forgetLastRecord() {
        record Other(String value) {}
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            ObjectMethods.bootstrap(
                    lookup,
                    "equals",
                    MethodType.methodType(boolean.class, Other.class, Object.class),
                    Other.class,
                    "value",
                    lookup.findVirtual(Other.class, "value", MethodType.methodType(String.class)));
        } catch (Throwable e) {
            throw new AssertionError("linking a record", e);
        }
    }
}
