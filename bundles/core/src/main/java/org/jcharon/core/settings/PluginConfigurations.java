// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jcharon.api.bus.Log;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.settings.ConfSection;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.settings.SettingsListener;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Turns sections {@code charon.plugins.NAME} into configurations of PID {@code charon.plugins.NAME} with '-' written '_': keys of inner
 * sections are dotted, all values are texts, secrets are handles for {@link Settings#resolve}. A section with nothing but {@code load}
 * makes none. A file {@code etc/PID.cfg} under the base wins whole, with a warning. Any thread, one call at a time.
 */
@Component(service = SettingsListener.class, immediate = true)
public final class PluginConfigurations implements SettingsListener {

    /** Names the section in each configuration that was made here; those without it belong to somebody else. */
    static final String SECTION = "jcharon.section";

    private static final Log LOG = Log.of("cfg");
    private static final String PREFIX = "charon.plugins.";

    private final SettingsService settings;
    private final ConfigurationAdmin admin;

    /** Makes them in a job. */
    @Activate
    public PluginConfigurations(
            @Reference(name = "settings") SettingsService settings,
            @Reference(name = "admin") ConfigurationAdmin admin,
            @Reference(name = "processor") Processor processor) {
        this.settings = settings;
        this.admin = admin;
        processor.execute(Job.of("configure plugins", Priority.LOW, this::settingsChanged));
    }

    @Override
    public synchronized void settingsChanged() {
        Map<String, ConfSection> sections = new HashMap<>();
        SettingsTree.section(settings.root(), "charon.plugins")
                .ifPresent(plugins -> plugins.sections().forEach((name, section) -> {
                    if (!section.sections().isEmpty()
                            || !Set.of("load").containsAll(section.values().keySet())) {
                        sections.put(name, section);
                    }
                }));
        try {
            KnownKeys.Section plugins =
                    KnownKeys.read().root().section("charon").section("plugins");
            Set<String> made = new HashSet<>();
            for (Map.Entry<String, ConfSection> entry : sections.entrySet()) {
                String pid = PREFIX + entry.getKey().replace('-', '_');
                made.add(pid);
                configure(pid, entry.getKey(), entry.getValue(), plugins.section(entry.getKey()));
            }
            Configuration[] all = admin.listConfigurations("(" + SECTION + "=*)");
            for (Configuration old : all == null ? new Configuration[0] : all) {
                if (!made.contains(old.getPid())) {
                    old.delete();
                }
            }
        } catch (IOException | InvalidSyntaxException e) {
            LOG.error("plugins get no configurations: {}", e.toString());
        }
    }

    private void configure(String pid, String name, ConfSection section, KnownKeys.Section known) throws IOException {
        Path file = Path.of(settings.get("jcharon.base", ""), "etc", pid + ".cfg");
        if (Files.exists(file)) {
            LOG.control("{} wins over section {}{} of {}", file, PREFIX, name, section.place());
            return;
        }
        Configuration configuration = admin.getConfiguration(pid, "?");
        Dictionary<String, Object> old = configuration.getProperties();
        if (old != null && old.get(SECTION) == null) {
            Object owner = old.get("felix.fileinstall.filename");
            LOG.control(
                    "{} wins over section {}{} of {}",
                    owner == null ? "another configuration of " + pid : owner,
                    PREFIX,
                    name,
                    section.place());
            return;
        }
        Map<String, Object> values = new HashMap<>();
        values.put(SECTION, PREFIX + name);
        flatten(PREFIX + name + ".", "", section, known, values);
        if (old == null || !isSame(old, values)) {
            configuration.update(FrameworkUtil.asDictionary(values));
        }
    }

    private static void flatten(
            String absolute, String prefix, ConfSection section, KnownKeys.Section known, Map<String, Object> values) {
        section.values().forEach((key, value) -> {
            boolean secret = known != null && known.key(key) == KnownKeys.Kind.SECRET;
            values.put(prefix + key, secret ? Settings.HANDLE + absolute + prefix + key : value.text());
        });
        section.sections()
                .forEach((key, child) -> flatten(
                        absolute, prefix + key + ".", child, known == null ? null : known.section(key), values));
    }

    private static boolean isSame(Dictionary<String, Object> old, Map<String, Object> values) {
        Map<String, Object> before = new HashMap<>();
        old.keys().asIterator().forEachRemaining(key -> before.put(key, old.get(key)));
        before.remove(Constants.SERVICE_PID);
        return before.equals(values);
    }
}
