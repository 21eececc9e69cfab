// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.settings;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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

    /** A value; {@code text} with quotes and escapes resolved. */
    public record Value(String text, Place place) {
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
