// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;
import org.osgi.resource.Requirement;
import org.osgi.resource.Resource;

/**
 * A jar that someone wants to be deployed, read whole before anything is done with it.
 *
 * @param symbolicName of its bundle
 * @param version of its bundle
 * @param imports the packages that it cannot do without
 */
record CandidateJar(String symbolicName, Version version, List<PackageImport> imports) {
    private static final long MAX_OCTETS = 64L << 20;

    /** A mandatory import. */
    record PackageImport(String name, VersionRange range) {}

    /** @throws LaunchException if the file is damaged, too large or no bundle */
    static CandidateJar read(Path file) throws LaunchException {
        try (JarFile jar = new JarFile(file.toFile())) {
            long octets = 0;
            for (JarEntry entry : jar.stream().toList()) {
                try (InputStream in = jar.getInputStream(entry)) {
                    octets += in.transferTo(OutputStream.nullOutputStream());
                }
                if (octets > MAX_OCTETS) {
                    throw new LaunchException("more than " + MAX_OCTETS + " octets when unpacked");
                }
            }
            Manifest manifest = jar.getManifest();
            Attributes main = manifest == null ? new Attributes() : manifest.getMainAttributes();
            String name = main.getValue(Constants.BUNDLE_SYMBOLICNAME);
            if (name == null) {
                throw new LaunchException("no bundle: its manifest has no " + Constants.BUNDLE_SYMBOLICNAME);
            }
            return new CandidateJar(
                    name.replaceAll(";.*", "").strip(),
                    Version.parseVersion(main.getValue(Constants.BUNDLE_VERSION)),
                    imports(main.getValue(Constants.IMPORT_PACKAGE)));
        } catch (IOException e) {
            throw new LaunchException("damaged: " + Layout.reason(e), e);
        } catch (IllegalArgumentException | BundleException e) {
            throw new LaunchException("its manifest: " + e.getMessage(), e);
        }
    }

    private static List<PackageImport> imports(String header) throws BundleException {
        List<PackageImport> imports = new ArrayList<>();
        for (ManifestHeader.Clause clause : ManifestHeader.parse(header == null ? "" : header)) {
            if (!"optional".equals(clause.directives().get(Constants.RESOLUTION_DIRECTIVE))) {
                String version = clause.attributes().getOrDefault(Constants.VERSION_ATTRIBUTE, "0");
                clause.names().forEach(n -> imports.add(new PackageImport(n, new VersionRange(version))));
            }
        }
        return imports;
    }

    /** The imports that no bundle of the framework satisfies, the candidate's own predecessor not counted. */
    List<String> missing(FrameworkWiring wiring) {
        return imports.stream()
                .filter(i -> !i.name().startsWith("java."))
                .filter(i -> wiring.findProviders(requirement(i)).stream().noneMatch(this::isForeign))
                .map(i -> i.name() + " " + i.range())
                .toList();
    }

    private boolean isForeign(BundleCapability capability) {
        BundleRevision revision = capability.getRevision();
        return !symbolicName.equals(revision.getSymbolicName());
    }

    private static Requirement requirement(PackageImport wanted) {
        String filter = "(&(" + PackageNamespace.PACKAGE_NAMESPACE + "=" + wanted.name() + ")"
                + wanted.range().toFilterString(PackageNamespace.CAPABILITY_VERSION_ATTRIBUTE) + ")";
        return new Requirement() {
            @Override
            public String getNamespace() {
                return PackageNamespace.PACKAGE_NAMESPACE;
            }

            @Override
            public Map<String, String> getDirectives() {
                return Map.of(Namespace.REQUIREMENT_FILTER_DIRECTIVE, filter);
            }

            @Override
            public Map<String, Object> getAttributes() {
                return Map.of();
            }

            @Override
            public Resource getResource() {
                return null; // as the specification allows for a requirement of nobody
            }
        };
    }

    /** Whether a filter can be made of the names in the manifest. */
    boolean isWellFormed() {
        try {
            for (PackageImport wanted : imports) {
                FrameworkUtil.createFilter(
                        requirement(wanted).getDirectives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE));
            }
            return true;
        } catch (InvalidSyntaxException e) {
            return false;
        }
    }
}
