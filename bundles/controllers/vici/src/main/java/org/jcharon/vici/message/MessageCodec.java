// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.message;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;

/**
 * Messages as octets. What is read must balance, name each key of a section once and stay within the limits below; whatever arrives,
 * nothing but {@link WireException} is thrown. Pure.
 */
public final class MessageCodec {

    /** Sections inside sections. */
    public static final int MAX_DEPTH = 16;
    /** Keys, items and sections of one message. */
    public static final int MAX_ELEMENTS = 100_000;

    private static final int SECTION_START = 1;
    private static final int SECTION_END = 2;
    private static final int KEY_VALUE = 3;
    private static final int LIST_START = 4;
    private static final int LIST_ITEM = 5;
    private static final int LIST_END = 6;
    private static final int MAX_NAME = 0xFF;
    private static final int MAX_VALUE = 0xFFFF;

    private record Open(String name, Section.Builder content) {}

    private MessageCodec() {}

    /** Reads everything that is left. */
    public static Section read(WireReader in) throws WireException {
        Deque<Open> open = new ArrayDeque<>();
        open.push(new Open("", Section.builder()));
        int count = 0;
        while (in.remaining() > 0) {
            int type = in.u8("element");
            Section.Builder here = open.element().content();
            if (type != SECTION_END && ++count > MAX_ELEMENTS) {
                throw in.error("more than " + MAX_ELEMENTS + " elements");
            }
            switch (type) {
                case SECTION_START -> {
                    String name = key(in, here);
                    if (open.size() > MAX_DEPTH) {
                        throw in.error("sections nested more than " + MAX_DEPTH + " deep");
                    }
                    open.push(new Open(name, Section.builder()));
                }
                case SECTION_END -> {
                    Open ended = open.pop();
                    if (open.isEmpty()) {
                        throw in.error("a section ends that did not begin");
                    }
                    open.element().content().put(ended.name(), ended.content().build());
                }
                case KEY_VALUE -> {
                    String key = key(in, here);
                    here.put(key, value(in));
                }
                case LIST_START -> {
                    String key = key(in, here);
                    Items items = items(in, MAX_ELEMENTS - count);
                    count += items.values().size();
                    here.put(key, items);
                }
                default -> throw in.error("element of type " + type);
            }
        }
        if (open.size() > 1) {
            throw in.error("section '" + open.element().name() + "' does not end");
        }
        return open.element().content().build();
    }

    private static Items items(WireReader in, int most) throws WireException {
        List<Value> values = new ArrayList<>();
        for (int type = in.u8("list item"); type != LIST_END; type = in.u8("list item")) {
            if (type != LIST_ITEM) {
                throw in.error("element of type " + type + " in a list");
            }
            if (values.size() >= most) {
                throw in.error("more than " + MAX_ELEMENTS + " elements");
            }
            values.add(value(in));
        }
        return new Items(values);
    }

    private static String key(WireReader in, Section.Builder section) throws WireException {
        String name = name(in);
        if (section.has(name)) {
            throw in.error("a key is there twice");
        }
        return name;
    }

    /** A name with its length before it. */
    static String name(WireReader in) throws WireException {
        byte[] octets = in.array(in.u8("length of a name"), "name");
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (CharacterCodingException e) {
            throw in.error("a name that is no UTF-8");
        }
    }

    private static Value value(WireReader in) throws WireException {
        return Value.own(in.array(in.u16("length of a value"), "value"));
    }

    /**
     * Writes a message.
     *
     * @throws WireException if a name or value is longer than the format can say
     */
    public static void write(Section message, WireWriter out) throws WireException {
        for (Map.Entry<String, Element> entry : message.elements().entrySet()) {
            Element element = entry.getValue();
            if (element instanceof Value value) {
                out.u8(KEY_VALUE);
                name(entry.getKey(), out);
                value(value, out);
            } else if (element instanceof Items items) {
                out.u8(LIST_START);
                name(entry.getKey(), out);
                for (Value value : items.values()) {
                    out.u8(LIST_ITEM);
                    value(value, out);
                }
                out.u8(LIST_END);
            } else if (element instanceof Section section) {
                out.u8(SECTION_START);
                name(entry.getKey(), out);
                write(section, out);
                out.u8(SECTION_END);
            }
        }
    }

    static void name(String name, WireWriter out) throws WireException {
        byte[] octets = name.getBytes(StandardCharsets.UTF_8);
        if (octets.length > MAX_NAME) {
            throw new WireException("name of " + octets.length + " octets", out.length());
        }
        out.u8(octets.length).array(octets);
    }

    private static void value(Value value, WireWriter out) throws WireException {
        if (value.length() > MAX_VALUE) {
            throw new WireException("value of " + value.length() + " octets", out.length());
        }
        out.u16(value.length());
        value.copyTo(out);
    }
}
