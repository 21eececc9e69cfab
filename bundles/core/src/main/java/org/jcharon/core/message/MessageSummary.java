// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.util.Map;
import java.util.stream.Collectors;
import org.jcharon.api.wire.Chunk;

/** strongSwan's one-line summary of a message, which scripts search logs for. */
final class MessageSummary {

    private static final String[] EAP_CODES = {"REQ", "RES", "SUCC", "FAIL"};
    private static final int EAP_EXPANDED = 254;

    private static final Map<Integer, String> EAP_METHODS = Map.ofEntries(
            Map.entry(1, "ID"),
            Map.entry(2, "NTF"),
            Map.entry(3, "NAK"),
            Map.entry(4, "MD5"),
            Map.entry(5, "OTP"),
            Map.entry(6, "GTC"),
            Map.entry(13, "TLS"),
            Map.entry(18, "SIM"),
            Map.entry(21, "TTLS"),
            Map.entry(23, "AKA"),
            Map.entry(25, "PEAP"),
            Map.entry(26, "MSCHAPV2"),
            Map.entry(33, "MSTLV"),
            Map.entry(38, "TNC"),
            Map.entry(54, "PT"),
            Map.entry(254, "EXP"),
            Map.entry(255, "XP"));

    /** Attribute types 1 to 26 in order; 9 was never assigned. */
    private static final String[] ATTRIBUTES = {
        "ADDR",
        "MASK",
        "DNS",
        "NBNS",
        "EXP",
        "DHCP",
        "VER",
        "ADDR6",
        "MASK6",
        "DNS6",
        "NBNS6",
        "DHCP6",
        "SUBNET",
        "SUP",
        "SUBNET6",
        "MIP6HPFX",
        "LINK6",
        "PFX6",
        "HOA",
        "PCSCF4",
        "PCSCF6",
        "FTTKAT",
        "EXTSRC4",
        "DPD",
        "DOMAIN",
        "TA"
    };

    private static final Map<Integer, String> VENDOR_ATTRIBUTES = Map.ofEntries(
            Map.entry(23456, "SRV"),
            Map.entry(23457, "SRV6"),
            Map.entry(28672, "U_BANNER"),
            Map.entry(28673, "U_SAVEPWD"),
            Map.entry(28674, "U_DEFDOM"),
            Map.entry(28675, "U_SPLITDNS"),
            Map.entry(28676, "U_SPLITINC"),
            Map.entry(28677, "U_NATTPORT"),
            Map.entry(28678, "U_LOCALLAN"),
            Map.entry(28679, "U_PFS"),
            Map.entry(28680, "U_FWTYPE"),
            Map.entry(28681, "U_BKPSRV"),
            Map.entry(28682, "U_DDNSHOST"));

    private MessageSummary() {}

    static String of(IkeMessage message) {
        String payloads =
                message.payloads().stream().map(payload -> name(payload) + " ").collect(Collectors.joining());
        return of(message.exchangeType(), message.response(), message.messageId(), payloads);
    }

    static String ofFragment(ExchangeType exchange, boolean response, long messageId, int number, int total) {
        return of(exchange, response, messageId, "EF(" + number + "/" + total + ") ");
    }

    private static String of(ExchangeType exchange, boolean response, long messageId, String payloads) {
        return exchange + (response ? " response " : " request ") + messageId + " [ " + payloads + "]";
    }

    private static String name(Payload payload) {
        if (payload instanceof NotifyPayload notify) {
            return "N(" + notify.notifyType().shortName() + status(notify) + ")";
        }
        if (payload instanceof EapPayload eap) {
            return eap(eap.packet());
        }
        return payload instanceof CpPayload cp ? cp(cp) : payload.type().toString();
    }

    /** Microsoft's status notify carries a number that explains it. */
    private static String status(NotifyPayload notify) {
        return notify.notifyType().equals(NotifyType.MS_NOTIFY_STATUS)
                        && notify.data().length() == 4
                ? "(" + notify.data().buffer().getInt() + ")"
                : "";
    }

    private static String eap(Chunk packet) {
        int code = packet.at(0);
        String name = "EAP/" + (code >= 1 && code <= EAP_CODES.length ? EAP_CODES[code - 1] : "(" + code + ")");
        if (packet.length() < 5) {
            return name;
        }
        int type = packet.at(4);
        if (type == EAP_EXPANDED && packet.length() >= 12) {
            int vendor = packet.at(5) << 16 | packet.at(6) << 8 | packet.at(7);
            long method = packet.buffer().getInt(8) & 0xFFFF_FFFFL;
            return name + "/" + (vendor == 0 ? eapMethod((int) Math.min(method, 255)) : method + "-" + vendor);
        }
        return name + "/" + eapMethod(type);
    }

    private static String eapMethod(int type) {
        return EAP_METHODS.getOrDefault(type, "(" + type + ")");
    }

    private static String cp(CpPayload cp) {
        String name = switch (cp.cfgType()) {
            case CpPayload.REQUEST -> "CPRQ";
            case CpPayload.REPLY -> "CPRP";
            case CpPayload.SET -> "CPS";
            case CpPayload.ACK -> "CPA";
            default -> "CP";
        };
        return cp.attributes().stream()
                .map(attribute -> attribute(attribute.type()))
                .collect(Collectors.joining(" ", name + "(", ")"));
    }

    private static String attribute(int type) {
        return type >= 1 && type <= ATTRIBUTES.length
                ? ATTRIBUTES[type - 1]
                : VENDOR_ATTRIBUTES.getOrDefault(type, "(" + type + ")");
    }
}
