// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.config.SelectorTemplate;
import org.jcharon.api.credential.Certificate;
import org.jcharon.vici.message.Section;

/** Connections as {@code list-conn} events, with charon's keys in charon's order. Pure. */
public final class ConnectionSections {

    private ConnectionSections() {}

    /** {@code <name>{…}}. */
    public static Section named(PeerConfig peer) {
        Section.Builder out = Section.builder()
                .list("local_addrs", peer.ike().localAddresses())
                .list("remote_addrs", peer.ike().remoteAddresses())
                .put("local_port", peer.ike().localPort())
                .put("remote_port", peer.ike().remotePort())
                .put("version", "IKEv2")
                .put("reauth_time", peer.reauthTime().toSeconds())
                .put("rekey_time", peer.rekeyTime().toSeconds())
                .put("unique", "UNIQUE_" + peer.unique().name());
        if (!peer.dpdDelay().isZero()) {
            out.put("dpd_delay", peer.dpdDelay().toSeconds());
        }
        if (!peer.ppkId().isEmpty()) {
            out.put("ppk_id", peer.ppkId());
        }
        out.yes("ppk_required", peer.ppkRequired());
        rounds("local-", peer.local(), true, out);
        rounds("remote-", peer.remote(), false, out);
        Section.Builder children = Section.builder();
        peer.children().forEach(child -> children.put(child.name(), child(child)));
        out.put("children", children.build());
        return Section.builder().put(peer.name(), out.build()).build();
    }

    private static void rounds(String prefix, List<AuthConfig> rounds, boolean local, Section.Builder out) {
        int number = 1;
        for (AuthConfig round : rounds) {
            out.put(prefix + number++, round(round, local));
        }
    }

    private static Section round(AuthConfig auth, boolean local) {
        Section.Builder out = Section.builder();
        switch (auth.method()) {
            case PUBKEY -> out.put("class", "public key");
            case PSK -> out.put("class", "pre-shared key");
            case EAP -> {
                out.put("class", "EAP");
                if (!auth.eapMethod().isEmpty()) {
                    out.put("eap-type", "EAP_" + auth.eapMethod().toUpperCase(Locale.ROOT));
                }
            }
        }
        if (!local && auth.revocation().equals("strict")) {
            out.put("revocation", "GOOD");
        } else if (!local && auth.revocation().equals("ifuri")) {
            out.put("revocation", "SKIPPED");
        }
        if (!auth.id().isAny()) {
            out.put("id", auth.id().toString());
        }
        if (!auth.aaaId().isAny()) {
            out.put("aaa_id", auth.aaaId().toString());
        }
        auth.eapId().ifPresent(id -> out.put("eap_id", id.toString()));
        return out.list("groups", auth.groups())
                .list("cert_policy", auth.certPolicies())
                .list("certs", certificates(auth))
                .list("cacerts", subjects(auth.caCertificates()))
                .build();
    }

    /** Raw public keys go by the name of their owner, as in charon. */
    private static List<String> certificates(AuthConfig auth) {
        List<String> all = new ArrayList<>(subjects(auth.certificates()));
        auth.publicKeys().forEach(key -> all.add(auth.id().toString()));
        return all;
    }

    private static List<String> subjects(List<Certificate> certificates) {
        return certificates.stream().map(one -> one.subject().toString()).toList();
    }

    private static Section child(ChildConfig child) {
        Section.Builder out = Section.builder()
                .put("mode", child.mode().name())
                .put("rekey_time", child.lifetime().rekeyTime().toSeconds())
                .put("rekey_bytes", child.lifetime().rekeyOctets())
                .put("rekey_packets", child.lifetime().rekeyPackets())
                .put("dpd_action", dpdAction(child))
                .put("close_action", action(child.closeAction()))
                .list("local-ts", selectors(child.localSelectors()))
                .list("remote-ts", selectors(child.remoteSelectors()));
        if (!child.interfaceName().isEmpty()) {
            out.put("interface", child.interfaceName());
        }
        if (child.priority() != 0) {
            out.put("priority", child.priority());
        }
        return out.build();
    }

    private static String dpdAction(ChildConfig child) {
        return switch (child.dpdAction()) {
            case CLEAR -> "none";
            case TRAP -> "trap";
            case RESTART -> "start";
        };
    }

    private static String action(ChildConfig.StartAction action) {
        return switch (action) {
            case NONE -> "none";
            case TRAP -> "trap";
            case START -> "start";
            case TRAP_START -> "trap, start";
        };
    }

    private static List<String> selectors(List<SelectorTemplate> selectors) {
        return selectors.stream().map(SelectorTemplate::toString).toList();
    }
}
