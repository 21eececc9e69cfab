// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.child;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jcharon.api.config.SelectorTemplate;
import org.jcharon.api.config.TrafficSelector;

/** Traffic selectors of a configuration, and what both sides agree on (RFC 7296 section 2.9). Pure. */
public final class SelectorNarrowing {

    private SelectorNarrowing() {}

    /**
     * The selectors of a configuration for one side.
     *
     * @param addresses stand in for {@code dynamic}: virtual IPs if there are any, else the IKE endpoint
     * @param wholeRange whether {@code dynamic} is the whole range of each address's family (a virtual IP is being requested)
     */
    public static List<TrafficSelector> resolve(
            List<SelectorTemplate> templates, List<InetAddress> addresses, boolean wholeRange) {
        Set<TrafficSelector> resolved = new LinkedHashSet<>();
        for (SelectorTemplate template : templates) {
            if (!template.dynamic()) {
                resolved.add(template.selector());
                continue;
            }
            for (InetAddress address : addresses) {
                resolved.add(
                        wholeRange
                                ? template.resolveAny(address.getAddress().length == 16)
                                : template.resolve(address));
            }
        }
        return withoutSubsets(new ArrayList<>(resolved));
    }

    /**
     * What of {@code offered} the policy allows: a subset of the offer, its first selector's part first, so that the packet that caused
     * the request passes ("MUST" of section 2.9 for the initiator's first selectors). Empty if nothing is.
     */
    public static List<TrafficSelector> narrow(List<TrafficSelector> policy, List<TrafficSelector> offered) {
        Set<TrafficSelector> common = new LinkedHashSet<>();
        for (TrafficSelector offer : offered) {
            for (TrafficSelector allowed : policy) {
                offer.intersect(allowed).ifPresent(common::add);
            }
        }
        return withoutSubsets(new ArrayList<>(common));
    }

    /** {@code selectors} behind the part of {@code first} that they cover; unchanged if they cover nothing of it. */
    public static List<TrafficSelector> startingWith(TrafficSelector first, List<TrafficSelector> selectors) {
        List<TrafficSelector> all = new ArrayList<>(narrow(selectors, List.of(first)));
        selectors.stream().filter(selector -> !all.contains(selector)).forEach(all::add);
        return List.copyOf(all);
    }

    /** Whether each selector of {@code answer} lies within one of {@code offer}; an empty answer does not. */
    public static boolean isSubset(List<TrafficSelector> answer, List<TrafficSelector> offer) {
        return !answer.isEmpty()
                && answer.stream().allMatch(part -> offer.stream().anyMatch(part::isSubsetOf));
    }

    private static List<TrafficSelector> withoutSubsets(List<TrafficSelector> selectors) {
        List<TrafficSelector> kept = new ArrayList<>();
        for (int i = 0; i < selectors.size(); i++) {
            TrafficSelector candidate = selectors.get(i);
            boolean covered = false;
            for (int j = 0; j < selectors.size() && !covered; j++) {
                TrafficSelector other = selectors.get(j);
                covered = i != j && candidate.isSubsetOf(other) && (!other.isSubsetOf(candidate) || j < i);
            }
            if (!covered) {
                kept.add(candidate);
            }
        }
        return List.copyOf(kept);
    }
}
