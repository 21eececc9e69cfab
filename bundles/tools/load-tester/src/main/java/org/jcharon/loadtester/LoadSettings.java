// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.AuthMethod;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProposalException;
import org.jcharon.api.crypto.ProposalParser;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.settings.Settings;

/**
 * What is configured below {@code charon.plugins.load-tester}, under strongSwan's keys where it has them. Immutable.
 *
 * @param enabled whether the plugin does anything
 * @param initiators initiations under way at the same time; 0: none until a command asks
 * @param iterations IKE_SAs that each of them makes one after the other
 * @param delay wait of each between two IKE_SAs
 * @param initLimit initiations under way at most; 0: as many as {@code initiators}
 * @param initiatorId identity of an initiator, {@code %d} stands for its number
 * @param initiatorMatch identities that the responder accepts
 * @param pool virtual IPs that the responder gives; empty: none
 * @param sources addresses that initiators take in turn; empty: what routes say
 * @param responderPort UDP port of the responder
 * @param issuerCert CA certificate; made if there is no such file, and not kept if empty
 * @param issuerKey its key
 * @param children CHILD_SAs of each IKE_SA
 */
record LoadSettings(
        boolean enabled,
        int initiators,
        int iterations,
        Duration delay,
        int initLimit,
        AuthMethod initiatorAuth,
        AuthMethod responderAuth,
        String initiatorId,
        String initiatorMatch,
        String responderId,
        Proposal proposal,
        Proposal esp,
        boolean requestVirtualIp,
        Optional<AddressRange> pool,
        boolean fakeKernel,
        boolean deleteAfterEstablished,
        List<AddressRange> sources,
        InetAddress responder,
        int responderPort,
        String presharedKey,
        Optional<Path> issuerCert,
        Optional<Path> issuerKey,
        Duration ikeRekey,
        Duration childRekey,
        Duration dpdDelay,
        int children) {

    static final String SECTION = "charon.plugins.load-tester.";

    private static final int MOST = 1_000_000;
    private static final int MOST_CHILDREN = 100;

    /** Throws {@link IllegalStateException} with key and remedy for a value that is none. */
    static LoadSettings from(Settings settings) {
        Optional<Path> cert = path(settings, "issuer_cert");
        Optional<Path> key = path(settings, "issuer_key");
        if (cert.isPresent() != key.isPresent()) {
            throw new IllegalStateException(SECTION + "issuer_cert and issuer_key: give both or none");
        }
        return new LoadSettings(
                settings.flag(SECTION + "enable", false),
                number(settings, "initiators", 0, 0, MOST),
                number(settings, "iterations", 1, 1, MOST),
                Duration.ofMillis(number(settings, "delay", 0, 0, MOST)),
                number(settings, "init_limit", 0, 0, MOST),
                auth(settings, "initiator_auth"),
                auth(settings, "responder_auth"),
                settings.get(SECTION + "initiator_id", "i%d.load-test.example"),
                settings.get(SECTION + "initiator_match", "*.load-test.example"),
                settings.get(SECTION + "responder_id", "responder.load-test.example"),
                proposal(settings, "proposal", ProtocolId.IKE, "aes128gcm16-prfsha256-x25519"),
                proposal(settings, "esp", ProtocolId.ESP, "aes128gcm16"),
                settings.flag(SECTION + "request_virtual_ip", false),
                settings.get(SECTION + "pool").map(text -> range("pool", text)),
                settings.flag(SECTION + "fake_kernel", false),
                settings.flag(SECTION + "delete_after_established", false),
                sources(settings),
                address(settings, "responder", "127.0.0.1"),
                number(settings, "responder_port", 500, 1, 0xFFFF),
                settings.get(SECTION + "preshared_key", "<default-psk>"),
                cert,
                key,
                Duration.ofSeconds(number(settings, "ike_rekey", 0, 0, MOST)),
                Duration.ofSeconds(number(settings, "child_rekey", 600, 0, MOST)),
                Duration.ofSeconds(number(settings, "dpd_delay", 0, 0, MOST)),
                number(settings, "children", 1, 1, MOST_CHILDREN));
    }

    /** The run that these settings ask for. */
    LoadPlan plan() {
        int total = Math.multiplyExact(Math.max(1, initiators), iterations);
        int atOnce = Math.max(1, initiators);
        return new LoadPlan(
                total,
                initLimit == 0 ? atOnce : Math.min(initLimit, atOnce),
                0,
                delay,
                children,
                Duration.ZERO,
                deleteAfterEstablished);
    }

    /** Whether certificates are needed. */
    boolean usesCertificates() {
        return initiatorAuth == AuthMethod.PUBKEY || responderAuth == AuthMethod.PUBKEY;
    }

    /** The source of an initiator, from 0. */
    Optional<InetAddress> source(int initiator) {
        long all = sources.stream().mapToLong(AddressRange::size).sum();
        if (all == 0) {
            return Optional.empty();
        }
        long at = initiator % all;
        for (AddressRange range : sources) {
            if (at < range.size()) {
                return Optional.of(range.address(at));
            }
            at -= range.size();
        }
        throw new IllegalStateException("sizes of address ranges do not add up");
    }

    private static int number(Settings settings, String key, int fallback, int least, int most) {
        long value = settings.number(SECTION + key, fallback);
        if (value < least || value > most) {
            throw new IllegalStateException(SECTION + key + " is " + value + ": it is " + least + " to " + most);
        }
        return (int) value;
    }

    private static AuthMethod auth(Settings settings, String key) {
        String text = settings.get(SECTION + key, "pubkey");
        return switch (text) {
            case "pubkey" -> AuthMethod.PUBKEY;
            case "psk" -> AuthMethod.PSK;
            default -> throw new IllegalStateException(SECTION + key + " is '" + text + "': it is pubkey or psk");
        };
    }

    private static Proposal proposal(Settings settings, String key, ProtocolId protocol, String fallback) {
        try {
            return ProposalParser.parse(protocol, settings.get(SECTION + key, fallback));
        } catch (ProposalException e) {
            throw new IllegalStateException(SECTION + key + ": " + e.getMessage(), e);
        }
    }

    private static Optional<Path> path(Settings settings, String key) {
        return settings.get(SECTION + key)
                .filter(text -> !text.isEmpty())
                .map(text -> Path.of(settings.get("jcharon.base", "")).resolve(text));
    }

    private static InetAddress address(Settings settings, String key, String fallback) {
        String text = settings.get(SECTION + key, fallback);
        return Addresses.literal(text)
                .orElseThrow(
                        () -> new IllegalStateException(SECTION + key + " is '" + text + "': it is an IP address"));
    }

    /** {@code addrs}: a key an interface, as strongSwan has it; the addresses must be there, none is installed. */
    private static List<AddressRange> sources(Settings settings) {
        List<AddressRange> ranges = new ArrayList<>();
        for (String name : settings.keys(SECTION + "addrs")) {
            String key = "addrs." + name;
            for (String text : settings.get(SECTION + key, "").split(",")) {
                ranges.add(range(key, text.strip()));
            }
        }
        if (ranges.isEmpty()) {
            settings.get(SECTION + "initiator")
                    .filter(text -> !text.equals("0.0.0.0"))
                    .ifPresent(text -> ranges.add(range("initiator", text)));
        }
        return List.copyOf(ranges);
    }

    private static AddressRange range(String key, String text) {
        try {
            return AddressRange.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(SECTION + key + " is '" + text + "': " + e.getMessage(), e);
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "initiators " + initiators + ", iterations " + iterations + ", responder " + responder.getHostAddress();
    }
}
