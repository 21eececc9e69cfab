// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.Lifetime;
import org.jcharon.api.config.SelectorTemplate;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProposalException;
import org.jcharon.api.crypto.ProposalParser;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfSection;

/** {@code connections.CONN.children.CHILD}. */
final class ChildTranslator {

    private static final Set<String> KEYS = Set.of(
            ("ah_proposals esp_proposals sha256_96 local_ts remote_ts rekey_time life_time rand_time rekey_bytes life_bytes rand_bytes"
                            + " rekey_packets life_packets rand_packets updown hostaccess mode policies policies_fwd_out"
                            + " dpd_action ipcomp inactivity reqid priority interface mark_in mark_out mark_in_sa set_mark_in"
                            + " set_mark_out if_id_in if_id_out label label_mode tfc_padding replay_window per_cpu_sas"
                            + " hw_offload copy_df copy_ecn copy_dscp icmp start_action close_action")
                    .split(" "));
    private static final Map<String, ChildConfig.Mode> MODES = Map.of(
            "tunnel", ChildConfig.Mode.TUNNEL,
            "transport", ChildConfig.Mode.TRANSPORT,
            "pass", ChildConfig.Mode.PASS,
            "drop", ChildConfig.Mode.DROP);
    private static final Set<String> OTHER_MODES = Set.of("transport_proxy", "beet", "iptfs");
    private static final Map<String, ChildConfig.StartAction> ACTIONS = Map.of(
            "none", ChildConfig.StartAction.NONE,
            "clear", ChildConfig.StartAction.NONE,
            "trap", ChildConfig.StartAction.TRAP,
            "route", ChildConfig.StartAction.TRAP,
            "start", ChildConfig.StartAction.START,
            "restart", ChildConfig.StartAction.START,
            "trap|start", ChildConfig.StartAction.TRAP_START,
            "start|trap", ChildConfig.StartAction.TRAP_START);
    private static final Map<String, ChildConfig.DpdAction> DPD_ACTIONS = Map.of(
            "clear", ChildConfig.DpdAction.CLEAR,
            "none", ChildConfig.DpdAction.CLEAR,
            "trap", ChildConfig.DpdAction.TRAP,
            "route", ChildConfig.DpdAction.TRAP,
            "restart", ChildConfig.DpdAction.RESTART,
            "start", ChildConfig.DpdAction.RESTART);
    private static final Duration REKEY_TIME = Duration.ofHours(1);
    private static final String NOT_YET = "not implemented";

    private final Fields fields;
    private final List<String> warnings;
    private final ChildConfig.Builder child = ChildConfig.builder();

    private ChildTranslator(Fields fields, List<String> warnings) {
        this.fields = fields;
        this.warnings = warnings;
    }

    /** {@code ifIdIn} and {@code ifIdOut} are those of the connection, which count where the child has none. */
    static ChildConfig translate(
            ConfSection section, String path, String name, int ifIdIn, int ifIdOut, List<String> warnings)
            throws ConfException {
        Fields fields = new Fields(section, path, KEYS, any -> false, List.of());
        ChildTranslator translator = new ChildTranslator(fields, warnings);
        translator.refuseTheUnsupported();
        return translator.read(name, ifIdIn, ifIdOut);
    }

    private ChildConfig read(String name, int ifIdIn, int ifIdOut) throws ConfException {
        int in = ifId(fields, "if_id_in");
        int out = ifId(fields, "if_id_out");
        return child.name(name)
                .mode(fields.choice("mode", ChildConfig.Mode.TUNNEL, MODES))
                .proposals(proposals())
                .localSelectors(selectors("local_ts"))
                .remoteSelectors(selectors("remote_ts"))
                .lifetime(lifetime())
                .startAction(fields.choice("start_action", ChildConfig.StartAction.NONE, ACTIONS))
                .closeAction(fields.choice("close_action", ChildConfig.StartAction.NONE, ACTIONS))
                .dpdAction(fields.choice("dpd_action", ChildConfig.DpdAction.CLEAR, DPD_ACTIONS))
                .replayWindow((int) fields.number("replay_window", 32, 0, 32_768))
                .installPolicies(fields.flag("policies", true))
                .updown(fields.text("updown", ""))
                .hostAccess(fields.flag("hostaccess", false))
                .inactivity(orZero(fields.duration("inactivity")))
                .reqid((int) fields.number("reqid", 0, 0, Integer.MAX_VALUE))
                .markIn(mark("mark_in"))
                .markOut(mark("mark_out"))
                .ifIdIn(in != 0 ? in : ifIdIn)
                .ifIdOut(out != 0 ? out : ifIdOut)
                .priority((int) fields.number("priority", 0, 0, Integer.MAX_VALUE))
                .interfaceName(fields.text("interface", ""))
                .build();
    }

    private void refuseTheUnsupported() throws ConfException {
        String mode = fields.text("mode", "").toLowerCase(Locale.ROOT);
        if (OTHER_MODES.contains(mode)) {
            throw fields.error("mode", "'" + mode + "' is not supported: " + NOT_YET);
        }
        for (String key : List.of("sha256_96", "policies_fwd_out", "mark_in_sa", "per_cpu_sas", "icmp")) {
            fields.only(key, NOT_YET, "no", "false", "disabled", "0");
        }
        for (String key : List.of("copy_df", "copy_ecn")) {
            fields.only(key, NOT_YET, "yes", "true", "enabled", "1");
        }
        fields.only("copy_dscp", NOT_YET, "out");
        fields.only("tfc_padding", NOT_YET, "0");
        fields.only("hw_offload", NOT_YET + " (auto uses hardware only where it can)", "no", "auto");
        fields.only("set_mark_in", NOT_YET, "0", "0/0x0", "0x0/0x0");
        fields.only("set_mark_out", NOT_YET, "0", "0/0x0", "0x0/0x0");
        fields.only("label", "labels are " + NOT_YET, "");
        fields.only("label_mode", "labels are " + NOT_YET, "system");
        if (fields.flag("ipcomp", false)) {
            // both sides work without it, so that a tunnel is better than none
            warnings.add(fields.place("ipcomp") + ": " + fields.path() + ".ipcomp: compression is " + NOT_YET
                    + ", packets go uncompressed");
        }
        ineffective("updown", "scripts are " + NOT_YET + ", none is run");
        ineffective("interface", NOT_YET + ", packets of all interfaces are protected");
    }

    /** What a configuration may say for other daemons, whose SAs come up all the same. */
    private void ineffective(String key, String what) {
        if (!fields.text(key, "").isEmpty()) {
            warnings.add(fields.place(key) + ": " + fields.path() + "." + key + ": " + what);
        }
    }

    private List<Proposal> proposals() throws ConfException {
        List<Proposal> all = new ArrayList<>(proposals(fields, "esp_proposals", ProtocolId.ESP));
        all.addAll(proposals(fields, "ah_proposals", ProtocolId.AH));
        return all;
    }

    /** Proposals of a key, numbered; empty for {@code default} alone, which core spells out. */
    static List<Proposal> proposals(Fields fields, String key, ProtocolId protocol) throws ConfException {
        List<String> texts = fields.list(key);
        if (texts.isEmpty() || (texts.equals(List.of("default")) && !protocol.equals(ProtocolId.AH))) {
            return List.of();
        }
        List<Proposal> all = new ArrayList<>();
        for (String text : texts) {
            if (text.equals("default")) {
                all.addAll(ProposalParser.defaults(protocol));
                continue;
            }
            try {
                all.add(ProposalParser.parse(protocol, text));
            } catch (ProposalException e) {
                throw fields.error(key, e.getMessage());
            }
        }
        if (all.size() > 255) {
            throw fields.error(key, "more than 255 proposals");
        }
        List<Proposal> numbered = new ArrayList<>();
        for (Proposal proposal : all) {
            numbered.add(proposal.withNumber(numbered.size() + 1));
        }
        return numbered;
    }

    private List<SelectorTemplate> selectors(String key) throws ConfException {
        List<String> texts = fields.list(key);
        if (texts.isEmpty()) {
            return List.of(SelectorTemplate.DYNAMIC);
        }
        List<SelectorTemplate> all = new ArrayList<>();
        for (String text : texts) {
            try {
                all.add(Selectors.parse(text));
            } catch (IllegalArgumentException e) {
                throw fields.error(key, e.getMessage());
            }
        }
        return all;
    }

    private Lifetime lifetime() throws ConfException {
        Duration rekey = fields.duration("rekey_time");
        Duration life = fields.duration("life_time");
        Duration rand = fields.duration("rand_time");
        if (rekey == null) {
            rekey = life == null
                    ? REKEY_TIME
                    : life.multipliedBy(10).dividedBy(11).truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        }
        if (life == null) {
            life = rekey.multipliedBy(11).dividedBy(10);
        }
        if (rand == null) {
            rand = life.compareTo(rekey) > 0 ? life.minus(rekey) : Duration.ZERO;
        }
        String key = fields.value("life_time").isPresent() ? "life_time" : "rekey_time";
        if (!life.isZero() && rekey.compareTo(life) > 0) {
            throw fields.error(
                    key, "life_time " + life.toSeconds() + "s is shorter than rekey_time " + rekey.toSeconds() + "s");
        }
        if (!life.isZero() && rekey.equals(life)) {
            warnings.add(fields.place(key) + ": " + fields.path() + "." + key
                    + ": as long as the other, so that a CHILD_SA may end before it is rekeyed");
        }
        long[] octets = amounts("rekey_bytes", "life_bytes", "rand_bytes");
        long[] packets = amounts("rekey_packets", "life_packets", "rand_packets");
        return Lifetime.builder()
                .rekeyTime(rekey)
                .lifeTime(life)
                .randTime(rand)
                .rekeyOctets(octets[0])
                .lifeOctets(octets[1])
                .randOctets(octets[2])
                .rekeyPackets(packets[0])
                .lifePackets(packets[1])
                .randPackets(packets[2])
                .build();
    }

    private long[] amounts(String rekeyKey, String lifeKey, String randKey) throws ConfException {
        Long rekey = fields.amount(rekeyKey);
        Long life = fields.amount(lifeKey);
        Long rand = fields.amount(randKey);
        long soft = rekey != null ? rekey : life != null ? life - life / 11 : 0;
        long hard = life != null ? life : soft + soft / 10;
        if (hard != 0 && soft > hard) {
            throw fields.error(rekeyKey, soft + " is more than " + lifeKey + " " + hard);
        }
        return new long[] {soft, hard, rand != null ? rand : Math.max(0, hard - soft)};
    }

    private long mark(String key) throws ConfException {
        String text = fields.text(key, "0");
        if (text.startsWith("%")) {
            throw fields.error(key, "'" + text + "' is not supported: " + NOT_YET);
        }
        int slash = text.indexOf('/');
        try {
            long value = unsigned(slash < 0 ? text : text.substring(0, slash));
            long mask = slash < 0 ? (value == 0 ? 0 : 0xFFFF_FFFFL) : unsigned(text.substring(slash + 1));
            return (value & mask) << 32 | mask;
        } catch (NumberFormatException e) {
            throw fields.error(key, "'" + text + "' is not VALUE/MASK with numbers of 32 bits");
        }
    }

    static int ifId(Fields fields, String key) throws ConfException {
        String text = fields.text(key, "0");
        if (text.startsWith("%")) {
            throw fields.error(key, "'" + text + "' is not supported: " + NOT_YET);
        }
        try {
            return (int) unsigned(text);
        } catch (NumberFormatException e) {
            throw fields.error(key, "'" + text + "' is not a number of 32 bits");
        }
    }

    private static long unsigned(String text) {
        long value = Values.number(text.trim());
        if (value > 0xFFFF_FFFFL) {
            throw new NumberFormatException(text);
        }
        return value;
    }

    static Duration orZero(Duration value) {
        return value == null ? Duration.ZERO : value;
    }
}
