// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.Attributes;
import org.xml.sax.Locator;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/** What a features file (Karaf's schema 1.6) offers: features with nested features and bundles. Immutable. */
final class Features {
    private static final long MAX_FILE_OCTETS = 1 << 20;
    private static final int DEFAULT_START_LEVEL = 60;

    private final Map<String, Feature> byName;

    private Features(Map<String, Feature> byName) {
        this.byName = byName;
    }

    /**
     * A bundle to be installed.
     *
     * @param startLevel level at which it starts
     * @param artifact where it is
     */
    record BundleRef(int startLevel, Artifact artifact) {}

    /**
     * One feature of the file.
     *
     * @param name its name, unique in the file
     * @param version its version
     * @param description one line for people
     * @param needs names of features that are installed with it
     * @param bundles its own bundles
     */
    record Feature(String name, String version, String description, List<String> needs, List<BundleRef> bundles) {
        Feature {
            needs = List.copyOf(needs);
            bundles = List.copyOf(bundles);
        }
    }

    /** @throws LaunchException naming file and line of what is wrong */
    static Features read(Path file) throws LaunchException {
        Reader reader = new Reader(file);
        try {
            if (Files.size(file) > MAX_FILE_OCTETS) {
                throw new LaunchException(file + ": more than " + MAX_FILE_OCTETS + " octets");
            }
            SAXParserFactory factory = SAXParserFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.newSAXParser().parse(file.toFile(), reader);
        } catch (SAXParseException e) {
            throw new LaunchException(file + ":" + e.getLineNumber() + ": " + e.getMessage(), e);
        } catch (SAXException | ParserConfigurationException e) {
            throw new LaunchException(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new LaunchException(
                    "cannot read " + file + " (" + Layout.reason(e) + "): install the distribution again", e);
        }
        return new Features(reader.features);
    }

    Collection<Feature> all() {
        return byName.values();
    }

    boolean has(String name) {
        return byName.containsKey(name);
    }

    /**
     * The features named and all that they need, each once, needs first.
     *
     * @throws LaunchException naming a feature that the file does not have
     */
    List<Feature> closure(Collection<String> names) throws LaunchException {
        Set<String> seen = new LinkedHashSet<>();
        List<Feature> found = new ArrayList<>();
        for (String name : names) {
            collect(name, "", seen, found);
        }
        return found;
    }

    private void collect(String name, String neededBy, Set<String> seen, List<Feature> found) throws LaunchException {
        Feature feature = byName.get(name);
        if (feature == null) {
            throw new LaunchException(
                    "no feature " + name + (neededBy.isEmpty() ? "" : ", which " + neededBy + " needs")
                            + "; bin/jcharon features lists them");
        }
        if (!seen.add(name)) {
            return;
        }
        for (String need : feature.needs()) {
            collect(need, name, seen, found);
        }
        found.add(feature);
    }

    /** The bundles of some features, each once, by start level and within one level in the order of the file. */
    static List<BundleRef> bundles(Collection<Feature> features) {
        Map<String, BundleRef> bundles = new LinkedHashMap<>();
        for (Feature feature : features) {
            feature.bundles().forEach(b -> bundles.putIfAbsent(b.artifact().url(), b));
        }
        return bundles.values().stream()
                .sorted(Comparator.comparingInt(BundleRef::startLevel))
                .toList();
    }

    private static final class Reader extends DefaultHandler {
        private final Map<String, Feature> features = new LinkedHashMap<>();
        private final StringBuilder text = new StringBuilder();
        private final List<String> needs = new ArrayList<>();
        private final List<BundleRef> bundles = new ArrayList<>();
        private final Path file;
        private Locator locator;
        private int depth;
        private String name;
        private String version;
        private String description;
        private int startLevel;

        Reader(Path file) {
            this.file = file;
        }

        @Override
        public void setDocumentLocator(Locator where) {
            locator = where;
        }

        @Override
        public void startElement(String uri, String local, String qualified, Attributes attributes)
                throws SAXException {
            depth++;
            text.setLength(0);
            if (depth == 1 && !local.equals("features")) {
                throw wrong("<" + local + "> where <features> is expected");
            }
            if (depth == 2 && local.equals("feature")) {
                name = attributes.getValue("name");
                version = attributes.getValue("version");
                description = attributes.getValue("description");
                if (name == null || features.containsKey(name)) {
                    throw wrong(name == null ? "a feature without name" : "feature " + name + " twice");
                }
                needs.clear();
                bundles.clear();
            } else if (depth == 3 && local.equals("bundle")) {
                String level = attributes.getValue("start-level");
                try {
                    startLevel = level == null ? DEFAULT_START_LEVEL : Integer.parseInt(level);
                } catch (NumberFormatException e) {
                    throw wrong("start-level \"" + level + "\" is no number");
                }
                if (startLevel < 1 || startLevel > Container.START_LEVEL) {
                    throw wrong("start-level " + startLevel + " is not in 1.." + Container.START_LEVEL);
                }
            }
        }

        @Override
        public void characters(char[] octets, int start, int length) {
            text.append(octets, start, length);
        }

        @Override
        public void endElement(String uri, String local, String qualified) throws SAXException {
            if (depth == 3 && local.equals("bundle")) {
                try {
                    bundles.add(new BundleRef(
                            startLevel, Artifact.parse(text.toString().strip())));
                } catch (LaunchException e) {
                    throw wrong(e.getMessage());
                }
            } else if (depth == 3 && local.equals("feature")) {
                needs.add(text.toString().strip());
            } else if (depth == 2 && local.equals("feature")) {
                features.put(
                        name,
                        new Feature(
                                name,
                                version == null ? "0.0.0" : version,
                                description == null ? "" : description,
                                needs,
                                bundles));
            }
            text.setLength(0);
            depth--;
        }

        private SAXParseException wrong(String what) {
            return new SAXParseException(
                    what, null, file.toString(), locator.getLineNumber(), locator.getColumnNumber());
        }
    }
}
