// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.event;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.kernel.UsageStats;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.vici.message.Section;

/** SAs as sections of messages, with charon's keys in charon's order. Pure. */
public final class SaSections {

    private static final Set<ChildSaState> IN_KERNEL = Set.of(
            ChildSaState.INSTALLED,
            ChildSaState.REKEYING,
            ChildSaState.REKEYED,
            ChildSaState.DELETING,
            ChildSaState.DELETED);
    private static final long ALL_ONES = 0xFFFF_FFFFL;

    private SaSections() {}

    /** {@code <name>{…}}, with {@code child-sas} if {@code children} is not null. */
    public static Section named(IkeSaInfo sa, Instant now, List<ChildSaInfo> children) {
        return Section.builder().put(sa.name(), ike(sa, now, children)).build();
    }

    /** What is within the name of an IKE_SA. */
    public static Section ike(IkeSaInfo sa, Instant now, List<ChildSaInfo> children) {
        Section.Builder out = base(sa, now);
        if (children != null) {
            Section.Builder all = Section.builder();
            for (ChildSaInfo child : children) {
                all.put(childName(child), child(child, now));
            }
            out.put("child-sas", all.build());
        }
        return out.build();
    }

    /** What is within the name of an IKE_SA, its CHILD_SAs as given. */
    public static Section ike(IkeSaInfo sa, Instant now, Section children) {
        return base(sa, now).put("child-sas", children).build();
    }

    /** {@code name-number}. */
    public static String childName(ChildSaInfo child) {
        return child.name() + "-" + child.uniqueId();
    }

    private static Section.Builder base(IkeSaInfo sa, Instant now) {
        Section.Builder out = Section.builder()
                .put("uniqueid", sa.uniqueId())
                .put("version", 2)
                .put("state", sa.state().name())
                .put("local-host", Addresses.text(sa.local().address()))
                .put("local-port", sa.local().port())
                .put("local-id", sa.localId().toString())
                .put("remote-host", Addresses.text(sa.remote().address()))
                .put("remote-port", sa.remote().port())
                .put("remote-id", sa.remoteId().toString());
        sa.remoteEapId().ifPresent(id -> out.put("remote-eap-id", id.toString()));
        out.yes("initiator", sa.id().initiator())
                .put("initiator-spi", spi(sa.id().initiatorSpi()))
                .put("responder-spi", spi(sa.id().responderSpi()))
                .yes("nat-local", sa.natLocal())
                .yes("nat-remote", sa.natRemote())
                .yes("nat-fake", sa.natFake())
                .yes("nat-any", sa.natLocal() || sa.natRemote() || sa.natFake());
        sa.proposal().ifPresent(proposal -> AlgorithmKeys.put(proposal, true, out));
        out.yes("ppk", sa.ppk());
        if (sa.state() == IkeSaState.ESTABLISHED) {
            sa.establishedAt().ifPresent(at -> out.put("established", seconds(at, now)));
            sa.rekeyAt().ifPresent(at -> out.put("rekey-time", seconds(now, at)));
            sa.reauthAt().ifPresent(at -> out.put("reauth-time", seconds(now, at)));
        }
        return out.listUnlessEmpty("local-vips", addresses(sa.localVirtualIps()))
                .listUnlessEmpty("remote-vips", addresses(sa.remoteVirtualIps()))
                .listUnlessEmpty("tasks-queued", sa.tasksQueued())
                .listUnlessEmpty("tasks-active", sa.tasksActive())
                .listUnlessEmpty("tasks-passive", sa.tasksPassive());
    }

    /** A CHILD_SA. */
    public static Section child(ChildSaInfo child, Instant now) {
        Section.Builder out = Section.builder()
                .put("name", child.name())
                .put("uniqueid", child.uniqueId())
                .put("reqid", Integer.toUnsignedLong(child.reqid()))
                .put("state", child.state().name())
                .put("mode", child.mode().name());
        if (IN_KERNEL.contains(child.state())) {
            inKernel(child, now, out);
        }
        return out.list("local-ts", selectors(child.localSelectors()))
                .list("remote-ts", selectors(child.remoteSelectors()))
                .build();
    }

    private static void inKernel(ChildSaInfo child, Instant now, Section.Builder out) {
        out.put("protocol", child.protocol().toString())
                .yes("encap", child.encapsulated())
                .put("spi-in", hex(child.spiIn()))
                .put("spi-out", hex(child.spiOut()));
        mark("in", child.markIn(), out);
        mark("out", child.markOut(), out);
        if (child.ifIdIn() != 0) {
            out.put("if-id-in", hex(child.ifIdIn()));
        }
        if (child.ifIdOut() != 0) {
            out.put("if-id-out", hex(child.ifIdOut()));
        }
        child.proposal().ifPresent(proposal -> AlgorithmKeys.put(proposal, false, out));
        usage("in", child.usageIn(), out);
        usage("out", child.usageOut(), out);
        child.rekeyAt().ifPresent(at -> out.put("rekey-time", seconds(now, at)));
        child.endsAt().ifPresent(at -> out.put("life-time", seconds(now, at)));
        out.put("install-time", seconds(child.installedAt(), now));
    }

    private static void mark(String direction, long mark, Section.Builder out) {
        if (mark != 0) {
            out.put("mark-" + direction, hex((int) (mark >>> 32)));
            if ((mark & ALL_ONES) != ALL_ONES) {
                out.put("mark-mask-" + direction, hex((int) mark));
            }
        }
    }

    private static void usage(String direction, UsageStats usage, Section.Builder out) {
        out.put("bytes-" + direction, usage.octets()).put("packets-" + direction, usage.packets());
        if (usage.idleSeconds() >= 0) {
            out.put("use-" + direction, usage.idleSeconds());
        }
    }

    private static List<String> selectors(List<TrafficSelector> selectors) {
        return selectors.stream().map(TrafficSelector::toString).toList();
    }

    private static List<String> addresses(List<InetAddress> addresses) {
        return addresses.stream().map(Addresses::text).toList();
    }

    private static String spi(long spi) {
        return String.format(Locale.ROOT, "%016x", spi);
    }

    private static String hex(int number) {
        return String.format(Locale.ROOT, "%08x", number);
    }

    private static long seconds(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toSeconds());
    }
}
