// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Follows references between sections. A section is a pile of layers: itself, then what it refers to, left to right, each with what
 * that refers to in turn; the first layer that has a key decides. A layer is taken once, so that circles do no harm.
 */
final class ConfResolver {

    private final ConfNode root;
    private int entries;

    private ConfResolver(ConfNode root) {
        this.root = root;
    }

    static ConfSection resolve(ConfNode root) throws ConfException {
        return new ConfResolver(root).flatten(List.of(root), 0);
    }

    private ConfSection flatten(List<ConfNode> own, int depth) throws ConfException {
        Set<ConfNode> layers = new LinkedHashSet<>();
        for (ConfNode node : own) {
            pile(node, layers);
        }
        ConfSection.Place place = own.get(0).place;
        if (depth > ConfParser.MAX_NESTING) {
            throw new ConfException(place, "section inherits from one that it is part of");
        }
        Map<String, ConfNode.Assigned> values = new LinkedHashMap<>();
        Map<String, List<ConfNode>> sections = new LinkedHashMap<>();
        for (ConfNode layer : layers) {
            count(layer.values.size() + layer.sections.size() + 1, place);
            layer.values.forEach(values::putIfAbsent);
            layer.sections.forEach((name, node) ->
                    sections.computeIfAbsent(name, unused -> new ArrayList<>()).add(node));
        }
        Map<String, ConfSection.Value> visible = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            if (value.text() != null) {
                visible.put(key, new ConfSection.Value(value.text(), value.place()));
            }
        });
        Map<String, ConfSection> flat = new LinkedHashMap<>();
        for (Map.Entry<String, List<ConfNode>> entry : sections.entrySet()) {
            flat.put(entry.getKey(), flatten(entry.getValue(), depth + 1));
        }
        return new ConfSection(place, visible, flat);
    }

    /** Depth first, without recursion of the stack: a chain of references may be as long as the file. */
    private void pile(ConfNode first, Set<ConfNode> layers) throws ConfException {
        List<ConfNode> waiting = new ArrayList<>(List.of(first));
        while (!waiting.isEmpty()) {
            ConfNode node = waiting.remove(waiting.size() - 1);
            if (!layers.add(node)) {
                continue;
            }
            for (int i = node.references.size() - 1; i >= 0; i--) {
                ConfNode.Reference reference = node.references.get(i);
                count(1, reference.place());
                waiting.addAll(reversed(find(reference)));
            }
        }
    }

    private static List<ConfNode> reversed(List<ConfNode> nodes) {
        List<ConfNode> copy = new ArrayList<>(nodes);
        java.util.Collections.reverse(copy);
        return copy;
    }

    /** All nodes that make up the section of an absolute name: its parents may inherit it. */
    private List<ConfNode> find(ConfNode.Reference reference) throws ConfException {
        List<ConfNode> found = descend(List.of(root), reference, reference.name(), 0);
        if (found.isEmpty()) {
            throw new ConfException(reference.place(), "no section '" + reference.name() + "' to inherit from");
        }
        return found;
    }

    private List<ConfNode> descend(List<ConfNode> from, ConfNode.Reference reference, String rest, int depth)
            throws ConfException {
        if (depth > ConfParser.MAX_NESTING) {
            throw new ConfException(reference.place(), "section name with more than " + depth + " parts");
        }
        int dot = rest.indexOf('.');
        String head = dot < 0 ? rest : rest.substring(0, dot);
        List<ConfNode> next = new ArrayList<>();
        for (ConfNode node : from) {
            ConfNode direct = node.sections.get(head);
            if (direct != null) {
                next.add(direct);
            }
            if (depth > 0) {
                for (ConfNode.Reference inherited : node.references) {
                    count(1, reference.place());
                    for (ConfNode layer : direct(inherited)) {
                        ConfNode section = layer.sections.get(head);
                        if (section != null && !next.contains(section)) {
                            next.add(section);
                        }
                    }
                }
            }
        }
        return dot < 0 || next.isEmpty() ? next : descend(next, reference, rest.substring(dot + 1), depth + 1);
    }

    /** The section of that name without what its parents inherit. */
    private List<ConfNode> direct(ConfNode.Reference reference) {
        ConfNode node = root;
        for (String part : reference.name().split("\\.", -1)) {
            node = node == null ? null : node.sections.get(part);
        }
        return node == null ? List.of() : List.of(node);
    }

    private void count(int more, ConfSection.Place place) throws ConfException {
        entries += more;
        if (entries > ConfParser.MAX_ENTRIES) {
            throw new ConfException(place, "more than " + ConfParser.MAX_ENTRIES + " entries");
        }
    }
}
