// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.felix.service.command.Function;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.config.SelectorTemplate;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:list-conns} shows connections. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=list-conns"})
public final class ListConns extends Command {

    static final Usage USAGE = Usage.of("list-conns", "shows connections as they are loaded")
            .optional("NAME", Words.CONNECTION)
            .json()
            .timeout()
            .example("ike:list-conns home", "one of them")
            .build();

    private final BackendManager backends;

    /** Made by the container. */
    @Activate
    public ListConns(@Reference(name = "backends") BackendManager backends) {
        super(USAGE);
        this.backends = backends;
    }

    @Override
    void run(Console console, Arguments given) throws CommandFailed {
        List<PeerConfig> peers = Waiting.await(backends.peerConfigs(), given.timeout()).stream()
                .filter(peer -> given.operand() == null || given.operand().equals(peer.name()))
                .toList();
        console.show(
                () -> peers.stream().map(ListConns::json).toList(),
                () -> peers.stream().map(ListConns::text).collect(Collectors.joining()));
    }

    private static String text(PeerConfig peer) {
        StringBuilder out = new StringBuilder(peer.name())
                .append(": IKEv2, ")
                .append(every("reauthentication", peer.reauthTime()))
                .append(", ")
                .append(every("rekeying", peer.rekeyTime()));
        if (!peer.dpdDelay().isZero()) {
            out.append(", dpd delay ").append(peer.dpdDelay().toSeconds()).append('s');
        }
        if (!peer.ppkId().isEmpty()) {
            out.append(", ppk ").append(peer.ppkId()).append(peer.ppkRequired() ? " required" : "");
        }
        out.append("\n  local:  ").append(String.join(" ", peer.ike().localAddresses()));
        out.append("\n  remote: ").append(String.join(" ", peer.ike().remoteAddresses()));
        peer.local().forEach(auth -> out.append("\n  local ").append(text(auth)));
        peer.remote().forEach(auth -> out.append("\n  remote ").append(text(auth)));
        for (ChildConfig child : peer.children()) {
            out.append("\n  ")
                    .append(child.name())
                    .append(": ")
                    .append(child.mode())
                    .append(", ");
            out.append(every("rekeying", child.lifetime().rekeyTime()));
            details(child)
                    .forEach((what, value) ->
                            out.append(", ").append(what).append(' ').append(value));
            out.append("\n    local:  ").append(selectors(child.localSelectors()));
            out.append("\n    remote: ").append(selectors(child.remoteSelectors()));
        }
        return out.append('\n').toString();
    }

    /** What a child has beside the defaults. */
    private static Map<String, Object> details(ChildConfig child) {
        Map<String, Object> details = new LinkedHashMap<>();
        if (child.startAction() != ChildConfig.StartAction.NONE) {
            details.put("start action", word(child.startAction()));
        }
        if (child.dpdAction() != ChildConfig.DpdAction.CLEAR) {
            details.put("dpd action", word(child.dpdAction()));
        }
        if (child.closeAction() != ChildConfig.StartAction.NONE) {
            details.put("close action", word(child.closeAction()));
        }
        SaText.labels(child.markIn(), child.markOut(), child.ifIdIn(), child.ifIdOut())
                .forEach(details::put);
        return details;
    }

    private static String word(Enum<?> action) {
        return action.name().toLowerCase(Locale.ROOT).replace('_', '|');
    }

    private static String text(AuthConfig auth) {
        StringBuilder out = new StringBuilder(
                switch (auth.method()) {
                    case PUBKEY -> "public key";
                    case PSK -> "pre-shared key";
                    case EAP ->
                        auth.eapMethod().isEmpty()
                                ? "EAP"
                                : "EAP_" + auth.eapMethod().toUpperCase(Locale.ROOT);
                });
        out.append(" authentication:");
        if (!auth.id().isAny()) {
            out.append("\n    id: ").append(auth.id());
        }
        auth.eapId().ifPresent(id -> out.append("\n    eap_id: ").append(id));
        if (!auth.groups().isEmpty()) {
            out.append("\n    groups: ").append(String.join(", ", auth.groups()));
        }
        if (!auth.certPolicies().isEmpty()) {
            out.append("\n    cert_policy: ").append(String.join(", ", auth.certPolicies()));
        }
        if (!auth.revocation().equals("relaxed")) {
            out.append("\n    revocation: ").append(auth.revocation());
        }
        auth.certificates().forEach(cert -> out.append("\n    certs: ").append(cert.subject()));
        auth.caCertificates().forEach(cert -> out.append("\n    cacerts: ").append(cert.subject()));
        return out.toString();
    }

    private static String every(String what, Duration time) {
        return time.isZero() ? "no " + what : what + " every " + time.toSeconds() + "s";
    }

    private static String selectors(List<SelectorTemplate> selectors) {
        return selectors.stream().map(SelectorTemplate::toString).collect(Collectors.joining(" "));
    }

    private static Map<String, Object> json(PeerConfig peer) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", peer.name());
        map.put("version", 2);
        map.put("localAddresses", peer.ike().localAddresses());
        map.put("remoteAddresses", peer.ike().remoteAddresses());
        map.put(
                "proposals",
                peer.ike().proposals().stream().map(Object::toString).toList());
        map.put("reauthSeconds", peer.reauthTime().toSeconds());
        map.put("rekeySeconds", peer.rekeyTime().toSeconds());
        map.put("dpdSeconds", peer.dpdDelay().toSeconds());
        map.put("ppkId", peer.ppkId());
        map.put("ppkRequired", peer.ppkRequired());
        map.put("pools", peer.pools());
        map.put("local", peer.local().stream().map(ListConns::json).toList());
        map.put("remote", peer.remote().stream().map(ListConns::json).toList());
        map.put("children", peer.children().stream().map(ListConns::json).toList());
        return map;
    }

    private static Map<String, Object> json(AuthConfig auth) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("method", auth.method().name());
        map.put("id", auth.id().toString());
        map.put("eapMethod", auth.eapMethod());
        map.put("groups", auth.groups());
        map.put("certPolicies", auth.certPolicies());
        map.put("revocation", auth.revocation());
        map.put(
                "certificates",
                auth.certificates().stream()
                        .map(cert -> cert.subject().toString())
                        .toList());
        map.put(
                "caCertificates",
                auth.caCertificates().stream()
                        .map(cert -> cert.subject().toString())
                        .toList());
        return map;
    }

    private static Map<String, Object> json(ChildConfig child) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", child.name());
        map.put("mode", child.mode().name());
        map.put("proposals", child.proposals().stream().map(Object::toString).toList());
        map.put(
                "localSelectors",
                child.localSelectors().stream().map(Object::toString).toList());
        map.put(
                "remoteSelectors",
                child.remoteSelectors().stream().map(Object::toString).toList());
        map.put("rekeySeconds", child.lifetime().rekeyTime().toSeconds());
        map.put("lifeSeconds", child.lifetime().lifeTime().toSeconds());
        map.put("startAction", child.startAction().name());
        map.put("dpdAction", child.dpdAction().name());
        map.put("closeAction", child.closeAction().name());
        map.put("marks", SaText.labels(child.markIn(), child.markOut(), child.ifIdIn(), child.ifIdOut()));
        return map;
    }
}
