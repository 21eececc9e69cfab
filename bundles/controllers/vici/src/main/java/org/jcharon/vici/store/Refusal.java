// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jcharon.api.settings.ConfException;
import org.jcharon.vici.server.CommandFailed;

/** What is wrong with a configuration, in charon's words. Pure. */
final class Refusal {

    private static final Pattern UNKNOWN =
            Pattern.compile("unknown (key|section) '(.*?)' in .*?(, did you mean.*)?", Pattern.DOTALL);
    private static final Pattern VALUE = Pattern.compile("(?:[^:]*\\.)?([^.:]+): (.*)", Pattern.DOTALL);

    private Refusal() {}

    static CommandFailed of(ConfException e) {
        Matcher unknown = UNKNOWN.matcher(e.what());
        if (unknown.matches()) {
            String hint = unknown.group(3) == null ? "" : unknown.group(3);
            return new CommandFailed(
                    unknown.group(1).equals("key")
                            ? "unknown option: " + unknown.group(2) + ", config discarded" + hint
                            : "invalid section: " + unknown.group(2) + hint,
                    e);
        }
        Matcher value = VALUE.matcher(e.what());
        return new CommandFailed(
                value.matches()
                        ? "invalid value for: " + value.group(1) + ", config discarded (" + value.group(2) + ")"
                        : "parsing request failed: " + e.what(),
                e);
    }
}
