// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

class PluginConfigurationsTest {

    @TempDir
    Path folder;

    private final ImmediateProcessor processor = new ImmediateProcessor();
    private final Map<String, Map<String, Object>> stored = new TreeMap<>();
    private int updates;

    private ConfigurationAdmin admin() {
        return (ConfigurationAdmin) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ConfigurationAdmin.class}, (self, method, arguments) -> {
                    if (method.getName().equals("getConfiguration")) {
                        return configuration((String) arguments[0]);
                    }
                    assertEquals("(jcharon.section=*)", arguments[0]);
                    return stored.entrySet().stream()
                            .filter(entry -> entry.getValue().containsKey("jcharon.section"))
                            .map(entry -> configuration(entry.getKey()))
                            .toArray(Configuration[]::new);
                });
    }

    private Configuration configuration(String pid) {
        return (Configuration) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Configuration.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "getPid" -> pid;
                    case "getProperties" ->
                        stored.containsKey(pid) ? FrameworkUtil.asDictionary(stored.get(pid)) : null;
                    case "delete" -> stored.remove(pid);
                    case "update" -> {
                        updates++;
                        Map<String, Object> values = new HashMap<>();
                        Dictionary<?, ?> given = (Dictionary<?, ?>) arguments[0];
                        given.keys().asIterator().forEachRemaining(key -> values.put((String) key, given.get(key)));
                        values.put("service.pid", pid);
                        yield stored.put(pid, values);
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private SettingsService settings(String text) throws IOException {
        Path file = folder.resolve("strongswan.conf");
        Files.writeString(file, text);
        return SettingsService.of(
                Map.of("jcharon.strongswan.conf", file.toString(), "jcharon.base", folder.toString())::get);
    }

    private PluginConfigurations configured(SettingsService settings) {
        PluginConfigurations configurations = new PluginConfigurations(settings, admin(), processor);
        processor.runAll();
        return configurations;
    }

    @Test
    void makesAConfigurationOfASectionAndFollowsAReload() throws IOException {
        SettingsService settings = settings("""
                charon { plugins {
                  eap-radius { nas_identifier = me
                    dae { enable = yes } }
                  aes { load = yes }
                } }
                """);
        PluginConfigurations configurations = configured(settings);
        assertEquals(
                Map.of(
                        "charon.plugins.eap_radius",
                        Map.of(
                                "service.pid", "charon.plugins.eap_radius",
                                "jcharon.section", "charon.plugins.eap-radius",
                                "nas_identifier", "me",
                                "dae.enable", "yes")),
                stored);
        configurations.settingsChanged();
        assertEquals(1, updates);
        settings("charon { plugins { eap-radius { nas_identifier = you } } }\n");
        settings.reload();
        configurations.settingsChanged();
        assertEquals("you", stored.get("charon.plugins.eap_radius").get("nas_identifier"));
        assertFalse(stored.get("charon.plugins.eap_radius").containsKey("dae.enable"));
        settings("charon { }\n");
        settings.reload();
        configurations.settingsChanged();
        assertEquals(Map.of(), stored);
    }

    @Test
    void secretsAreHandlesThatSettingsResolve() throws IOException {
        SettingsService settings = settings("""
                charon { plugins { eap-radius { secret = hidden
                  servers { a { secret = "deep one"
                    address = 10.0.0.1 } } } } }
                """);
        configured(settings);
        Map<String, Object> values = stored.get("charon.plugins.eap_radius");
        assertEquals("settings:charon.plugins.eap-radius.secret", values.get("secret"));
        assertEquals("deep one", settings.resolve((String) values.get("servers.a.secret")));
        assertEquals("10.0.0.1", settings.resolve((String) values.get("servers.a.address")));
    }

    @Test
    void aFileOrSomebodyElsesConfigurationWins() throws IOException {
        Files.createDirectories(folder.resolve("etc"));
        Files.writeString(folder.resolve("etc/charon.plugins.eap_radius.cfg"), "x=y\n");
        stored.put("charon.plugins.vici", Map.of("socket", "tcp://1"));
        configured(settings("charon { plugins { eap-radius { port = 1 }\n vici { socket = unix:///x } } }\n"));
        assertEquals(Set.of("charon.plugins.vici"), stored.keySet());
        assertEquals(Map.of("socket", "tcp://1"), stored.get("charon.plugins.vici"));
    }
}
