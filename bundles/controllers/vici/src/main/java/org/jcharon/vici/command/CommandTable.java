// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.control.Controller;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.settings.SettingsReload;
import org.jcharon.vici.server.Commands;
import org.jcharon.vici.store.ConnectionStore;
import org.jcharon.vici.store.CredentialStore;
import org.jcharon.vici.store.PoolStore;

/** All commands and the names of all events. Any thread. */
public final class CommandTable implements Commands {

    private static final Set<String> EVENTS = Set.of(
            "log",
            "control-log",
            "list-sa",
            "list-policy",
            "list-conn",
            "list-cert",
            "list-authority",
            "ike-updown",
            "ike-rekey",
            "ike-update",
            "child-updown",
            "child-rekey",
            "alert");

    /**
     * Services of core that commands use.
     *
     * @param version version of the daemon
     */
    public record Core(
            Controller controller,
            BackendManager backends,
            CredentialManager credentials,
            CryptoRegistry crypto,
            SettingsReload settings,
            Processor processor,
            TimeSource time,
            String version) {}

    private final Map<String, Command> commands = new HashMap<>();
    private final ObjIntConsumer<String> registrations;

    /** {@code registrations} hears of events whose number of clients changed. */
    public CommandTable(
            Core core,
            ConnectionStore connections,
            CredentialStore store,
            PoolStore pools,
            ObjIntConsumer<String> registrations) {
        this.registrations = registrations;
        Offloaded offloaded = new Offloaded(core.processor());
        commands.putAll(new ControlCommands(core.controller()).all());
        commands.putAll(new ListCommands(core.controller(), core.backends(), core.processor(), core.time()).all());
        commands.putAll(new ConfigCommands(connections, pools, offloaded).all());
        commands.putAll(new CredentialCommands(core.credentials(), store).all());
        commands.putAll(
                new CertificateCommands(core.credentials(), store, connections, core.processor(), offloaded).all());
        commands.putAll(new DaemonCommands(core, offloaded).all());
    }

    @Override
    public Optional<Command> command(String name) {
        return Optional.ofNullable(commands.get(name));
    }

    @Override
    public boolean isEvent(String name) {
        return EVENTS.contains(name);
    }

    @Override
    public void registrations(String event, int clients) {
        registrations.accept(event, clients);
    }
}
