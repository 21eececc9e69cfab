// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** A jar of the distribution as the tests of the architecture see it. */
record BuiltJar(
        Path path,
        String symbolicName,
        boolean plugin,
        TreeSet<String> imports,
        TreeSet<String> exports,
        List<Component> components,
        List<Reference> references,
        TreeSet<String> provides) {

    /** A component whose constructor is given {@code parameters} values. */
    record Component(String type, int parameters) {}

    /** A reference of a component. */
    record Reference(String component, String service, boolean mandatory, boolean dynamic) {}

    static Path dist() {
        return Path.of(System.getProperty("jcharon.test.dist"));
    }

    static List<BuiltJar> all() throws IOException, SAXException, ParserConfigurationException {
        List<BuiltJar> jars = new ArrayList<>();
        try (Stream<Path> files = Files.walk(dist().resolve("system"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
                jars.add(read(file));
            }
        }
        return jars;
    }

    boolean own() {
        return symbolicName.startsWith("org.jcharon.");
    }

    private static BuiltJar read(Path file) throws IOException, SAXException, ParserConfigurationException {
        List<Component> components = new ArrayList<>();
        List<Reference> references = new ArrayList<>();
        TreeSet<String> provides = new TreeSet<>();
        try (JarFile jar = new JarFile(file.toFile())) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            for (JarEntry entry : jar.stream()
                    .filter(e -> e.getName().matches("OSGI-INF/[^/]+\\.xml"))
                    .toList()) {
                try (InputStream in = jar.getInputStream(entry)) {
                    component(in, components, references, provides);
                }
            }
            String capabilities = header(manifest, "Provide-Capability");
            return new BuiltJar(
                    file,
                    header(manifest, "Bundle-SymbolicName")
                            .replaceAll(";.*", "")
                            .strip(),
                    capabilities.contains("jcharon.plugin"),
                    packages(header(manifest, "Import-Package")),
                    packages(header(manifest, "Export-Package")),
                    components,
                    references,
                    provides);
        }
    }

    private static String header(Attributes manifest, String name) {
        String value = manifest.getValue(name);
        return value == null ? "" : value;
    }

    private static void component(
            InputStream in, List<Component> components, List<Reference> references, TreeSet<String> provides)
            throws IOException, SAXException, ParserConfigurationException {
        Element root = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(in)
                .getDocumentElement();
        String parameters = root.getAttribute("init");
        if (!parameters.isEmpty()) {
            Element implementation =
                    (Element) root.getElementsByTagName("implementation").item(0);
            components.add(new Component(implementation.getAttribute("class"), Integer.parseInt(parameters)));
        }
        NodeList found = root.getElementsByTagName("reference");
        for (int i = 0; i < found.getLength(); i++) {
            Element reference = (Element) found.item(i);
            String cardinality = reference.getAttribute("cardinality");
            references.add(new Reference(
                    root.getAttribute("name"),
                    reference.getAttribute("interface"),
                    cardinality.isEmpty() || cardinality.startsWith("1"),
                    reference.getAttribute("policy").equals("dynamic")));
        }
        found = root.getElementsByTagName("provide");
        for (int i = 0; i < found.getLength(); i++) {
            provides.add(((Element) found.item(i)).getAttribute("interface"));
        }
    }

    /** Names of packages in a header: clauses end at commas outside of quotes. */
    static TreeSet<String> packages(String header) {
        TreeSet<String> names = new TreeSet<>();
        for (String clause : header.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")) {
            for (String part : clause.split(";(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")) {
                if (!part.isBlank() && !part.contains("=")) {
                    names.add(part.strip());
                }
            }
        }
        return names;
    }
}
