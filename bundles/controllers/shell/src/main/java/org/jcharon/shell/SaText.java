// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.kernel.UsageStats;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;

/** SAs as {@code swanctl --list-sas} prints them. Pure. */
final class SaText {

    private final Instant now;
    private final StringBuilder out = new StringBuilder();

    private SaText(Instant now) {
        this.now = now;
    }

    static String of(IkeSaInfo sa, Instant now) {
        SaText text = new SaText(now);
        text.ike(sa);
        sa.children().forEach(text::child);
        return text.out.toString();
    }

    private void ike(IkeSaInfo sa) {
        line(String.format(Locale.ROOT, "%s: #%d, %s, IKEv2, %s", name(sa.name()), sa.uniqueId(), sa.state(), sa.id()));
        line(String.format(
                Locale.ROOT, "  local  '%s' @ %s%s", sa.localId(), sa.local(), virtualIps(sa.localVirtualIps())));
        line(String.format(
                Locale.ROOT, "  remote '%s' @ %s%s", sa.remoteId(), sa.remote(), virtualIps(sa.remoteVirtualIps())));
        sa.proposal().ifPresent(proposal -> line(String.format(Locale.ROOT, "  %s", algorithms(proposal))));
        List<String> times = new ArrayList<>();
        sa.establishedAt().ifPresent(at -> times.add("established " + seconds(at, now) + "s ago"));
        sa.rekeyAt().ifPresent(at -> times.add("rekeying in " + seconds(now, at) + "s"));
        sa.reauthAt().ifPresent(at -> times.add("reauth in " + seconds(now, at) + "s"));
        if (!times.isEmpty()) {
            line(String.format(Locale.ROOT, "  %s", String.join(", ", times)));
        }
        tasks("queued: ", sa.tasksQueued());
        tasks("active: ", sa.tasksActive());
        tasks("passive:", sa.tasksPassive());
    }

    private void child(ChildSaInfo child) {
        line(String.format(
                Locale.ROOT,
                "  %s: #%d, reqid %d, %s, %s%s, %s%s",
                name(child.name()),
                child.uniqueId(),
                child.reqid(),
                child.state(),
                child.mode(),
                child.encapsulated() ? "-in-UDP" : "",
                child.protocol(),
                child.proposal().map(proposal -> ":" + algorithms(proposal)).orElse("")));
        List<String> times = new ArrayList<>();
        times.add("installed " + seconds(child.installedAt(), now) + "s ago");
        child.rekeyAt().ifPresent(at -> times.add("rekeying in " + seconds(now, at) + "s"));
        child.endsAt().ifPresent(at -> times.add("expires in " + seconds(now, at) + "s"));
        line(String.format(Locale.ROOT, "    %s", String.join(", ", times)));
        usage("in ", child.spiIn(), child.usageIn());
        usage("out", child.spiOut(), child.usageOut());
        Map<String, String> labels = labels(child.markIn(), child.markOut(), child.ifIdIn(), child.ifIdOut());
        if (!labels.isEmpty()) {
            line("    "
                    + labels.entrySet().stream()
                            .map(label -> label.getKey() + " " + label.getValue())
                            .collect(Collectors.joining(", ")));
        }
        line(String.format(Locale.ROOT, "    local  %s", selectors(child.localSelectors())));
        line(String.format(Locale.ROOT, "    remote %s", selectors(child.remoteSelectors())));
    }

    private void usage(String direction, int spi, UsageStats stats) {
        line(String.format(
                Locale.ROOT,
                "    %s %08x, %6d bytes, %5d packets%s",
                direction,
                spi,
                stats.octets(),
                stats.packets(),
                stats.idleSeconds() < 0 ? "" : String.format(", %5ds ago", stats.idleSeconds())));
    }

    private void tasks(String label, List<String> names) {
        if (!names.isEmpty()) {
            line(String.format(Locale.ROOT, "  %s %s", label, String.join(" ", names)));
        }
    }

    private void line(String text) {
        out.append(text).append('\n');
    }

    /** Marks as value and mask, and interface ids, as far as there are any. */
    static Map<String, String> labels(long markIn, long markOut, int ifIdIn, int ifIdOut) {
        Map<String, String> labels = new LinkedHashMap<>();
        mark(labels, "mark in", markIn);
        mark(labels, "mark out", markOut);
        if (ifIdIn != 0) {
            labels.put("if-id in", Integer.toUnsignedString(ifIdIn));
        }
        if (ifIdOut != 0) {
            labels.put("if-id out", Integer.toUnsignedString(ifIdOut));
        }
        return labels;
    }

    private static void mark(Map<String, String> labels, String what, long mark) {
        if (mark != 0) {
            labels.put(what, String.format(Locale.ROOT, "0x%x/0x%x", mark >>> 32, mark & 0xFFFF_FFFFL));
        }
    }

    static String name(String name) {
        return name.isEmpty() ? "(unnamed)" : name;
    }

    private static String virtualIps(List<InetAddress> addresses) {
        return addresses.isEmpty()
                ? ""
                : addresses.stream().map(Addresses::text).collect(Collectors.joining(" ", " [", "]"));
    }

    private static String selectors(List<TrafficSelector> selectors) {
        return selectors.stream().map(TrafficSelector::toString).collect(Collectors.joining(" "));
    }

    private static long seconds(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toSeconds());
    }

    /** swanctl's form: key lengths after a hyphen, sequence numbers only if extended, no "none". */
    static String algorithms(Proposal proposal) {
        return proposal.transforms().stream()
                .filter(SaText::isShown)
                .sorted(Comparator.comparingInt(SaText::order))
                .map(SaText::algorithm)
                .collect(Collectors.joining("/"));
    }

    private static boolean isShown(TransformId transform) {
        boolean never = transform.type().equals(TransformType.ESN)
                || transform.type().equals(TransformType.INTEG)
                || transform.type().equals(TransformType.KE)
                || transform.type().isAdditionalKe();
        return !never || transform.id() != 0;
    }

    private static int order(TransformId transform) {
        Optional<Integer> place =
                Optional.of(List.of(TransformType.ENCR, TransformType.INTEG, TransformType.PRF, TransformType.KE)
                        .indexOf(transform.type()));
        return place.filter(index -> index >= 0).orElse(transform.type().value() + 10);
    }

    private static String algorithm(TransformId transform) {
        if (transform.type().equals(TransformType.ESN)) {
            return "ESN";
        }
        String name = new TransformId(transform.type(), transform.id()).toString();
        return transform.keyBits() > 0 ? name + "-" + transform.keyBits() : name;
    }
}
