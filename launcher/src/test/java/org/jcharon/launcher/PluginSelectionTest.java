// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginSelectionTest {
    private static final String[] NAMES = {
        "core",
        "crypto-jca",
        "crypto-bc",
        "kernel-netlink",
        "kernel-libipsec",
        "swanctl",
        "shell",
        "filelog",
        "syslog",
        "eap-md5",
        "updown"
    };

    @TempDir
    Path folder;

    private final List<String> missing = new ArrayList<>();
    private Features features;

    @BeforeEach
    void features() throws IOException, LaunchException {
        StringBuilder text = new StringBuilder("<features name=\"x\">\n<feature name=\"jcharon\">");
        for (String name : List.of("crypto-jca", "crypto-bc", "swanctl", "kernel-libipsec", "shell", "filelog")) {
            text.append("<feature>jcharon-").append(name).append("</feature>");
        }
        text.append("</feature>\n");
        for (String name : NAMES) {
            text.append("<feature name=\"jcharon-").append(name).append("\"/>\n");
        }
        Path file = folder.resolve("features.xml");
        Files.writeString(file, text.append("</features>\n"));
        features = Features.read(file);
    }

    private Set<String> selected(String conf, String... settings) throws IOException, LaunchException {
        Path file = folder.resolve("strongswan.conf");
        Files.writeString(file, conf);
        return PluginSelection.read(Optional.of(file), List.of(settings))
                .apply(new LinkedHashSet<>(List.of("jcharon", "jcharon-updown")), features, missing);
    }

    @Test
    void aWordLessFileLeavesTheDefaultSet() throws IOException, LaunchException {
        assertEquals(Set.of("jcharon", "jcharon-updown"), selected("# load = aes\ncharon { threads = 4 }\n"));
    }

    @Test
    void aLoadListNamesPluginsAsStrongSwanDoes() throws IOException, LaunchException {
        assertEquals(
                Set.of(
                        "jcharon-core",
                        "jcharon-shell",
                        "jcharon-filelog",
                        "jcharon-crypto-jca",
                        "jcharon-kernel-netlink",
                        "jcharon-kernel-libipsec",
                        "jcharon-swanctl",
                        "jcharon-eap-md5",
                        "jcharon-updown"),
                selected("charon { load = random nonce aes! sha2 kernel-netlink xauth-pam vici eap-md5 ntru }\n"));
        assertEquals(List.of("xauth-pam", "ntru"), missing);
    }

    @Test
    void modularLoadingTakesThePluginsThatSayYes() throws IOException, LaunchException {
        assertEquals(
                Set.of("jcharon-core", "jcharon-shell", "jcharon-filelog", "jcharon-crypto-jca", "jcharon-updown"),
                selected("""
                        charon {
                          load_modular = yes
                          load = ignored
                          plugins {
                            aes { load = yes }
                            eap-md5 { load = no }
                            vici { socket = x }
                          }
                        }
                        """));
        assertEquals(List.of(), missing);
    }

    @Test
    void aSinglePluginIsAddedOrLeftOut() throws IOException, LaunchException {
        assertEquals(
                Set.of(
                        "jcharon-crypto-jca",
                        "jcharon-swanctl",
                        "jcharon-kernel-libipsec",
                        "jcharon-shell",
                        "jcharon-filelog",
                        "jcharon-eap-md5",
                        "jcharon-updown"),
                selected(
                        "charon { plugins { eap-md5 { load = 10 }\n crypto-bc { load = no }\n xauth-pam { load = yes } } }\n"));
        assertEquals(List.of("xauth-pam"), missing);
    }

    @Test
    void whatTheCommandLineSetsIsStronger() throws IOException, LaunchException {
        Set<String> features = selected(
                "charon { plugins { eap-md5 { load = yes } } }\n",
                "charon.plugins.eap-md5.load=no",
                "charon.plugins.swanctl.load=no",
                "charon.syslog.daemon.default=1");
        assertEquals(
                Set.of(
                        "jcharon-crypto-jca",
                        "jcharon-crypto-bc",
                        "jcharon-kernel-libipsec",
                        "jcharon-shell",
                        "jcharon-filelog",
                        "jcharon-syslog",
                        "jcharon-updown"),
                features);
    }

    @Test
    void includedFilesCount() throws IOException, LaunchException {
        Files.writeString(folder.resolve("logging.conf"), "charon { syslog { daemon { } } }\n");
        assertEquals(
                true,
                selected("include logging.conf\ncharon { plugins { eap-md5 { load = yes } } }\n")
                        .containsAll(Set.of("jcharon-syslog", "jcharon-eap-md5")));
    }

    @Test
    void aFileThatIsWrongSelectsNothing() throws IOException, LaunchException {
        assertEquals(Set.of("jcharon", "jcharon-updown"), selected("charon { load = aes\n"));
    }

    @Test
    void withoutTheDefaultSetTheCommandLineAloneDecides() throws LaunchException {
        Set<String> requested = Set.of("jcharon-shell");
        assertSame(
                requested,
                PluginSelection.read(Optional.empty(), List.of("charon.load=aes"))
                        .apply(requested, features, missing));
    }
}
