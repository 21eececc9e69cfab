// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.settings;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A section of a file in strongswan.conf syntax: values and sections in the order of the file, each with its place. Immutable. */
public final class ConfSection {

    /**
     * Where something stands.
     *
     * @param file as it was opened
     * @param line from 1
     */
    public record Place(String file, int line) {
        @Override
        public String toString() {
            return file + ":" + line;
        }
    }

    /** A value: a text, which a list-type key splits at commas, or a list whose items are known and stay whole. */
    public static final class Value {

        private final String text;
        private final List<String> items; // null: the text has to be split
        private final Place place;

        /** A value as files write it; {@code text} with quotes and escapes resolved. */
        public Value(String text, Place place) {
            this.text = text;
            this.items = null;
            this.place = place;
        }

        private Value(List<String> items, Place place) {
            this.text = String.join(", ", items);
            this.items = List.copyOf(items);
            this.place = place;
        }

        /** A list, whose items may contain commas. */
        public static Value list(List<String> items, Place place) {
            return new Value(items, place);
        }

        /** The text; of a list its items with commas between them. */
        public String text() {
            return text;
        }

        /** The items of a list as they are, or the parts of the text between commas, trimmed. Empty ones do not count. */
        public List<String> items() {
            Stream<String> all = items != null ? items.stream() : Arrays.stream(text.split(",", -1));
            return all.map(String::trim).filter(item -> !item.isEmpty()).toList();
        }

        /** Where it stands. */
        public Place place() {
            return place;
        }

        /** Without the text, which may be a secret. */
        @Override
        public String toString() {
            return "value at " + place;
        }
    }

    private final Place place;
    private final Map<String, Value> values;
    private final Map<String, ConfSection> sections;

    /** Copies the maps, keeping their order. */
    public ConfSection(Place place, Map<String, Value> values, Map<String, ConfSection> sections) {
        this.place = place;
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        this.sections = Collections.unmodifiableMap(new LinkedHashMap<>(sections));
    }

    /** Where it begins. */
    public Place place() {
        return place;
    }

    /** Values by key. */
    public Map<String, Value> values() {
        return values;
    }

    /** Sections by name. */
    public Map<String, ConfSection> sections() {
        return sections;
    }

    /** The value of a key of this section. */
    public Optional<Value> value(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** The section of a name. */
    public Optional<ConfSection> section(String name) {
        return Optional.ofNullable(sections.get(name));
    }
}
