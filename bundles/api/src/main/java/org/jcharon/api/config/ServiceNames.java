// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Names of IP protocols and of ports, those that IANA registered, as far as people write them in traffic selectors. They come from here
 * and not from the host's files, so that a configuration means the same everywhere. Pure.
 */
public final class ServiceNames {

    private static final String PROTOCOLS = """
            icmp 1
            igmp 2
            ipencap 4
            tcp 6
            egp 8
            udp 17
            dccp 33
            ipv6 41
            rsvp 46
            gre 47
            esp 50
            ah 51
            ipv6-icmp 58
            eigrp 88
            ospf 89
            ipip 94
            etherip 97
            pim 103
            ipcomp 108
            vrrp 112
            l2tp 115
            isis 124
            sctp 132
            udplite 136
            mpls-in-ip 137
            """;

    /** What a port is called may depend on the protocol. */
    private static final String PORTS = """
            ftp-data 20 tcp
            ftp 21 tcp
            fsp 21 udp
            ssh 22 tcp
            telnet 23 tcp
            smtp 25 tcp
            tacacs 49 tcp/udp
            domain 53 tcp/udp
            bootps 67 udp
            bootpc 68 udp
            tftp 69 udp
            finger 79 tcp
            http 80 tcp
            kerberos 88 tcp/udp
            pop3 110 tcp
            sunrpc 111 tcp/udp
            nntp 119 tcp
            ntp 123 udp
            epmap 135 tcp
            netbios-ns 137 udp
            netbios-dgm 138 udp
            netbios-ssn 139 tcp
            imap2 143 tcp
            snmp 161 tcp/udp
            snmp-trap 162 tcp/udp
            bgp 179 tcp
            ldap 389 tcp/udp
            https 443 tcp/udp
            microsoft-ds 445 tcp
            isakmp 500 udp
            shell 514 tcp
            syslog 514 udp
            dhcpv6-client 546 udp
            dhcpv6-server 547 udp
            rtsp 554 tcp/udp
            submission 587 tcp
            ipp 631 tcp
            ldaps 636 tcp/udp
            domain-s 853 tcp/udp
            rsync 873 tcp
            imaps 993 tcp
            pop3s 995 tcp
            openvpn 1194 tcp/udp
            ms-sql-s 1433 tcp
            l2f 1701 udp
            radius 1812 tcp/udp
            radius-acct 1813 tcp/udp
            nfs 2049 tcp/udp
            mysql 3306 tcp
            ms-wbt-server 3389 tcp
            ipsec-nat-t 4500 udp
            sip 5060 tcp/udp
            sip-tls 5061 tcp/udp
            mdns 5353 udp
            postgresql 5432 tcp
            redis 6379 tcp
            http-alt 8080 tcp
            git 9418 tcp
            """;

    private static final Map<String, Integer> PROTOCOL_NUMBERS = new HashMap<>();
    private static final Map<Integer, String> PROTOCOL_NAMES = new HashMap<>();
    private static final Map<String, Integer> PORT_NUMBERS = new HashMap<>();
    private static final Map<String, String> PORT_NAMES = new HashMap<>(); // by protocol and number

    static {
        for (String line : PROTOCOLS.lines().toList()) {
            String[] words = line.split(" ");
            PROTOCOL_NUMBERS.put(words[0], Integer.valueOf(words[1]));
            PROTOCOL_NAMES.put(Integer.valueOf(words[1]), words[0]);
        }
        PROTOCOL_NUMBERS.put("icmpv6", 58);
        for (String line : PORTS.lines().toList()) {
            String[] words = line.split(" ");
            PORT_NUMBERS.putIfAbsent(words[0], Integer.valueOf(words[1]));
            for (String protocol : words[2].split("/")) {
                PORT_NAMES.putIfAbsent(protocol + "/" + words[1], words[0]);
            }
        }
        Map.of("imap", 143, "snmptrap", 162, "l2tp", 1701, "syslog", 514).forEach(PORT_NUMBERS::putIfAbsent);
    }

    private ServiceNames() {}

    /** Number of the protocol of that name, in lower case. */
    public static Optional<Integer> protocol(String name) {
        return Optional.ofNullable(PROTOCOL_NUMBERS.get(name));
    }

    /** Name of a protocol, its number if it has none here. */
    public static String protocol(int number) {
        return PROTOCOL_NAMES.getOrDefault(number, Integer.toString(number));
    }

    /** Number of the port of that name, in lower case. */
    public static Optional<Integer> port(String name) {
        return Optional.ofNullable(PORT_NUMBERS.get(name));
    }

    /** Name of a port of TCP or UDP, its number if it has none here. */
    public static String port(int protocol, int number) {
        String service = protocol(protocol) + "/" + number;
        return PORT_NAMES.getOrDefault(service, Integer.toString(number));
    }
}
