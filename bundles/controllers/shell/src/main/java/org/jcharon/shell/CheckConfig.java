// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.felix.service.command.Function;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.credential.SoftwarePrivateKey;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfParser;
import org.jcharon.lib.connections.CredentialResolver;
import org.jcharon.lib.connections.FileResolver;
import org.jcharon.lib.connections.Translation;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:check-config} reads a swanctl.conf without loading it. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=check-config"})
public final class CheckConfig extends Command {

    static final Usage USAGE = Usage.of("check-config", "says what a swanctl.conf would load, or what is wrong with it")
            .required("FILE", Words.FILE)
            .json()
            .timeout()
            .text("Nothing is changed. Certificates and keys are looked for in the folders beside FILE.")
            .text("Each connection is compared with the loaded one of its name: new, changed or unchanged.")
            .example("ike:check-config /etc/swanctl/swanctl.conf.new", "before it replaces the old one")
            .build();

    private final BackendManager backends;
    private final CredentialManager credentials;
    private final CryptoRegistry crypto;

    /** Made by the container. */
    @Activate
    public CheckConfig(
            @Reference(name = "backends") BackendManager backends,
            @Reference(name = "credentials") CredentialManager credentials,
            @Reference(name = "crypto") CryptoRegistry crypto) {
        super(USAGE);
        this.backends = backends;
        this.credentials = credentials;
        this.crypto = crypto;
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        Path file = file(console, given.operand());
        List<PeerConfig> loaded = Waiting.await(backends.peerConfigs(), given.timeout());
        List<SoftwarePrivateKey> keys = new ArrayList<>();
        List<SharedKey> shared = List.of();
        try (FileResolver files = new FileResolver(file.getParent(), credentials, crypto)) {
            Translation found = Translation.of(ConfParser.parse(file), files);
            shared = found.sharedKeys();
            int certificates =
                    files.certificatesIn(CredentialResolver.Kind.X509).size();
            int authorities =
                    files.certificatesIn(CredentialResolver.Kind.X509CA).size();
            files.privateKeys(keys);
            Map<String, Object> result = result(found, loaded);
            result.put("certificateFiles", certificates);
            result.put("caCertificateFiles", authorities);
            result.put("privateKeys", keys.size());
            console.show(() -> result, () -> text(result));
        } catch (ConfException e) {
            throw failed(console, e.getMessage());
        } catch (IOException e) {
            throw failed(console, file + ": " + FileResolver.reason(e));
        } finally {
            keys.forEach(SoftwarePrivateKey::close);
            shared.forEach(key -> key.secret().close());
        }
    }

    private static CommandFailed failed(Console console, String why) {
        if (console.isJson()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("ok", false);
            result.put("error", why);
            console.println(Json.of(result));
        }
        return new CommandFailed(why);
    }

    private static Path file(Console console, String name) throws CommandFailed {
        try {
            Path path = Path.of(name);
            if (!path.isAbsolute() && console.folder().isPresent()) {
                path = Path.of(console.folder().get()).resolve(path);
            }
            path = path.toAbsolutePath().normalize();
            path = Files.isDirectory(path) ? path.resolve("swanctl.conf") : path;
            if (!Files.isRegularFile(path)) {
                throw new CommandFailed(path + (Files.exists(path) ? " is no file" : " does not exist"));
            }
            return path;
        } catch (InvalidPathException e) {
            throw new CommandFailed("'" + name + "' is no file name");
        }
    }

    private static Map<String, Object> result(Translation found, List<PeerConfig> loaded) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("ok", true);
        Map<String, PeerConfig> before = new LinkedHashMap<>();
        loaded.forEach(peer -> before.putIfAbsent(peer.name(), peer));
        List<Map<String, Object>> connections = new ArrayList<>();
        for (PeerConfig peer : found.peers()) {
            PeerConfig old = before.remove(peer.name());
            Map<String, Object> connection = new LinkedHashMap<>();
            connection.put("name", peer.name());
            connection.put("change", old == null ? "new" : old.equals(peer) ? "unchanged" : "changed");
            connection.put(
                    "children", peer.children().stream().map(ChildConfig::name).toList());
            connections.add(connection);
        }
        result.put("connections", connections);
        result.put("notInIt", List.copyOf(before.keySet()));
        result.put(
                "secrets", found.sharedKeys().stream().map(CheckConfig::owners).toList());
        result.put("pools", found.pools().stream().map(pool -> pool.name()).toList());
        result.put(
                "authorities",
                found.authorities().stream().map(each -> each.name()).distinct().toList());
        result.put("warnings", found.warnings());
        return result;
    }

    /** Whom a secret is for, never what it is. */
    private static String owners(SharedKey key) {
        return key.type() + " of "
                + (key.owners().isEmpty()
                        ? "anyone"
                        : key.owners().stream().map(id -> "'" + id + "'").collect(Collectors.joining(", ")));
    }

    private static String text(Map<String, Object> result) {
        StringBuilder out = new StringBuilder();
        for (Object each : (List<?>) result.get("connections")) {
            Map<?, ?> connection = (Map<?, ?>) each;
            out.append("connection ")
                    .append(connection.get("name"))
                    .append(" (")
                    .append(connection.get("change"))
                    .append("): ");
            List<?> children = (List<?>) connection.get("children");
            out.append(
                    children.isEmpty()
                            ? "no children"
                            : children.stream().map(String::valueOf).collect(Collectors.joining(", ")));
            out.append('\n');
        }
        list(out, "loaded now, not in it: ", result.get("notInIt"));
        list(out, "secret: ", result.get("secrets"));
        list(out, "pool: ", result.get("pools"));
        list(out, "authority: ", result.get("authorities"));
        out.append(result.get("certificateFiles")).append(" certificates, ");
        out.append(result.get("caCertificateFiles")).append(" CA certificates, ");
        out.append(result.get("privateKeys")).append(" private keys in the folders beside it\n");
        list(out, "warning: ", result.get("warnings"));
        return out.append("no errors, nothing was changed\n").toString();
    }

    private static void list(StringBuilder out, String label, Object lines) {
        ((List<?>) lines)
                .forEach(line ->
                        out.append(label).append(Table.clean(line.toString())).append('\n'));
    }
}
