// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jcharon.api.bus.LogListener.LogRecord;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProposalException;
import org.jcharon.api.crypto.ProposalParser;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.kernel.UsageStats;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaId;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.lib.testkit.FakeTime;

/** SAs in which everything is there that may be. */
public final class Sas {

    private static final Instant NOW = FakeTime.START;

    private Sas() {}

    /** Answers each method by its name. */
    static <T> T fixed(Class<T> type, Map<String, Object> values) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (!values.containsKey(method.getName())) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return values.get(method.getName());
                }));
    }

    static Optional<Proposal> proposal(ProtocolId protocol, String text) {
        try {
            return Optional.of(ProposalParser.parse(protocol, text));
        } catch (ProposalException e) {
            throw new AssertionError(e);
        }
    }

    private static Endpoint endpoint(String address, int port) {
        return new Endpoint(Addresses.literal(address).orElseThrow(), port);
    }

    static List<TrafficSelector> net(String address) {
        return List.of(TrafficSelector.ofPrefix(endpoint(address, 0).address(), 16));
    }

    /** What a CHILD_SA says. */
    public static Map<String, Object> childValues() {
        Map<String, Object> child = new HashMap<>();
        child.put("name", "net");
        child.put("uniqueId", 3L);
        child.put("reqid", 1);
        child.put("state", ChildSaState.INSTALLED);
        child.put("mode", ChildConfig.Mode.TUNNEL);
        child.put("protocol", ProtocolId.ESP);
        child.put("encapsulated", true);
        child.put("spiIn", 0xc1234567);
        child.put("spiOut", 0x00abcdef);
        child.put("markIn", 0x0000002a_ffffffffL);
        child.put("markOut", 0x0000002a_000000ffL);
        child.put("ifIdIn", 7);
        child.put("ifIdOut", 8);
        child.put("proposal", proposal(ProtocolId.ESP, "aes128-sha256-x25519-esn"));
        child.put("localSelectors", net("10.1.0.0"));
        child.put("remoteSelectors", net("10.2.0.0"));
        child.put("usageIn", new UsageStats(840, 10, 3));
        child.put("usageOut", UsageStats.NONE);
        child.put("installedAt", NOW.minusSeconds(5));
        child.put("rekeyAt", Optional.of(NOW.plusSeconds(100)));
        child.put("endsAt", Optional.of(NOW.plusSeconds(110)));
        return child;
    }

    /** A CHILD_SA of a number. */
    public static ChildSaInfo child(long number) {
        Map<String, Object> values = childValues();
        values.put("uniqueId", number);
        return fixed(ChildSaInfo.class, values);
    }

    /** What an IKE_SA says. */
    public static Map<String, Object> ikeValues() {
        Map<String, Object> ike = new HashMap<>();
        ike.put("name", "home");
        ike.put("uniqueId", 1L);
        ike.put("id", new IkeSaId(0x1122334455667788L, 0x00eeddccbbaa0099L, true));
        ike.put("state", IkeSaState.ESTABLISHED);
        ike.put("local", endpoint("192.0.2.1", 4500));
        ike.put("remote", endpoint("2001:db8:0:0:1:0:0:2", 4500));
        ike.put("localId", Identification.ofFqdn("moon"));
        ike.put("remoteId", Identification.ofFqdn("sun"));
        ike.put("remoteEapId", Optional.of(Identification.ofFqdn("carol")));
        ike.put("proposal", proposal(ProtocolId.IKE, "aes256-sha256-x25519-ke1_mlkem768"));
        ike.put("natLocal", true);
        ike.put("natRemote", false);
        ike.put("natFake", false);
        ike.put("ppk", true);
        ike.put("establishedAt", Optional.of(NOW.minusSeconds(6)));
        ike.put("rekeyAt", Optional.of(NOW.plusSeconds(13_000)));
        ike.put("reauthAt", Optional.of(NOW.plusSeconds(14_000)));
        ike.put("localVirtualIps", List.of(endpoint("10.3.0.1", 0).address()));
        ike.put("remoteVirtualIps", List.of());
        ike.put("tasksQueued", List.of("IKE_DPD"));
        ike.put("tasksActive", List.of("CHILD_CREATE"));
        ike.put("tasksPassive", List.of());
        ike.put("children", List.of(child(3)));
        return ike;
    }

    /** An IKE_SA. */
    public static IkeSaInfo ike() {
        return fixed(IkeSaInfo.class, ikeValues());
    }

    /** A line of the log. */
    public static LogRecord record(String sa, String text) {
        return fixed(LogRecord.class, Map.of("group", "ike", "level", 1, "thread", 7, "ikeSa", sa, "text", text));
    }
}
