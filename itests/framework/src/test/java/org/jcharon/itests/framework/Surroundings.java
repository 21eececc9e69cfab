// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.framework;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;

/**
 * Everything but one bundle: it must not notice what happens to that one. Records from its making on every event of another
 * bundle, and compares components and threads.
 */
final class Surroundings implements AutoCloseable {
    /** As long as handles wait for the next version of a plugin, and some more. */
    private static final int PARKED_SECONDS = 30;

    private final Framework framework;
    private final String except;
    private final Map<String, String> bundles;
    private final Map<String, Map<String, Long>> components;
    private final Map<String, Long> threads;
    private final Map<String, Long> descriptors;
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final SynchronousBundleListener listener = this::changed;

    Surroundings(Framework framework, String except) {
        this.framework = framework;
        this.except = except;
        this.bundles = bundles();
        this.components = components();
        this.threads = threads();
        this.descriptors = descriptors();
        framework.context().addBundleListener(listener);
    }

    private void changed(BundleEvent event) {
        String name = event.getBundle().getSymbolicName();
        if (!except.equals(name) && !name.startsWith("org.apache.felix.framework")) {
            events.add(name + " event " + event.getType());
        }
    }

    /** No other bundle changed its state or was touched, and no component of another bundle was made anew, unless it follows readiness. */
    void areUntouched() throws InterruptedException {
        same("events of other bundles", List.of(), () -> List.copyOf(events));
        same("other bundles", bundles, this::bundles);
        same("components of other bundles", components, this::components);
    }

    /** As many threads of each name as at the beginning. */
    void threadsAreAsBefore() throws InterruptedException {
        same("threads", threads, Surroundings::threads);
    }

    /** As many sockets, devices and files of each name as at the beginning; those that were parked for a successor have had their time. */
    void descriptorsAreAsBefore() throws InterruptedException {
        Await.until(
                "open descriptors " + descriptors,
                PARKED_SECONDS,
                () -> descriptors.equals(descriptors()),
                () -> Surroundings.descriptors().toString());
    }

    /** No thread that was not there at the beginning. */
    void noThreadIsNew() throws InterruptedException {
        Await.until("no thread beside " + threads, () -> isWithin(threads(), threads), Surroundings::threads);
    }

    private static boolean isWithin(Map<String, Long> some, Map<String, Long> all) {
        return some.entrySet().stream().allMatch(e -> e.getValue() <= all.getOrDefault(e.getKey(), 0L));
    }

    private void same(String what, Object before, Supplier<?> now) throws InterruptedException {
        Await.same(what + " while " + except + " changed", before, now);
    }

    private Map<String, String> bundles() {
        Map<String, String> found = new TreeMap<>();
        for (Bundle bundle : framework.context().getBundles()) {
            if (!except.equals(bundle.getSymbolicName())) {
                found.put(
                        bundle.getSymbolicName(),
                        bundle.getVersion() + " state " + bundle.getState() + " of " + bundle.getLastModified());
            }
        }
        return found;
    }

    private Map<String, Map<String, Long>> components() {
        Map<String, Map<String, Long>> found = new TreeMap<>();
        for (Bundle bundle : framework.context().getBundles()) {
            String name = bundle.getSymbolicName();
            if (name.startsWith("org.jcharon.") && !except.equals(name)) {
                found.put(name, framework.ungatedComponents(bundle));
            }
        }
        return found;
    }

    /**
     * Numbers in names (ports, counters) are no difference; threads of the JVM's own are none of ours, nor are those of pools that
     * grow and shrink by themselves: the framework's resolver, and core's for calls that block.
     */
    private static Map<String, Long> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getThreadGroup() != null
                        && !thread.getThreadGroup().getName().equals("system")
                        && !thread.getName().startsWith("FelixResolver")
                        && !thread.getName().endsWith(" blocking"))
                .collect(Collectors.groupingBy(
                        thread -> thread.getName().replaceAll("[0-9]+", "#"), TreeMap::new, Collectors.counting()));
    }

    /** Jars are opened and closed by the class loaders of the JVM and of the framework, when they please. */
    private static Map<String, Long> descriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(Surroundings::target)
                    .filter(target -> !target.isEmpty() && !target.endsWith(".jar"))
                    .collect(Collectors.groupingBy(
                            target -> target.replaceAll("[0-9]+", "#"), TreeMap::new, Collectors.counting()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) { // the one of the listing itself, for example
            return "";
        }
    }

    @Override
    public void close() {
        framework.context().removeBundleListener(listener);
    }
}
