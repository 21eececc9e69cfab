// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.message;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A message or a section of one: values, lists and sections by key, in order. Immutable but for {@link #wipe()}; any thread. */
public final class Section implements Element {

    /** Nothing. */
    public static final Section EMPTY = builder().build();

    private final Map<String, Element> elements;

    private Section(Map<String, Element> elements) {
        this.elements = elements;
    }

    /** Builds one. */
    public static Builder builder() {
        return new Builder();
    }

    /** Everything by key, in order; unmodifiable. */
    public Map<String, Element> elements() {
        return elements;
    }

    /** Sections by name, in order. */
    public Map<String, Section> sections() {
        Map<String, Section> all = new LinkedHashMap<>();
        elements.forEach((key, element) -> {
            if (element instanceof Section section) {
                all.put(key, section);
            }
        });
        return all;
    }

    /** The section of a name. */
    public Optional<Section> section(String name) {
        return Optional.ofNullable(elements.get(name)).map(e -> e instanceof Section section ? section : null);
    }

    /** The value of a key. */
    public Optional<Value> value(String key) {
        return Optional.ofNullable(elements.get(key)).map(e -> e instanceof Value value ? value : null);
    }

    /** The value of a key as text; empty if it is missing or has no octets. */
    public Optional<String> text(String key) {
        return value(key).filter(value -> value.length() > 0).map(Value::text);
    }

    /** The items of a list as text; a value counts as a list of one. */
    public List<String> texts(String key) {
        Element element = elements.get(key);
        if (element instanceof Items items) {
            return items.texts();
        }
        return element instanceof Value value ? List.of(value.text()) : List.of();
    }

    /** Whether a key is there and says yes. */
    public boolean flag(String key) {
        return text(key)
                .map(text -> List.of("yes", "true", "enabled", "1").contains(text.toLowerCase(Locale.ROOT)))
                .orElse(false);
    }

    /** Overwrites all octets: those of a request may be secrets. */
    public void wipe() {
        for (Element element : elements.values()) {
            if (element instanceof Value value) {
                value.wipe();
            } else if (element instanceof Items items) {
                items.values().forEach(Value::wipe);
            } else if (element instanceof Section section) {
                section.wipe();
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Section section
                && elements.equals(section.elements)
                && List.copyOf(elements.keySet()).equals(List.copyOf(section.elements.keySet()));
    }

    @Override
    public int hashCode() {
        return elements.hashCode();
    }

    /** Keys only: values may be secrets. */
    @Override
    public String toString() {
        return "Section" + elements.keySet();
    }

    /** Collects elements in order; used by one thread. A key that is there already is replaced at its place. */
    public static final class Builder {

        private final Map<String, Element> elements = new LinkedHashMap<>();

        private Builder() {}

        /** Whether there is such a key. */
        public boolean has(String key) {
            return elements.containsKey(key);
        }

        /** Any element. */
        public Builder put(String key, Element element) {
            elements.put(key, element);
            return this;
        }

        /** Text. */
        public Builder put(String key, String text) {
            return put(key, Value.of(text));
        }

        /** A number. */
        public Builder put(String key, long number) {
            return put(key, Long.toString(number));
        }

        /** {@code yes}, or nothing at all. */
        public Builder yes(String key, boolean flag) {
            return flag ? put(key, "yes") : this;
        }

        /** A list of texts. */
        public Builder list(String key, Collection<String> texts) {
            return put(key, new Items(texts.stream().map(Value::of).toList()));
        }

        /** A list of texts, or nothing if it is empty. */
        public Builder listUnlessEmpty(String key, Collection<String> texts) {
            return texts.isEmpty() ? this : list(key, texts);
        }

        /** The section. */
        public Section build() {
            return new Section(Collections.unmodifiableMap(new LinkedHashMap<>(elements)));
        }
    }
}
