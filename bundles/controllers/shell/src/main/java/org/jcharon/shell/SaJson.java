// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.kernel.UsageStats;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;

/** SAs as values for {@link Json}; keys are stable, times are RFC 3339, SPIs hexadecimal. Pure. */
final class SaJson {

    private SaJson() {}

    static Map<String, Object> of(IkeSaInfo sa) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", sa.name());
        map.put("uniqueId", sa.uniqueId());
        map.put("version", 2);
        map.put("state", sa.state().name());
        map.put("initiator", sa.id().initiator());
        map.put("initiatorSpi", String.format("%016x", sa.id().initiatorSpi()));
        map.put("responderSpi", String.format("%016x", sa.id().responderSpi()));
        map.put("localHost", Addresses.text(sa.local().address()));
        map.put("localPort", sa.local().port());
        map.put("localId", sa.localId().toString());
        map.put("remoteHost", Addresses.text(sa.remote().address()));
        map.put("remotePort", sa.remote().port());
        map.put("remoteId", sa.remoteId().toString());
        map.put("proposal", sa.proposal().map(Object::toString).orElse(null));
        map.put("natLocal", sa.natLocal());
        map.put("natRemote", sa.natRemote());
        map.put("ppk", sa.ppk());
        map.put("extensions", sa.extensions());
        map.put("establishedAt", sa.establishedAt().map(Instant::toString).orElse(null));
        map.put("rekeyAt", sa.rekeyAt().map(Instant::toString).orElse(null));
        map.put("reauthAt", sa.reauthAt().map(Instant::toString).orElse(null));
        map.put("localVirtualIps", addresses(sa.localVirtualIps()));
        map.put("remoteVirtualIps", addresses(sa.remoteVirtualIps()));
        map.put("tasksQueued", sa.tasksQueued());
        map.put("tasksActive", sa.tasksActive());
        map.put("tasksPassive", sa.tasksPassive());
        List<Object> children = new ArrayList<>();
        sa.children().forEach(child -> children.add(child(child)));
        map.put("children", children);
        return map;
    }

    private static Map<String, Object> child(ChildSaInfo child) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", child.name());
        map.put("uniqueId", child.uniqueId());
        map.put("reqid", child.reqid());
        map.put("state", child.state().name());
        map.put("mode", child.mode().name());
        map.put("protocol", child.protocol().toString());
        map.put("encapsulated", child.encapsulated());
        map.put("spiIn", String.format("%08x", child.spiIn()));
        map.put("spiOut", String.format("%08x", child.spiOut()));
        map.put("proposal", child.proposal().map(Object::toString).orElse(null));
        map.put("marks", SaText.labels(child.markIn(), child.markOut(), child.ifIdIn(), child.ifIdOut()));
        usage(map, "In", child.usageIn());
        usage(map, "Out", child.usageOut());
        map.put("localSelectors", selectors(child.localSelectors()));
        map.put("remoteSelectors", selectors(child.remoteSelectors()));
        map.put("installedAt", child.installedAt().toString());
        map.put("rekeyAt", child.rekeyAt().map(Instant::toString).orElse(null));
        map.put("endsAt", child.endsAt().map(Instant::toString).orElse(null));
        return map;
    }

    private static void usage(Map<String, Object> map, String direction, UsageStats stats) {
        map.put("bytes" + direction, stats.octets());
        map.put("packets" + direction, stats.packets());
        map.put("idleSeconds" + direction, stats.idleSeconds() < 0 ? null : stats.idleSeconds());
    }

    private static List<String> selectors(List<TrafficSelector> selectors) {
        return selectors.stream().map(TrafficSelector::toString).toList();
    }

    private static List<String> addresses(List<InetAddress> addresses) {
        return addresses.stream().map(Addresses::text).toList();
    }
}
