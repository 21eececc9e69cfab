// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The framework with the bundles of the container and of the features asked for. Bundles are installed by reference to
 * their jars: nothing is copied, and the location of a bundle is its artifact's name, so that its owner can be told.
 */
final class Container {
    /** The level at which everything has started. */
    static final int START_LEVEL = 80;

    /** What the launcher brings on its class path and bundles import. */
    private static final String SYSTEM_PACKAGES = String.join(
            ",",
            "org.slf4j;version=1.7.36",
            "org.slf4j.event;version=1.7.36",
            "org.slf4j.helpers;version=1.7.36",
            "org.slf4j.spi;version=1.7.36",
            "org.slf4j;version=2.0.20",
            "org.slf4j.event;version=2.0.20",
            "org.slf4j.helpers;version=2.0.20",
            "org.slf4j.spi;version=2.0.20",
            "org.osgi.service.component;version=1.5.1",
            "org.osgi.service.component.runtime;version=1.5",
            "org.osgi.service.component.runtime.dto;version=1.5",
            "org.osgi.service.log;version=1.5",
            "org.osgi.util.function;version=1.2",
            "org.osgi.util.promise;version=1.3");

    private static final Logger LOG = LoggerFactory.getLogger("charon.dmn");

    private final Layout layout;
    private final Options options;
    private final Properties own;
    private final Features features;
    private final BootRecord record;
    private final Framework framework;

    private Container(
            Layout layout, Options options, Properties own, Features features, BootRecord record, Framework framework) {
        this.layout = layout;
        this.options = options;
        this.own = own;
        this.features = features;
        this.record = record;
        this.framework = framework;
    }

    /**
     * Makes a framework, initialised and not started. What can be read meanwhile is read on one of {@code threads}.
     *
     * @throws LaunchException if the distribution is not whole, or the cache cannot be used
     */
    static Container create(Layout layout, Options options, ExecutorService threads)
            throws LaunchException, InterruptedException {
        Future<Features> features = threads.submit(() -> features(layout.dist()));
        Properties own = own();
        BootRecord record = BootRecord.read(layout.data().resolve("boot.properties"), layout.dist());
        Map<String, Object> properties = new HashMap<>(layout.properties(options));
        try {
            if (record.isEmpty()) {
                Layout.delete(layout.cache()); // locations in it may belong to another distribution
            }
            Layout.empty(layout.temporary());
        } catch (IOException e) {
            throw new LaunchException("cannot clean " + layout.data() + " (" + Layout.reason(e) + ")", e);
        }
        properties.put(Constants.FRAMEWORK_STORAGE, layout.cache().toString());
        properties.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(START_LEVEL));
        properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SYSTEM_PACKAGES);
        properties.put("felix.log.logger", new FelixLog());
        properties.put("felix.log.level", "2");
        // a JVM-wide URL handler factory is static state that nothing of ours needs
        properties.put("felix.service.urlhandlers", "false");
        properties.put("felix.shutdown.hook", "false");
        // some twenty small resolutions at a start: handing their parts to other threads takes longer than doing them
        properties.put("felix.resolver.parallelism", "1");
        // a service asked per use would else be made and dropped at each use
        properties.put("ds.delayed.keepInstances", "true");
        properties.put(
                "felix.fileinstall.dir", layout.deploy() + "," + layout.base().resolve("etc"));
        properties.put("felix.fileinstall.filter", ".*\\.(jar|cfg)");
        properties.put("felix.fileinstall.poll", "500");
        properties.put("felix.fileinstall.noInitialDelay", "true");
        properties.put("felix.fileinstall.log.level", "2");
        properties.put(
                "felix.fileinstall.tmpdir",
                layout.temporary().resolve("fileinstall").toString());
        properties.put("felix.fileinstall.enableConfigSave", "false");
        properties.put("felix.fileinstall.start.level", "65");
        Framework framework = new FrameworkFactory().newFramework(cast(properties));
        try {
            framework.init();
        } catch (BundleException e) {
            throw new LaunchException("the framework does not start: " + e.getMessage(), e);
        }
        return new Container(layout, options, own, finished(features), record, framework);
    }

    private static Features finished(Future<Features> features) throws LaunchException, InterruptedException {
        try {
            return features.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LaunchException said) {
                throw said;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** What the distribution offers. */
    static Features features(Path dist) throws LaunchException {
        return Features.read(dist.resolve("system")
                .resolve(Artifact.parse(own().getProperty("features")).path()));
    }

    /** Felix takes objects for a few keys, which its signature does not say. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Map<String, String> cast(Map<String, Object> properties) {
        return (Map) properties;
    }

    private static Properties own() throws LaunchException {
        Properties own = new Properties();
        try (InputStream in = Container.class.getResourceAsStream("container.properties")) {
            own.load(in);
        } catch (IOException e) {
            throw new LaunchException("container.properties: " + Layout.reason(e), e);
        }
        return own;
    }

    /** The bundles of the container itself, which no feature names. */
    static List<Features.BundleRef> ownBundles() throws LaunchException {
        Properties own = own();
        List<Features.BundleRef> bundles = new ArrayList<>();
        for (int i = 1; own.getProperty("bundle." + i) != null; i++) {
            String[] entry = own.getProperty("bundle." + i).split(" ", 2);
            bundles.add(new Features.BundleRef(Integer.parseInt(entry[0]), Artifact.parse(entry[1])));
        }
        return bundles;
    }

    String version() {
        return own.getProperty("version");
    }

    Features features() {
        return features;
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    Framework framework() {
        return framework;
    }

    /**
     * Installs what is not there yet, calls {@code beforeStart}, and starts the framework. Returns when every start level was reached.
     *
     * @throws LaunchException naming a feature or jar that is missing
     */
    void boot(Runnable beforeStart) throws LaunchException {
        List<Features.BundleRef> wanted = new ArrayList<>(ownBundles());
        wanted.addAll(Features.bundles(features.closure(selected())));
        try {
            for (Features.BundleRef ref : wanted) {
                place(ref);
            }
            drop(wanted);
            record.write(layout.dist());
            beforeStart.run();
            framework.start();
        } catch (BundleException e) {
            throw new LaunchException("the framework does not start: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new LaunchException("cannot write below " + layout.data() + " (" + Layout.reason(e) + ")", e);
        }
    }

    /** What is requested as far as strongswan.conf wants it. */
    private Set<String> selected() throws LaunchException {
        List<String> missing = new ArrayList<>();
        Set<String> names = PluginSelection.read(layout.strongswanConf(options), options.settings())
                .apply(requested(), features, missing);
        if (!missing.isEmpty()) {
            LOG.warn("strongswan.conf asks for plugins that are not here: {}", String.join(" ", missing));
        }
        return names;
    }

    /** The default set and what the command line adds, then what was added and removed while running. */
    Set<String> requested() {
        Set<String> names = new LinkedHashSet<>();
        if (options.defaultFeature()) {
            names.add("jcharon");
        }
        names.addAll(options.features());
        record.added().stream().filter(features::has).forEach(names::add);
        return names;
    }

    private void place(Features.BundleRef ref) throws LaunchException, BundleException, IOException {
        Path jar = jar(ref.artifact());
        String stamp = BootRecord.stamp(jar);
        Bundle there = bundle(ref.artifact().url());
        if (there == null) {
            if (record.hasBundle(ref.artifact())) {
                return; // someone uninstalled it: boot does not undo that
            }
            install(ref).start();
        } else if (!record.isCurrent(ref.artifact(), stamp)) {
            there.update(); // the jar was replaced while we were down
        }
        record.bundle(ref.artifact(), stamp);
    }

    private void drop(List<Features.BundleRef> wanted) throws LaunchException, BundleException {
        Set<String> keep = new HashSet<>();
        wanted.forEach(w -> keep.add(w.artifact().url()));
        for (String url : record.bundles()) {
            if (!keep.contains(url)) {
                record.forgetBundle(url);
                Bundle bundle = bundle(url);
                if (bundle != null) {
                    LOG.info("{} belongs to no feature asked for any more, uninstalling it", bundle.getSymbolicName());
                    bundle.uninstall();
                }
            }
        }
    }

    /** The installed bundle of an artifact, or null. */
    Bundle bundle(String url) throws LaunchException {
        return context().getBundle(location(Artifact.parse(url)));
    }

    private Path jar(Artifact artifact) throws LaunchException {
        Path jar = layout.system().resolve(artifact.path());
        if (!Files.isReadable(jar)) {
            throw new LaunchException(
                    "missing jar " + jar + " (" + artifact.url() + "): install the distribution again");
        }
        return jar;
    }

    private String location(Artifact artifact) {
        return "reference:" + layout.system().resolve(artifact.path()).toUri();
    }

    /** Installs one bundle, not started. */
    Bundle install(Features.BundleRef ref) throws LaunchException, BundleException {
        jar(ref.artifact());
        // set afterwards it would be a second write of the bundle's record, and the third, of its start, would wait for
        // the disk
        FrameworkStartLevel levels = framework.adapt(FrameworkStartLevel.class);
        int initial = levels.getInitialBundleStartLevel();
        levels.setInitialBundleStartLevel(ref.startLevel());
        try {
            return context().installBundle(location(ref.artifact()));
        } finally {
            levels.setInitialBundleStartLevel(initial);
        }
    }

    /** Notes a bundle that a feature brought while running. */
    void remember(Features.BundleRef ref) throws LaunchException, IOException {
        record.bundle(ref.artifact(), BootRecord.stamp(jar(ref.artifact())));
    }

    /** Notes a feature that the next boot shall have too. */
    void rememberFeature(String name) throws IOException {
        record.added(name);
        record.write(layout.dist());
    }

    /** Notes that a feature was taken away; its bundles stay noted, so that the next boot leaves them out. */
    void forgetFeature(String name) throws IOException {
        record.removed(name);
        record.write(layout.dist());
    }
}
