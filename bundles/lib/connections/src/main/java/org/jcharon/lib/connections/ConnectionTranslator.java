// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfSection;

/** {@code connections.CONN}. */
final class ConnectionTranslator {

    private static final Set<String> KEYS = Set.of(
            ("version local_addrs remote_addrs local_port remote_port proposals vips aggressive pull dscp encap mobike dpd_delay"
                            + " dpd_timeout fragmentation childless send_certreq send_cert ocsp ppk_id ppk_required keyingtries"
                            + " unique reauth_time rekey_time over_time rand_time pools if_id_in if_id_out mediation"
                            + " mediated_by mediation_peer")
                    .split(" "));
    private static final List<String> SECTIONS = List.of("local", "remote", "children");
    private static final Duration REKEY_TIME = Duration.ofHours(4);
    private static final int MAX_CHILDREN = 10_000;

    private final Fields fields;
    private final CredentialResolver credentials;
    private final List<String> warnings;

    private ConnectionTranslator(Fields fields, CredentialResolver credentials, List<String> warnings) {
        this.fields = fields;
        this.credentials = credentials;
        this.warnings = warnings;
    }

    static PeerConfig translate(ConfSection section, String name, CredentialResolver credentials, List<String> warnings)
            throws ConfException {
        Fields fields = new Fields(
                section,
                "connections." + name,
                KEYS,
                child -> child.equals("children") || child.startsWith("local") || child.startsWith("remote"),
                SECTIONS);
        ConnectionTranslator translator = new ConnectionTranslator(fields, credentials, warnings);
        translator.refuseTheUnsupported();
        return translator.read(name);
    }

    private void refuseTheUnsupported() throws ConfException {
        if (fields.number("version", 0, 0, 2) == 1) {
            throw fields.error("version", "IKEv1 is not supported, only 2 (or 0)");
        }
        fields.only("aggressive", "it belongs to IKEv1", "no", "false", "disabled", "0");
        fields.only("pull", "it belongs to IKEv1", "yes", "true", "enabled", "1");
        fields.only("ocsp", "OCSP in IKE is not implemented", "reply", "never");
        fields.only("mediation", "mediation is not implemented", "no", "false", "disabled", "0");
        fields.only("mediated_by", "mediation is not implemented", "");
        fields.only("mediation_peer", "mediation is not implemented", "");
        fields.duration("dpd_timeout"); // IKEv1 only: checked and not used
        ChildTranslator.ifId(fields, "if_id_in");
        ChildTranslator.ifId(fields, "if_id_out");
    }

    private PeerConfig read(String name) throws ConfException {
        PeerConfig.Builder peer = PeerConfig.builder()
                .name(name)
                .ike(ike())
                .local(rounds("local"))
                .remote(rounds("remote"))
                .children(children())
                .virtualIps(virtualIps())
                .pools(fields.list("pools"))
                .mobike(fields.flag("mobike", true))
                .dpdDelay(ChildTranslator.orZero(fields.duration("dpd_delay")))
                .keyingTries(keyingTries())
                .unique(fields.choice(
                        "unique",
                        PeerConfig.Unique.NO,
                        Map.of(
                                "never", PeerConfig.Unique.NEVER,
                                "no", PeerConfig.Unique.NO,
                                "keep", PeerConfig.Unique.KEEP,
                                "replace", PeerConfig.Unique.REPLACE)))
                .ppkId(fields.text("ppk_id", ""))
                .ppkRequired(fields.flag("ppk_required", false));
        String sendCert = fields.choice(
                "send_cert", "ifasked", Map.of("always", "always", "never", "never", "ifasked", "ifasked"));
        peer.sendCertificateAlways(sendCert.equals("always")).sendCertificateNever(sendCert.equals("never"));
        lifetimes(peer);
        return peer.build();
    }

    private IkeConfig ike() throws ConfException {
        return IkeConfig.builder()
                .localAddresses(addresses("local_addrs"))
                .remoteAddresses(addresses("remote_addrs"))
                .localPort((int) fields.number("local_port", 500, 0, 0xFFFF))
                .remotePort((int) fields.number("remote_port", 500, 1, 0xFFFF))
                .proposals(ChildTranslator.proposals(fields, "proposals", ProtocolId.IKE))
                .dscp(dscp())
                .forceEncapsulation(fields.flag("encap", false))
                .fragmentation(fields.choice(
                        "fragmentation",
                        IkeConfig.Fragmentation.YES,
                        // force is IKEv1's; with IKEv2 it means yes
                        Map.of(
                                "yes", IkeConfig.Fragmentation.YES,
                                "force", IkeConfig.Fragmentation.YES,
                                "accept", IkeConfig.Fragmentation.ACCEPT,
                                "no", IkeConfig.Fragmentation.NO)))
                .childless(fields.choice(
                        "childless",
                        IkeConfig.Childless.ALLOW,
                        Map.of(
                                "allow", IkeConfig.Childless.ALLOW,
                                "prefer", IkeConfig.Childless.PREFER,
                                "force", IkeConfig.Childless.FORCE,
                                "never", IkeConfig.Childless.NEVER)))
                .sendCertificateRequests(fields.flag("send_certreq", true))
                .build();
    }

    private List<String> addresses(String key) throws ConfException {
        List<String> texts = fields.list(key);
        for (String text : texts) {
            boolean numeric = text.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")
                    || text.indexOf('/') >= 0
                    || text.matches("[0-9a-fA-F:.]+\\s*-\\s*[0-9a-fA-F:.]+");
            boolean wild = text.equals("%any") || text.equals("%any4") || text.equals("%any6");
            try {
                if (numeric) {
                    Selectors.range(text);
                } else if (!wild && !text.matches("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,253})")) {
                    throw fields.error(key, "'" + text + "' is neither an address nor a DNS name");
                }
            } catch (IllegalArgumentException e) {
                throw fields.error(key, e.getMessage());
            }
        }
        return texts.isEmpty() ? List.of("%any") : texts;
    }

    private int dscp() throws ConfException {
        String text = fields.text("dscp", "000000");
        if (!text.matches("[01]{6}")) {
            throw fields.error("dscp", "'" + text + "' is not six binary digits");
        }
        return Integer.parseInt(text, 2);
    }

    private int keyingTries() throws ConfException {
        return fields.text("keyingtries", "1").equals("%forever")
                ? 0
                : (int) fields.number("keyingtries", 1, 0, Integer.MAX_VALUE);
    }

    private List<InetAddress> virtualIps() throws ConfException {
        List<InetAddress> all = new ArrayList<>();
        for (String text : fields.list("vips")) {
            try {
                all.add(Selectors.address(
                        text.equals("%any") || text.equals("%config")
                                ? "0.0.0.0"
                                : text.equals("%any6") ? "::" : text));
            } catch (IllegalArgumentException e) {
                throw fields.error("vips", e.getMessage());
            }
        }
        return all;
    }

    private void lifetimes(PeerConfig.Builder peer) throws ConfException {
        Duration reauth = fields.duration("reauth_time");
        Duration rekey = fields.duration("rekey_time");
        if (rekey == null) {
            rekey = reauth == null ? REKEY_TIME : Duration.ZERO;
        }
        reauth = ChildTranslator.orZero(reauth);
        Duration over = fields.duration("over_time");
        if (over == null) {
            over = (rekey.compareTo(reauth) > 0 ? rekey : reauth).dividedBy(10);
        }
        Duration rand = fields.duration("rand_time");
        peer.reauthTime(reauth).rekeyTime(rekey).overTime(over).randTime(rand == null ? over : rand);
    }

    private List<AuthConfig> rounds(String side) throws ConfException {
        List<AuthConfig> rounds = new ArrayList<>();
        for (Map.Entry<String, ConfSection> entry : fields.section().sections().entrySet()) {
            if (entry.getKey().startsWith(side)) {
                if (!rounds.isEmpty()) {
                    throw new ConfException(
                            entry.getValue().place(),
                            fields.path() + "." + entry.getKey()
                                    + ": several rounds of authentication (RFC 4739) are not supported");
                }
                rounds.add(AuthTranslator.translate(
                        entry.getValue(), fields.path() + "." + entry.getKey(), side.equals("local"), credentials));
            }
        }
        if (rounds.isEmpty()) {
            rounds.add(AuthConfig.builder().build());
        }
        return rounds;
    }

    private List<ChildConfig> children() throws ConfException {
        ConfSection section = fields.section().section("children").orElse(null);
        if (section == null) {
            return List.of();
        }
        String path = fields.path() + ".children";
        Fields container = new Fields(section, path, List.of(), any -> true, List.of());
        int in = ChildTranslator.ifId(fields, "if_id_in");
        int out = ChildTranslator.ifId(fields, "if_id_out");
        List<ChildConfig> all = new ArrayList<>();
        for (Map.Entry<String, ConfSection> entry :
                container.section().sections().entrySet()) {
            String name = entry.getKey();
            all.add(ChildTranslator.translate(entry.getValue(), path + "." + name, name, in, out, warnings));
        }
        if (all.size() > MAX_CHILDREN) {
            throw new ConfException(section.place(), path + ": more than " + MAX_CHILDREN + " children");
        }
        return all;
    }
}
