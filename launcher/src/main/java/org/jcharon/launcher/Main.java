// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjIntConsumer;
import org.jcharon.launcher.log.LogHub;
import org.jcharon.launcher.log.OsgiLog;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.log.LogService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daemon's process: boots, watches readiness, ends in two phases. */
final class Main {
    private static final long READY_SECONDS = 5;
    private static final long SHUTDOWN_SECONDS = 5;
    private static final long STOP_SECONDS = 10;
    private static final long RELOAD_SECONDS = 60;
    private static final Logger LOG = LoggerFactory.getLogger("charon.dmn");

    /** What a daemon does between its start and its end. */
    @FunctionalInterface
    interface Life {
        /** Called once when all start levels were reached; the daemon ends when it returns. */
        void live(Container container, Readiness readiness) throws LaunchException, IOException, InterruptedException;
    }

    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private final AtomicInteger threadNumber = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "launcher-" + threadNumber.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    private Main() {}

    /** Arguments: those of {@code bin/jcharon run}; the system property {@code jcharon.dist} is the distribution. */
    public static void main(String[] args) {
        int status;
        try {
            Path dist = Path.of(System.getProperty("jcharon.dist", "."))
                    .toAbsolutePath()
                    .normalize();
            Main main = new Main();
            status = main.run(Options.parse(dist, Arrays.asList(args)), main::untilAsked);
        } catch (LaunchException e) {
            System.err.println("jcharon: " + e.getMessage());
            status = 1;
        } catch (IOException e) {
            System.err.println("jcharon: " + Layout.reason(e));
            status = 1;
        } catch (InterruptedException e) {
            status = 1;
        } catch (RuntimeException e) { // a fault of ours: still one line, and the stack for whoever debugs
            LOG.error("the launcher failed", e);
            status = 1;
        }
        System.out.flush();
        System.exit(status);
    }

    /** A daemon that ends by itself; returns the status of the process. */
    static int live(Options options, Life life) throws LaunchException, IOException, InterruptedException {
        return new Main().run(options, life);
    }

    private void untilAsked(Container container, Readiness readiness) throws InterruptedException {
        stopRequested.await();
    }

    private int run(Options options, Life life) throws LaunchException, IOException, InterruptedException {
        Layout layout = Layout.of(options);
        layout.make();
        // native libraries are unpacked there; nothing asked for the folder before this line
        System.setProperty("java.io.tmpdir", layout.temporary().toString());
        try (DaemonLock lock = DaemonLock.acquire(layout)) {
            lock.sign(layout.run());
            return run(options, layout, life);
        } finally {
            threads.shutdownNow();
        }
    }

    private int run(Options options, Layout layout, Life life)
            throws LaunchException, IOException, InterruptedException {
        Signals.handle("TERM", this::stop);
        Signals.handle("INT", this::stop);
        // the first of them loads the JDK's security providers, which the shell's socket waits for, then core
        threads.execute(SecureRandom::new);
        Container container = Container.create(layout, options, threads);
        BundleContext context = container.context();
        Signals.handle("HUP", name -> reload(context));
        LOG.info(
                "jcharon {} on Java {}, base {}",
                container.version(),
                System.getProperty("java.version"),
                layout.base());
        publish(context);
        lend(context, threads);
        Readiness readiness = Readiness.watch(context);
        FeatureCommands.register(container);
        BundleList.register(container, layout);
        try (ShellServer shell = ShellServer.open(layout.shellSocket(), readiness, new GogoShell(context), threads)) {
            shell.serve();
            threads.execute(() -> awaitFramework(container));
            container.boot(() -> DeployInstaller.register(container, readiness, layout));
            threads.execute(() -> watch(readiness));
            life.live(container, readiness);
            return end(container);
        }
    }

    /** Services by which bundles reach the log. Only types of the JDK and of OSGi are visible to them. */
    private static void publish(BundleContext context) {
        LogHub hub = (LogHub) LoggerFactory.getILoggerFactory();
        context.registerService(
                new String[] {Flow.Publisher.class.getName(), ObjIntConsumer.class.getName()},
                hub,
                FrameworkUtil.asDictionary(Map.of("jcharon.log", true)));
        context.registerService(
                new String[] {LogService.class.getName(), org.osgi.service.log.LoggerFactory.class.getName()},
                new OsgiLog(),
                null);
    }

    /** The service by which a bundle does on a thread of the launcher, since core is not there yet, what takes long at a start. */
    static void lend(BundleContext context, Executor threads) {
        context.registerService(Executor.class, threads, FrameworkUtil.asDictionary(Map.of("jcharon.launcher", true)));
    }

    private void watch(Readiness readiness) {
        try {
            if (!readiness.await(READY_SECONDS, TimeUnit.SECONDS) && !stopping.get()) {
                LOG.warn("not ready {} s after all bundles have started", READY_SECONDS);
                readiness.missing().forEach(line -> LOG.warn("  {}", line));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The framework can also be stopped from the shell. */
    private void awaitFramework(Container container) {
        try {
            container.framework().waitForStop(0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stopRequested.countDown();
    }

    private void stop(String signal) {
        if (stopping.getAndSet(true)) {
            Runtime.getRuntime().halt(1); // asked twice: at once
        }
        LOG.info("SIG{} received, shutting down", signal);
        stopRequested.countDown();
    }

    /** First core takes leave of its peers while every bundle is active, then the framework stops. */
    private int end(Container container) throws InterruptedException {
        stopping.set(true);
        BundleContext context = container.context();
        if (context == null) {
            return 0; // the framework was stopped from the shell, and core with it
        }
        call(context, "jcharon.shutdown", SHUTDOWN_SECONDS);
        try {
            container.framework().stop();
        } catch (BundleException e) {
            LOG.error("the framework does not stop", e);
            return 1;
        }
        Future<?> stopped = threads.submit(() -> container.framework().waitForStop(0));
        return finished(stopped, STOP_SECONDS, "stopping the bundles") ? 0 : 1;
    }

    private void reload(BundleContext context) {
        LOG.info("SIGHUP received, reloading configuration");
        if (!call(context, "jcharon.reload", RELOAD_SECONDS)) {
            LOG.warn("nothing reloads its configuration on SIGHUP");
        }
    }

    /** Runs the services of a kind, all together at most {@code seconds}; returns whether there was one. */
    private boolean call(BundleContext context, String property, long seconds) {
        boolean found = false;
        try {
            Collection<ServiceReference<Runnable>> services =
                    context.getServiceReferences(Runnable.class, "(" + property + "=true)");
            for (ServiceReference<Runnable> reference : services) {
                Runnable service = context.getService(reference);
                if (service != null) {
                    found = true;
                    finished(threads.submit(service), seconds, property);
                }
            }
        } catch (InvalidSyntaxException | IllegalStateException e) {
            LOG.debug("{}: {}", property, e.getMessage()); // the framework stopped by itself
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return found;
    }

    private static boolean finished(Future<?> task, long seconds, String what) throws InterruptedException {
        try {
            task.get(seconds, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            LOG.error("{} takes more than {} s, going on without it", what, seconds);
        } catch (ExecutionException e) {
            LOG.error(what, e.getCause());
        }
        return false;
    }
}
