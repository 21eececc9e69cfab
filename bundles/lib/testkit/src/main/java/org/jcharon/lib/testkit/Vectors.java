// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.jcharon.api.wire.Chunk;

/**
 * One case of a vector file, or an object inside one. A file is a JSON object with {@code cases}; octets are hexadecimal.
 * Immutable; each getter throws {@link NoSuchElementException} naming a member that is missing.
 */
public final class Vectors {

    private final Map<?, ?> members;

    private Vectors(Map<?, ?> members) {
        this.members = members;
    }

    /** The cases of the file {@code resource}, found relative to {@code anchor}'s package (or from the root with a slash). */
    public static List<Vectors> cases(Class<?> anchor, String resource) {
        return file(anchor, resource).list("cases");
    }

    /** The cases as a stream with a name, for parametrised tests: those whose member {@code member} is {@code value}. */
    public static Stream<Vectors> cases(Class<?> anchor, String resource, String member, String value) {
        return cases(anchor, resource).stream()
                .filter(c -> c.has(member) && c.text(member).equals(value));
    }

    /** The whole file, for what stands beside the cases. */
    public static Vectors file(Class<?> anchor, String resource) {
        try (InputStream in = anchor.getResourceAsStream(resource)) {
            if (in == null) {
                throw new NoSuchElementException(resource + " beside " + anchor.getName());
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    /** An object in JSON. */
    public static Vectors parse(String json) {
        if (Json.parse(json) instanceof Map<?, ?> map) {
            return new Vectors(map);
        }
        throw new IllegalArgumentException("not a JSON object");
    }

    /** Whether there is a member that is not null. */
    public boolean has(String name) {
        return members.get(name) != null;
    }

    /** A member as text: a string, a number or a boolean. */
    public String text(String name) {
        return String.valueOf(get(name));
    }

    /** Octets from hexadecimal digits. */
    public Chunk octets(String name) {
        return Chunk.ofHex(text(name));
    }

    /** Octets in an array of the caller's own. */
    public byte[] bytes(String name) {
        return octets(name).toArray();
    }

    /** An integer. */
    public int number(String name) {
        return get(name) instanceof BigDecimal number ? number.intValueExact() : Integer.parseInt(text(name));
    }

    /** A boolean. */
    public boolean flag(String name) {
        return Boolean.parseBoolean(text(name));
    }

    /** An array of objects. */
    public List<Vectors> list(String name) {
        if (get(name) instanceof List<?> list) {
            return list.stream().map(Vectors::object).toList();
        }
        throw new IllegalArgumentException(name + " is no array");
    }

    /** An array of strings or numbers, as text. */
    public List<String> texts(String name) {
        if (get(name) instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        throw new IllegalArgumentException(name + " is no array");
    }

    /** A member that is an object. */
    public Vectors object(String name) {
        return object(get(name));
    }

    private static Vectors object(Object value) {
        if (value instanceof Map<?, ?> map) {
            return new Vectors(map);
        }
        throw new IllegalArgumentException("no object: " + value);
    }

    private Object get(String name) {
        Object value = members.get(name);
        if (value == null) {
            throw new NoSuchElementException("no " + name + " in " + this);
        }
        return value;
    }

    /** The case's name, or the names of its members. */
    @Override
    public String toString() {
        return has("name") ? text("name") : members.keySet().toString();
    }
}
