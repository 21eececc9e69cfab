// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All that is known of a command beside what it does: for parsing, help and completion. Immutable. */
final class Usage {

    /**
     * An option.
     *
     * @param name with its hyphens
     * @param value name of its value; empty: it stands alone
     * @param words what the value may be
     */
    record Option(String name, String value, Words words, String text) {
        boolean isFlag() {
            return value.isEmpty();
        }

        String synopsis() {
            return isFlag() ? name : name + " " + value;
        }
    }

    /** A positional argument. */
    record Operand(String name, Words words, boolean required) {
        String synopsis() {
            return required ? name : "[" + name + "]";
        }
    }

    private record Example(String line, String text) {}

    private final String name;
    private final String summary;
    private final List<Operand> operands;
    private final List<Option> options;
    private final List<String> texts;
    private final List<Example> examples;

    private Usage(Builder builder) {
        name = builder.name;
        summary = builder.summary;
        operands = List.copyOf(builder.operands);
        options = List.copyOf(builder.options);
        texts = List.copyOf(builder.texts);
        examples = List.copyOf(builder.examples);
    }

    static Builder of(String name, String summary) {
        return new Builder(name, summary);
    }

    String name() {
        return name;
    }

    String summary() {
        return summary;
    }

    List<Operand> operands() {
        return operands;
    }

    List<Option> options() {
        return options;
    }

    Optional<Option> option(String wanted) {
        return options.stream().filter(option -> option.name().equals(wanted)).findFirst();
    }

    String synopsis() {
        StringBuilder out = new StringBuilder(name);
        operands.forEach(operand -> out.append(' ').append(operand.synopsis()));
        options.stream()
                .filter(option -> !option.name().equals("--help"))
                .forEach(option -> out.append(" [").append(option.synopsis()).append(']'));
        return out.toString();
    }

    String help() {
        StringBuilder out = new StringBuilder("ike:").append(synopsis()).append("\n\n  ");
        out.append(summary).append('\n');
        texts.forEach(text -> out.append("  ").append(text).append('\n'));
        out.append('\n');
        int width = options.stream()
                .mapToInt(option -> option.synopsis().length())
                .max()
                .orElse(0);
        for (Option option : options) {
            out.append("  ")
                    .append(Table.padded(option.synopsis(), width + 2))
                    .append(option.text())
                    .append('\n');
        }
        if (!examples.isEmpty()) {
            int wide = examples.stream()
                    .mapToInt(example -> example.line().length())
                    .max()
                    .orElse(0);
            out.append('\n');
            for (Example example : examples) {
                out.append("  ")
                        .append(Table.padded(example.line(), wide + 2))
                        .append("# ")
                        .append(example.text())
                        .append('\n');
            }
        }
        return out.toString();
    }

    /** Collects the parts. */
    static final class Builder {

        private final String name;
        private final String summary;
        private final List<Operand> operands = new ArrayList<>();
        private final List<Option> options = new ArrayList<>();
        private final List<String> texts = new ArrayList<>();
        private final List<Example> examples = new ArrayList<>();

        private Builder(String name, String summary) {
            this.name = name;
            this.summary = summary;
        }

        Builder required(String operand, Words words) {
            operands.add(new Operand(operand, words, true));
            return this;
        }

        Builder optional(String operand, Words words) {
            operands.add(new Operand(operand, words, false));
            return this;
        }

        Builder flag(String option, String text) {
            options.add(new Option(option, "", Words.TEXT, text));
            return this;
        }

        Builder value(String option, String value, Words words, String text) {
            options.add(new Option(option, value, words, text));
            return this;
        }

        Builder json() {
            return flag("--json", "one JSON value on one line");
        }

        Builder timeout() {
            return value("--timeout", "SECONDS", Words.TEXT, "how long to wait for the result, default 30");
        }

        /** A line of what it does, beyond the summary. */
        Builder text(String line) {
            texts.add(line);
            return this;
        }

        Builder example(String line, String text) {
            examples.add(new Example(line, text));
            return this;
        }

        Usage build() {
            flag("--help", "this text");
            return new Usage(this);
        }
    }
}
