// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.framework;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** The exploded distribution under test: its jars and what its features file says about them. */
final class Distribution {
    /** The bundles of the container start before those of any feature. */
    private static final int CONTAINER_LEVEL = 10;

    private Distribution() {}

    /**
     * A bundle of the distribution.
     *
     * @param symbolicName without parameters
     * @param startLevel as the feature says
     * @param plugin whether it provides the capability {@code jcharon.plugin}
     */
    record Jar(Path path, String symbolicName, int startLevel, boolean plugin) {
        /** Installed so, nothing is copied: as the launcher does. */
        String location() {
            return "reference:" + path.toUri();
        }

        boolean own() {
            return symbolicName.startsWith("org.jcharon.");
        }
    }

    static Path folder() {
        return Path.of(System.getProperty("jcharon.test.dist"));
    }

    /** The container's own bundles, which are in no feature, then those of the default feature in the order of their start. */
    static List<Jar> all() {
        List<Jar> jars = new ArrayList<>(container());
        jars.addAll(feature("jcharon"));
        return jars;
    }

    /** The same with the bundles of every feature there is. */
    static List<Jar> everything() {
        Map<Path, Integer> levels = new LinkedHashMap<>();
        Map<String, Element> features = featuresFile();
        features.keySet().forEach(name -> collect(features, name, levels));
        List<Jar> jars = new ArrayList<>(container());
        jars.addAll(read(levels));
        return jars;
    }

    /** The container's own bundles. */
    static List<Jar> container() {
        TreeSet<Path> paths = new TreeSet<>();
        try (Stream<Path> files = Files.walk(folder().resolve("system/org/apache/felix"))) {
            files.filter(f -> f.toString().endsWith(".jar")).forEach(paths::add);
        } catch (IOException e) {
            throw new UncheckedIOException("no distribution in " + folder() + ": build -pl launcher -am first", e);
        }
        return paths.stream().map(path -> read(path, CONTAINER_LEVEL)).toList();
    }

    /** The bundles of a feature and of all that it needs, in the order of their start. */
    static List<Jar> feature(String name) {
        Map<Path, Integer> levels = new LinkedHashMap<>();
        collect(featuresFile(), name, levels);
        return read(levels);
    }

    private static List<Jar> read(Map<Path, Integer> levels) {
        List<Jar> jars = new ArrayList<>();
        levels.forEach((path, level) -> jars.add(read(path, level)));
        jars.sort(Comparator.comparingInt(Jar::startLevel));
        return jars;
    }

    /** The names of all features. */
    static List<String> features() {
        return List.copyOf(featuresFile().keySet());
    }

    /** The bundles of the daemon. */
    static List<Jar> own() {
        return all().stream().filter(Jar::own).toList();
    }

    /** The bundles of every feature that may be replaced one by one while the daemon runs. */
    static List<Jar> plugins() {
        return everything().stream().filter(Jar::plugin).toList();
    }

    static Jar jar(String symbolicName) {
        return everything().stream()
                .filter(jar -> jar.symbolicName().equals(symbolicName))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no feature has a bundle " + symbolicName));
    }

    /** The next version of a bundle without a compiler: the same content, another {@code Bundle-Version}. */
    static InputStream restamped(Jar jar, String version) throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (JarFile old = new JarFile(jar.path().toFile())) {
            Manifest manifest = new Manifest(old.getManifest());
            manifest.getMainAttributes().put(new Attributes.Name("Bundle-Version"), version);
            try (JarOutputStream out = new JarOutputStream(octets, manifest)) {
                for (JarEntry entry : old.stream().toList()) {
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        old.getInputStream(entry).transferTo(out);
                    }
                }
            }
        }
        return new ByteArrayInputStream(octets.toByteArray());
    }

    private static Jar read(Path path, int startLevel) {
        try (JarFile jar = new JarFile(path.toFile())) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            String name = manifest.getValue("Bundle-SymbolicName")
                    .replaceAll(";.*", "")
                    .strip();
            String capabilities = manifest.getValue("Provide-Capability");
            boolean plugin = capabilities != null && capabilities.contains("jcharon.plugin");
            return new Jar(path, name, startLevel, plugin);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be read", e);
        }
    }

    private static Map<String, Element> featuresFile() {
        String version = System.getProperty("jcharon.test.version");
        Path file = folder().resolve("system/org/jcharon/jcharon-features")
                .resolve(version)
                .resolve("jcharon-features-" + version + "-features.xml");
        Map<String, Element> features = new LinkedHashMap<>();
        try {
            Element root = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getDocumentElement();
            children(root, "feature").forEach(f -> features.put(f.getAttribute("name"), f));
        } catch (SAXException | ParserConfigurationException e) {
            throw new IllegalStateException(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: build -pl launcher -am first", e);
        }
        return features;
    }

    private static void collect(Map<String, Element> features, String name, Map<Path, Integer> levels) {
        Element feature = features.get(name);
        for (Element need : children(feature, "feature")) {
            collect(features, need.getTextContent().strip(), levels);
        }
        for (Element bundle : children(feature, "bundle")) {
            String[] parts = bundle.getTextContent().strip().split("[:/]", -1);
            Path path = folder().resolve("system")
                    .resolve(parts[1].replace('.', '/'))
                    .resolve(parts[2])
                    .resolve(parts[3])
                    .resolve(parts[2] + "-" + parts[3] + ".jar");
            levels.putIfAbsent(path, Integer.parseInt(bundle.getAttribute("start-level")));
        }
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        NodeList nodes = parent.getChildNodes();
        for (int i = 0; i < nodes.getLength(); i++) {
            Node node = nodes.item(i);
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }
}
