// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.attribute.AttributeProvider;
import org.jcharon.api.attribute.ConfigurationAttribute;
import org.jcharon.api.attribute.PoolInfo;
import org.jcharon.api.bus.AlertListener;
import org.jcharon.api.bus.Bus;
import org.jcharon.api.bus.ChildSaListener;
import org.jcharon.api.bus.IkeSaListener;
import org.jcharon.api.bus.Log;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.ConfigBackend;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.Controller;
import org.jcharon.api.credential.Authority;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.CredentialSet;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.PrivateKey;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.settings.SettingsReload;
import org.jcharon.vici.command.CommandTable;
import org.jcharon.vici.event.Events;
import org.jcharon.vici.server.Door;
import org.jcharon.vici.server.Limits;
import org.jcharon.vici.server.Server;
import org.jcharon.vici.store.ConnectionStore;
import org.jcharon.vici.store.CredentialStore;
import org.jcharon.vici.store.PoolStore;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * The vici protocol: serves clients and, to core, what they loaded. When it leaves, clients are disconnected and what they loaded is
 * gone; SAs stay. Any thread.
 */
@Component(
        service = {
            ConfigBackend.class,
            CredentialSet.class,
            AttributeProvider.class,
            IkeSaListener.class,
            ChildSaListener.class,
            AlertListener.class,
            LogListener.class
        },
        immediate = true)
public final class ViciPlugin
        implements ConfigBackend,
                CredentialSet,
                AttributeProvider,
                IkeSaListener,
                ChildSaListener,
                AlertListener,
                LogListener {

    private static final Log LOG = Log.of("cfg");
    private static final String SECTION = "charon.plugins.vici.";

    private final ConnectionStore connections;
    private final CredentialStore credentials;
    private final PoolStore pools;
    private final Server server;
    private final Events events;

    /** Opens the sockets; one that cannot be opened is named in the log, and the others serve. */
    @Activate
    public ViciPlugin(
            @Reference(name = "settings") Settings settings,
            @Reference(name = "settingsReload") SettingsReload reload,
            @Reference(name = "controller") Controller controller,
            @Reference(name = "backends") BackendManager backends,
            @Reference(name = "credentials") CredentialManager credentials,
            @Reference(name = "crypto") CryptoRegistry crypto,
            @Reference(name = "bus") Bus bus,
            @Reference(name = "processor") Processor processor,
            @Reference(name = "scheduler") Scheduler scheduler,
            @Reference(name = "time") TimeSource time)
            throws IOException {
        this.connections = new ConnectionStore(credentials, backends);
        this.credentials = new CredentialStore(credentials, crypto, scheduler);
        this.pools = new PoolStore(credentials);
        CommandTable.Core core =
                new CommandTable.Core(controller, backends, credentials, crypto, reload, processor, time, version());
        CommandTable table = new CommandTable(core, connections, this.credentials, pools, (event, clients) -> {
            if (event.equals("log")) {
                bus.logLevelsChanged();
            }
        });
        this.server = serve(doors(settings), table, processor, time);
        this.events = new Events(server, time);
        server.start();
    }

    private static Server serve(List<Door> doors, CommandTable table, Processor processor, TimeSource time)
            throws IOException {
        try {
            return new Server(doors, table, processor, time, Limits.DEFAULT);
        } catch (IOException e) {
            doors.forEach(Door::close);
            throw e;
        }
    }

    private static String version() {
        String version = ViciPlugin.class.getPackage().getImplementationVersion();
        return version == null ? "0.1.0" : version;
    }

    private static List<Door> doors(Settings settings) {
        List<Door> doors = new ArrayList<>();
        Door.Access access = new Door.Access(mode(settings), settings.get(SECTION + "group", ""));
        for (String uri : settings.get(SECTION + "socket", standard(settings)).split("[,\\s]+")) {
            try {
                doors.add(Door.open(uri, access));
            } catch (IOException e) {
                LOG.error("vici: {}", e.getMessage());
            }
        }
        return doors;
    }

    private static int mode(Settings settings) {
        String text = settings.get(SECTION + "mode", "0600");
        if (!text.matches("0?[0-7]{3}")) {
            LOG.error("{}mode: '{}' is not three octal digits such as 0660, 0600 is used", SECTION, text);
            return 0600;
        }
        return Integer.parseInt(text, 8);
    }

    private static String standard(Settings settings) {
        return "unix://" + Path.of(settings.get("jcharon.run.dir", "/run"), "charon.vici");
    }

    /** Disconnects all clients and wipes all secrets. */
    @Deactivate
    void deactivate() {
        server.close();
        credentials.close();
    }

    @Override
    public CompletionStage<List<PeerConfig>> peerConfigs() {
        return done(connections.peers());
    }

    @Override
    public CompletionStage<List<Certificate>> certificates(Identification subject) {
        Set<Certificate> all = new LinkedHashSet<>(credentials.certificates());
        all.addAll(connections.certificates());
        all.addAll(connections.anchors());
        return done(all.stream()
                .filter(one -> subject.isAny() || one.carries(subject))
                .toList());
    }

    @Override
    public CompletionStage<List<Certificate>> trustAnchors() {
        Set<Certificate> all = new LinkedHashSet<>(credentials.anchors());
        all.addAll(connections.anchors());
        return done(List.copyOf(all));
    }

    @Override
    public CompletionStage<List<PrivateKey>> privateKeys() {
        return done(credentials.privateKeys());
    }

    @Override
    public CompletionStage<List<SharedKey>> sharedKeys(SharedKey.Type type) {
        return done(credentials.sharedKeys(type));
    }

    @Override
    public List<Authority> authorities() {
        return credentials.authorities();
    }

    @Override
    public CompletionStage<Optional<InetAddress>> acquire(
            List<String> names, Identification peer, InetAddress requested) {
        return done(pools.acquire(names, peer, requested));
    }

    @Override
    public void release(List<String> names, Identification peer, InetAddress address) {
        pools.release(names, peer, address);
    }

    @Override
    public List<PoolInfo> pools() {
        return pools.pools();
    }

    @Override
    public CompletionStage<List<ConfigurationAttribute>> attributes(List<String> names, Identification peer) {
        return done(pools.attributes(names));
    }

    @Override
    public void ikeUpDown(IkeSaInfo ikeSa, boolean up) {
        events.ikeUpDown(ikeSa, up);
    }

    @Override
    public void ikeRekey(IkeSaInfo old, IkeSaInfo fresh) {
        events.ikeRekey(old, fresh);
    }

    @Override
    public void ikeUpdate(IkeSaInfo before, IkeSaInfo now) {
        events.ikeUpdate(before, now);
    }

    @Override
    public void childUpDown(IkeSaInfo ikeSa, ChildSaInfo childSa, boolean up) {
        events.childUpDown(ikeSa, childSa, up);
    }

    @Override
    public void childRekey(IkeSaInfo ikeSa, ChildSaInfo old, ChildSaInfo fresh) {
        events.childRekey(ikeSa, old, fresh);
    }

    @Override
    public void alert(IkeSaInfo ikeSa, String kind, String text) {
        events.alert(ikeSa, kind, text);
    }

    @Override
    public int level(String group) {
        return events.level(group);
    }

    @Override
    public void log(LogRecord record) {
        events.log(record);
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }
}
