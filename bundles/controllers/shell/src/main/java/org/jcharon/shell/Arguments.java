// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Options and operands of one command. Immutable. */
final class Arguments {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long LONGEST_SECONDS = 86_400;

    private final String usage;
    private final Set<String> flags = new HashSet<>();
    private final Map<String, String> values = new HashMap<>();
    private final List<String> operands = new ArrayList<>();

    /** {@code knownFlags} stand alone, {@code knownValues} take the next argument. */
    Arguments(String usage, List<Object> arguments, Set<String> knownFlags, Set<String> knownValues)
            throws CommandFailed {
        this.usage = usage;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = String.valueOf(arguments.get(i));
            if (knownFlags.contains(argument)) {
                flags.add(argument);
            } else if (knownValues.contains(argument)) {
                if (++i >= arguments.size()) {
                    throw new CommandFailed(argument + " needs a value; usage: " + usage);
                }
                values.put(argument, String.valueOf(arguments.get(i)));
            } else if (argument.startsWith("--")) {
                throw new CommandFailed("unknown option " + argument + "; usage: " + usage);
            } else {
                operands.add(argument);
            }
        }
    }

    boolean has(String flag) {
        return flags.contains(flag);
    }

    /** Null if not given. */
    String value(String option) {
        return values.get(option);
    }

    List<String> operands(int least, int most) throws CommandFailed {
        if (operands.size() < least || operands.size() > most) {
            throw new CommandFailed("usage: " + usage);
        }
        return operands;
    }

    Duration timeout() throws CommandFailed {
        String text = values.get("--timeout");
        if (text == null) {
            return TIMEOUT;
        }
        if (!text.matches("\\d{1,6}") || Long.parseLong(text) < 1 || Long.parseLong(text) > LONGEST_SECONDS) {
            throw new CommandFailed("--timeout takes 1 to " + LONGEST_SECONDS + " seconds, not " + text);
        }
        return Duration.ofSeconds(Long.parseLong(text));
    }
}
