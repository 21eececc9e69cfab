// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens with a jar in {@code deploy/}. File Install watches the folder and calls this as its ArtifactInstaller: a
 * jar whose bundle is there already replaces it in place, taking the jar away brings the feature's version back. What
 * cannot work is refused before a bundle is touched, and undone if it does not work after all.
 *
 * <p>File Install's interface belongs to its bundle, hence the proxy. Calls come from File Install's thread, one at a time.
 */
final class DeployInstaller {
    private static final Logger LOG = LoggerFactory.getLogger("charon.dmn");
    private static final String FILE_INSTALL = "org.apache.felix.fileinstall";
    private static final String INSTALLER = "org.apache.felix.fileinstall.ArtifactInstaller";
    private static final String LISTENER = "org.apache.felix.fileinstall.ArtifactListener";
    private static final Set<String> RESTART_ONLY =
            Set.of("org.jcharon.api", "org.jcharon.core", "org.jcharon.lib-jnr");
    private static final int START_LEVEL = 65;
    private static final long SETTLE_SECONDS = 5;
    private static final long REFRESH_SECONDS = 10;

    private final Container container;
    private final Readiness readiness;
    private final Path deploy;
    private final Path copies;
    private final Path record;

    /** File name in deploy/ to "symbolic name, space, stamp". */
    private final Properties deployed = new Properties();

    private DeployInstaller(Container container, Readiness readiness, Layout layout) {
        this.container = container;
        this.readiness = readiness;
        this.deploy = layout.deploy();
        this.copies = layout.data().resolve("deployed");
        this.record = layout.data().resolve("deployed.properties");
    }

    /** To be called between installing the bundles and starting the framework. */
    static void register(Container container, Readiness readiness, Layout layout) {
        DeployInstaller installer = new DeployInstaller(container, readiness, layout);
        container.context().addBundleListener((SynchronousBundleListener) event -> {
            // before its activator runs, so that no jar gets past us
            if (event.getType() == BundleEvent.STARTING
                    && FILE_INSTALL.equals(event.getBundle().getSymbolicName())) {
                installer.attach(event.getBundle());
            }
        });
        installer.restore();
    }

    private void attach(Bundle fileInstall) {
        try {
            Class<?> type = fileInstall.loadClass(INSTALLER);
            InvocationHandler call = (proxy, method, arguments) -> switch (method.getName()) {
                case "canHandle" -> canHandle((File) arguments[0]);
                case "install", "update" -> {
                    place(((File) arguments[0]).toPath());
                    yield null;
                }
                case "uninstall" -> {
                    remove(((File) arguments[0]).getName());
                    yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "deploy";
            };
            Object proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, call);
            fileInstall
                    .getBundleContext()
                    .registerService(
                            new String[] {INSTALLER, LISTENER},
                            proxy,
                            FrameworkUtil.asDictionary(Map.of("service.ranking", 100)));
        } catch (ClassNotFoundException e) {
            LOG.error("nothing will be deployed from {}", deploy, e);
        }
    }

    private boolean canHandle(File file) {
        return file.getName().endsWith(".jar") && file.toPath().getParent().equals(deploy);
    }

    /** What was taken out of the folder while we were down is taken back now. */
    private void restore() {
        if (Files.exists(record)) {
            try (InputStream in = Files.newInputStream(record)) {
                deployed.load(in);
            } catch (IOException | IllegalArgumentException e) {
                LOG.warn("{}: {}", record, e.getMessage());
            }
        }
        for (String name : List.copyOf(deployed.stringPropertyNames())) {
            if (!Files.exists(deploy.resolve(name))) {
                remove(name);
            }
        }
    }

    private synchronized void place(Path file) {
        String name = file.getFileName().toString();
        try {
            String stamp = BootRecord.stamp(file);
            if (deployed.getProperty(name, "").endsWith(" " + stamp)) {
                return; // as it was before a restart
            }
            refuseOpenFolder();
            Files.createDirectories(copies);
            Path copy = copies.resolve(name + ".new");
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            String symbolicName = deploy(copy, name);
            Files.move(copy, copies.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            deployed.setProperty(name, symbolicName + " " + stamp);
            write();
        } catch (LaunchException e) {
            LOG.error("deploy/{} refused: {}", name, e.getMessage());
        } catch (IOException e) {
            LOG.error("deploy/{}: {}", name, Layout.reason(e));
        } catch (BundleException e) {
            LOG.error("deploy/{}: {}", name, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void refuseOpenFolder() throws IOException, LaunchException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(deploy);
        String user = Files.getOwner(copies.getParent()).getName();
        if (permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)
                || !Files.getOwner(deploy).getName().equals(user)) {
            throw new LaunchException(deploy + " must belong to " + user + " and be writable by nobody else");
        }
    }

    private String deploy(Path copy, String name)
            throws LaunchException, BundleException, IOException, InterruptedException {
        CandidateJar jar = CandidateJar.read(copy);
        String symbolicName = jar.symbolicName();
        Bundle there = Stream.of(container.context().getBundles())
                .filter(b -> symbolicName.equals(b.getSymbolicName()))
                .findFirst()
                .orElse(null);
        FrameworkWiring wiring = container.framework().adapt(FrameworkWiring.class);
        if (RESTART_ONLY.contains(symbolicName) || symbolicName.startsWith("org.apache.felix.")) {
            throw new LaunchException(symbolicName + " is replaced by a restart only"
                    + (there == null ? "" : "; now it would take down " + names(others(wiring, there))));
        }
        if (there != null && !others(wiring, there).isEmpty()) {
            throw new LaunchException("it would take down " + names(others(wiring, there)));
        }
        List<String> missing = jar.isWellFormed() ? jar.missing(wiring) : List.of("packages of impossible names");
        if (!missing.isEmpty()) {
            throw new LaunchException("nothing exports " + String.join(", ", missing));
        }
        if (there == null) {
            install(copy, name, symbolicName);
        } else {
            update(copy, there, jar, name);
        }
        return symbolicName;
    }

    private void install(Path copy, String name, String symbolicName)
            throws BundleException, IOException, LaunchException, InterruptedException {
        Bundle bundle;
        try (InputStream in = Files.newInputStream(copy)) {
            bundle = container.context().installBundle("deploy:" + name, in);
        }
        bundle.adapt(BundleStartLevel.class).setStartLevel(START_LEVEL);
        try {
            bundle.start();
        } catch (BundleException e) {
            bundle.uninstall();
            throw e;
        }
        List<String> unsatisfied = settle(bundle);
        if (!unsatisfied.isEmpty()) {
            bundle.uninstall();
            throw new LaunchException("after " + SETTLE_SECONDS + " s " + String.join("; ", unsatisfied));
        }
        LOG.info("deploy/{}: installed {} {}", name, symbolicName, bundle.getVersion());
    }

    private void update(Path copy, Bundle bundle, CandidateJar jar, String name)
            throws BundleException, IOException, LaunchException, InterruptedException {
        boolean started = isStarted(bundle);
        boolean worked = readiness.unsatisfied(bundle).isEmpty();
        String before = bundle.getVersion().toString();
        String problem;
        try (InputStream in = Files.newInputStream(copy)) {
            bundle.update(in);
            refresh(bundle);
            List<String> unsatisfied = worked ? settle(bundle) : List.of();
            problem = String.join("; ", unsatisfied);
            if (bundle.getState() != Bundle.ACTIVE && started) {
                bundle.start(Bundle.START_TRANSIENT); // says why it cannot
            }
        } catch (BundleException e) {
            problem = e.getMessage();
        }
        if (!problem.isEmpty()) {
            putBack(bundle, name);
            if (started) {
                bundle.start(Bundle.START_TRANSIENT);
            }
            throw new LaunchException(problem + "; " + before + " was put back");
        }
        LOG.info("deploy/{}: {} updated from {} to {}", name, bundle.getSymbolicName(), before, jar.version());
    }

    private static boolean isStarted(Bundle bundle) {
        return bundle.adapt(BundleStartLevel.class).isPersistentlyStarted();
    }

    private void putBack(Bundle bundle, String name) throws BundleException, IOException, InterruptedException {
        Path previous = copies.resolve(name);
        if (deployed.containsKey(name) && Files.exists(previous)) {
            try (InputStream in = Files.newInputStream(previous)) {
                bundle.update(in);
            }
        } else {
            bundle.update(); // from its location, the feature's jar
        }
        refresh(bundle);
    }

    private synchronized void remove(String name) {
        String entry = deployed.getProperty(name);
        if (entry == null) {
            return; // it had been refused
        }
        String symbolicName = entry.substring(0, entry.lastIndexOf(' '));
        try {
            for (Bundle bundle : container.context().getBundles()) {
                if (bundle.getLocation().equals("deploy:" + name)) {
                    bundle.uninstall();
                    LOG.info("deploy/{} is gone: uninstalled {}", name, symbolicName);
                } else if (symbolicName.equals(bundle.getSymbolicName())) {
                    bundle.update();
                    refresh(bundle);
                    LOG.info("deploy/{} is gone: {} is {} again", name, symbolicName, bundle.getVersion());
                }
            }
            deployed.remove(name);
            Files.deleteIfExists(copies.resolve(name));
            write();
        } catch (BundleException e) {
            LOG.error("deploy/{} is gone, but: {}", name, e.getMessage());
        } catch (IOException e) {
            LOG.error("deploy/{} is gone, but: {}", name, Layout.reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() throws IOException {
        Path fresh = record.resolveSibling(record.getFileName() + ".new");
        try (Writer out = Files.newBufferedWriter(fresh)) {
            deployed.store(out, null);
        }
        Files.move(fresh, record, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Gives the components of a bundle time; returns what is still missing then. */
    private List<String> settle(Bundle bundle) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        List<String> unsatisfied = readiness.unsatisfied(bundle);
        for (int i = 0; i < SETTLE_SECONDS * 20 && !unsatisfied.isEmpty(); i++) {
            never.await(50, TimeUnit.MILLISECONDS); // components tell nobody when they are satisfied
            unsatisfied = readiness.unsatisfied(bundle);
        }
        return unsatisfied;
    }

    /** Of an update's leftovers nothing stays; the closure is the bundle itself, or it would have been refused. */
    private void refresh(Bundle bundle) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        container.framework().adapt(FrameworkWiring.class).refreshBundles(List.of(bundle), event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
            }
        });
        done.await(REFRESH_SECONDS, TimeUnit.SECONDS);
    }

    private static Collection<Bundle> others(FrameworkWiring wiring, Bundle bundle) {
        List<Bundle> closure = new ArrayList<>(wiring.getDependencyClosure(List.of(bundle)));
        closure.remove(bundle);
        return closure;
    }

    private static String names(Collection<Bundle> bundles) {
        return bundles.isEmpty()
                ? "nothing else"
                : String.join(
                        ", ",
                        bundles.stream().map(Bundle::getSymbolicName).sorted().toList());
    }
}
