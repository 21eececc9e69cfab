// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.message;

import java.util.List;

/**
 * A list of a message.
 *
 * @param values in order
 */
public record Items(List<Value> values) implements Element {
    /** Copies the list. */
    public Items {
        values = List.copyOf(values);
    }

    /** The values as text. */
    public List<String> texts() {
        return values.stream().map(Value::text).toList();
    }
}
