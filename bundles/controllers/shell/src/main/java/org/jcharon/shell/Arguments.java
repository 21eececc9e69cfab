// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Options and operands of one call of a command. Immutable. */
final class Arguments {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final long LONGEST_SECONDS = 86_400;

    private final Usage usage;
    private final Set<String> flags = new HashSet<>();
    private final Map<String, String> values = new HashMap<>();
    private final List<String> operands = new ArrayList<>();

    private Arguments(Usage usage) {
        this.usage = usage;
    }

    /** Checks them against what the command declares. */
    static Arguments of(Usage usage, List<Object> arguments) throws CommandFailed {
        Arguments given = new Arguments(usage);
        for (int i = 0; i < arguments.size(); i++) {
            String argument = String.valueOf(arguments.get(i));
            int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
            String name = equals < 0 ? argument : argument.substring(0, equals);
            Optional<Usage.Option> option = usage.option(name);
            if (option.isPresent() && option.get().isFlag() && equals < 0) {
                given.flags.add(argument);
            } else if (option.isPresent() && !option.get().isFlag()) {
                if (equals < 0 && ++i >= arguments.size()) {
                    throw given.wrong(argument + " needs a value");
                }
                given.values.put(name, equals < 0 ? String.valueOf(arguments.get(i)) : argument.substring(equals + 1));
            } else if (argument.startsWith("--")) {
                throw given.wrong("unknown option " + argument);
            } else {
                given.operands.add(argument);
            }
        }
        if (!given.has("--help")) {
            long least =
                    usage.operands().stream().filter(Usage.Operand::required).count();
            if (given.operands.size() < least
                    || given.operands.size() > usage.operands().size()) {
                throw given.wrong("");
            }
        }
        return given;
    }

    /** A failure that shows how the command is used. */
    CommandFailed wrong(String why) {
        return new CommandFailed((why.isEmpty() ? "" : why + "; ") + "usage: " + usage.synopsis());
    }

    boolean has(String flag) {
        return flags.contains(flag);
    }

    /** Null if not given. */
    String value(String option) {
        return values.get(option);
    }

    /** All, in their order; as many as the command declares. */
    List<String> operands() {
        return List.copyOf(operands);
    }

    /** The first, null if there is none. */
    String operand() {
        return operands.isEmpty() ? null : operands.get(0);
    }

    /** A whole number from 1 to {@code most}. */
    long number(String option, long fallback, long most) throws CommandFailed {
        String text = values.get(option);
        if (text == null) {
            return fallback;
        }
        if (!text.matches("\\d{1,9}") || Long.parseLong(text) < 1 || Long.parseLong(text) > most) {
            throw new CommandFailed(option + " takes 1 to " + most + ", not " + text);
        }
        return Long.parseLong(text);
    }

    Duration timeout() throws CommandFailed {
        return Duration.ofSeconds(number("--timeout", TIMEOUT.toSeconds(), LONGEST_SECONDS));
    }
}
