// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeaturesTest {
    @TempDir
    private Path folder;

    private Features read(String body) throws LaunchException, IOException {
        Path file = folder.resolve("features.xml");
        Files.writeString(
                file,
                "<features name='t' xmlns='http://karaf.apache.org/xmlns/features/v1.6.0'>\n" + body + "</features>");
        return Features.read(file);
    }

    private static List<String> urls(List<Features.BundleRef> bundles) {
        return bundles.stream().map(b -> b.artifact().url()).toList();
    }

    @Test
    void ordersBundlesOfNestedFeaturesByStartLevel() throws LaunchException, IOException {
        Features features = read("""
                <feature name='all'><feature>plugin</feature><feature>other</feature></feature>
                <feature name='plugin'><feature dependency='true'>core</feature><bundle start-level='60'>mvn:g/p/1</bundle></feature>
                <feature name='other'><feature>core</feature><bundle start-level='60'>mvn:g/o/1</bundle></feature>
                <feature name='core'><bundle start-level='40'>mvn:g/c/1</bundle><bundle start-level='20'>mvn:g/a/1</bundle></feature>
                """);
        List<String> found = urls(Features.bundles(features.closure(List.of("all"))));
        assertEquals(List.of("mvn:g/a/1", "mvn:g/c/1", "mvn:g/p/1", "mvn:g/o/1"), found);
    }

    @Test
    void endsWhenFeaturesNeedEachOther() throws LaunchException, IOException {
        Features features = read(
                "<feature name='a'><feature>b</feature></feature><feature name='b'><feature>a</feature></feature>");
        assertEquals(2, features.closure(List.of("a")).size());
    }

    @Test
    void namesTheMissingFeatureAndWhoNeedsIt() throws LaunchException, IOException {
        Features features = read("<feature name='a'><feature>gone</feature></feature>");
        LaunchException e = assertThrows(LaunchException.class, () -> features.closure(List.of("a")));
        assertTrue(e.getMessage().contains("no feature gone, which a needs"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "<feature name='a'><bundle>file:/x.jar</bundle></feature>, features.xml:2:",
        "<feature name='a'><bundle>mvn:g/../../x/1</bundle></feature>, features.xml:2:",
        "<feature name='a'><bundle start-level='0'>mvn:g/x/1</bundle></feature>, start-level 0",
        "<feature/>, a feature without name",
        "<feature name='a'/><feature name='a'/>, feature a twice",
        "<feature, features.xml:2:"
    })
    void refusesMalformedFilesAndNamesTheLine(String body, String message) {
        LaunchException e = assertThrows(LaunchException.class, () -> read(body));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void readsNoDocumentTypeAndSoNoEntities() throws IOException {
        Path file = folder.resolve("evil.xml");
        Files.writeString(
                file, "<!DOCTYPE features [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><features>&x;</features>");
        LaunchException e = assertThrows(LaunchException.class, () -> Features.read(file));
        assertFalse(e.getMessage().contains("root:"), e.getMessage());
    }

    @Test
    void findsArtifactsInMavensLayout() throws LaunchException {
        assertEquals(
                Path.of("org/a/b/1.0/b-1.0.jar"),
                Artifact.parse("mvn:org.a/b/1.0").path());
        assertEquals(
                Path.of("org/a/b/1/b-1-features.xml"),
                Artifact.parse("mvn:org.a/b/1/xml/features").path());
    }
}
