// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import java.time.Duration;
import org.jcharon.api.control.Controller;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.server.CommandFailed;

/** Arguments of commands as charon reads them: a number that is malformed counts as not given. Pure. */
final class Arguments {

    private final Section request;

    Arguments(Section request) {
        this.request = request;
    }

    /** The text of a key, or null. */
    String text(String key) {
        return request.text(key).orElse(null);
    }

    String required(String key, String missing) throws CommandFailed {
        return request.text(key).orElseThrow(() -> new CommandFailed(missing));
    }

    boolean flag(String key) {
        return request.flag(key);
    }

    /** Decimal, 0x hexadecimal or octal. */
    long number(String key, long fallback) {
        String text = request.text(key).map(String::strip).orElse("");
        try {
            return text.isEmpty() ? fallback : Long.decode(text);
        } catch (NumberFormatException e) {
            return fallback;
        }
    }

    /** {@code timeout} in milliseconds; negative: not to be waited for. */
    Duration timeout() {
        return Duration.ofMillis(Math.min(Math.max(number("timeout", 0), -1), Integer.MAX_VALUE));
    }

    int logLevel() {
        return (int) Math.min(Math.max(number("loglevel", 1), -1), 4);
    }

    Controller.Selector selector() {
        return new Controller.Selector(text("ike"), number("ike-id", 0), text("child"), number("child-id", 0));
    }

    /** The selector, which has to say something. */
    Controller.Selector requiredSelector(String missing) throws CommandFailed {
        Controller.Selector selector = selector();
        if (selector.equals(Controller.Selector.ALL)) {
            throw new CommandFailed(missing);
        }
        return selector;
    }
}
