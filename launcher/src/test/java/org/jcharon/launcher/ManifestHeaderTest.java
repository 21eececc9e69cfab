// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleException;

class ManifestHeaderTest {
    @TempDir
    private Path folder;

    private Path jar(String... headers) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        for (int i = 0; i < headers.length; i += 2) {
            manifest.getMainAttributes().put(new Attributes.Name(headers[i]), headers[i + 1]);
        }
        Path file = folder.resolve("x.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            out.finish();
        }
        return file;
    }

    @Test
    void readsNamesAttributesAndDirectives() throws BundleException {
        List<ManifestHeader.Clause> clauses =
                ManifestHeader.parse("a.b;c;version=\"[1,2)\";resolution:=optional,d;uses:=\"e,f;g\";x:List=1");
        assertEquals(List.of("a.b", "c"), clauses.get(0).names());
        assertEquals("[1,2)", clauses.get(0).attributes().get("version"));
        assertEquals("optional", clauses.get(0).directives().get("resolution"));
        assertEquals("e,f;g", clauses.get(1).directives().get("uses"));
        assertEquals("1", clauses.get(1).attributes().get("x"));
        assertEquals(2, clauses.size());
    }

    @Test
    void refusesAnOpenQuote() {
        assertThrows(BundleException.class, () -> ManifestHeader.parse("a;version=\"[1,2)"));
    }

    @Property(tries = 500)
    void noHeaderThrowsUnchecked(@ForAll @CharRange(from = ' ', to = '~') String header) {
        try {
            ManifestHeader.parse(header);
        } catch (BundleException expected) {
            assertEquals("an open quote", expected.getMessage());
        }
    }

    @Test
    void aCandidateNamesItsMandatoryImports() throws Exception {
        CandidateJar jar = CandidateJar.read(jar(
                "Bundle-SymbolicName", "org.x;singleton:=true",
                "Bundle-Version", "1.2.3",
                "Import-Package", "a;version=\"[1,2)\",b;resolution:=optional"));
        assertEquals("org.x", jar.symbolicName());
        assertEquals(
                List.of("a"),
                jar.imports().stream().map(CandidateJar.PackageImport::name).toList());
    }

    @Test
    void refusesJarsThatAreNoBundlesOrLie() throws IOException {
        Path plain = jar();
        assertThrows(LaunchException.class, () -> CandidateJar.read(plain));
        Path badVersion = jar("Bundle-SymbolicName", "x", "Bundle-Version", "one");
        assertThrows(LaunchException.class, () -> CandidateJar.read(badVersion));
        Path badRange = jar("Bundle-SymbolicName", "x", "Import-Package", "a;version=\"[2\"");
        assertThrows(LaunchException.class, () -> CandidateJar.read(badRange));
    }
}
