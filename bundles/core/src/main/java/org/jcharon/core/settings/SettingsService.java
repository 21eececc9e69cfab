// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.settings;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jcharon.api.bus.Log;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfParser;
import org.jcharon.api.settings.ConfSection;
import org.jcharon.api.settings.Settings;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * The file that {@code jcharon.strongswan.conf} names, under the lines {@code KEY=VALUE} of {@code jcharon.set}, and every
 * {@code jcharon.*} straight from the framework's properties. At the start a file that is wrong counts as empty, is logged in one line
 * and named by {@link #problems()}; at a reload it changes nothing. What was read is one generation, replaced as a whole. Any thread.
 */
@Component(service = {Settings.class, SettingsProblems.class, SettingsService.class})
public final class SettingsService implements Settings, SettingsProblems {

    private static final Log LOG = Log.of("cfg");
    private static final String LAUNCHER = "jcharon.";
    private static final Pattern TIME = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)\\s*(ms|s|m|h|d)?");
    private static final Map<String, Integer> MILLISECONDS =
            Map.of("ms", 1, "s", 1_000, "m", 60_000, "h", 3_600_000, "d", 86_400_000);
    private static final BigDecimal LONGEST_SECONDS = BigDecimal.valueOf(Integer.MAX_VALUE);

    private final UnaryOperator<String> properties;
    private volatile Generation generation; // publishes what was read last

    /** One reading of all. */
    private record Generation(ConfSection root, List<String> problems, Set<String> reported) {
        Generation {
            problems = List.copyOf(problems);
        }
    }

    /** Reads the properties of the framework. */
    @Activate
    public SettingsService(BundleContext context) {
        this(context::getProperty);
    }

    // not public: SCR tells constructors apart by their number of parameters only
    private SettingsService(UnaryOperator<String> properties) {
        this.properties = properties;
        List<String> problems = new ArrayList<>();
        ConfSection read;
        try {
            read = file();
        } catch (ConfException | IOException e) {
            problems.add(text(e));
            read = nothing("-");
        }
        this.generation = generation(read, problems);
        generation.problems().forEach(problem -> LOG.error("{}", problem));
    }

    /** One for use without a framework: {@code properties} answers null for what is not set. */
    public static SettingsService of(UnaryOperator<String> properties) {
        return new SettingsService(properties);
    }

    /**
     * Reads all again; for whoever tells the listeners then.
     *
     * @return what is wrong with the file, which leaves everything as it was; empty if the new values are in effect
     */
    Optional<String> reload() {
        try {
            generation = generation(file(), new ArrayList<>());
            return Optional.empty();
        } catch (ConfException | IOException e) {
            return Optional.of(text(e));
        }
    }

    /** What was read last. */
    ConfSection root() {
        return generation.root();
    }

    private Generation generation(ConfSection read, List<String> problems) {
        ConfSection root = overridden(read, properties.apply("jcharon.set"), problems);
        return new Generation(root, problems, ConcurrentHashMap.newKeySet());
    }

    private ConfSection file() throws ConfException, IOException {
        String name = properties.apply("jcharon.strongswan.conf");
        if (name == null || name.isBlank()) {
            return nothing("-");
        }
        try {
            Path path = Path.of(name);
            if (Boolean.parseBoolean(properties.apply("jcharon.strongswan.conf.optional")) && Files.notExists(path)) {
                return nothing(name);
            }
            return ConfParser.parse(path);
        } catch (InvalidPathException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static ConfSection nothing(String file) {
        return new ConfSection(new ConfSection.Place(file, 1), Map.of(), Map.of());
    }

    private static String text(Exception e) {
        return e instanceof ConfException ? e.getMessage() : "strongswan.conf cannot be read: " + e.getMessage();
    }

    private static ConfSection overridden(ConfSection read, String lines, List<String> problems) {
        ConfSection section = read;
        int number = 0;
        for (String line : lines == null ? new String[0] : lines.split("\\R", -1)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            int equals = line.indexOf('=');
            String key = equals < 0 ? "" : line.substring(0, equals).trim();
            if (!key.matches("[^.\\s]+(\\.[^.\\s]+)*")) {
                problems.add("--set " + (equals < 0 ? line : key) + ": expected KEY=VALUE");
                continue;
            }
            ConfSection.Place place = new ConfSection.Place("--set", number);
            section = SettingsTree.with(
                    section,
                    key,
                    new ConfSection.Value(line.substring(equals + 1).trim(), place));
        }
        return section;
    }

    @Override
    public List<String> problems() {
        return generation.problems();
    }

    @Override
    public Optional<String> get(String key) {
        if (key.startsWith(LAUNCHER)) {
            Optional<String> property = Optional.ofNullable(properties.apply(key));
            if (property.isPresent()) {
                return property;
            }
        }
        return value(key).map(ConfSection.Value::text);
    }

    @Override
    public long number(String key, long fallback) {
        return typed(key, fallback, "a whole number", text -> {
            boolean negative = text.startsWith("-");
            String digits = negative ? text.substring(1) : text;
            if (digits.isEmpty() || !Character.isLetterOrDigit(digits.charAt(0))) {
                throw new NumberFormatException(text);
            }
            long number = digits.startsWith("0x") || digits.startsWith("0X")
                    ? Long.parseUnsignedLong(digits.substring(2), 16)
                    : Long.parseLong(digits);
            return negative ? Math.negateExact(number) : number;
        });
    }

    @Override
    public double fraction(String key, double fallback) {
        return typed(key, fallback, "a number", text -> {
            double number = Double.parseDouble(text);
            if (!Double.isFinite(number)) {
                throw new NumberFormatException(text);
            }
            return number;
        });
    }

    @Override
    public boolean flag(String key, boolean fallback) {
        return typed(key, fallback, "yes or no", text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "yes", "true", "enabled", "1" -> true;
            case "no", "false", "disabled", "0" -> false;
            default -> throw new NumberFormatException(text);
        });
    }

    @Override
    public Duration duration(String key, Duration fallback) {
        return typed(key, fallback, "a time in ms, s, m, h or d", text -> {
            Matcher matcher = TIME.matcher(text.toLowerCase(Locale.ROOT));
            if (!matcher.matches()) {
                throw new NumberFormatException(text);
            }
            String unit = matcher.group(2) == null ? "s" : matcher.group(2);
            BigDecimal milliseconds =
                    new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(MILLISECONDS.get(unit)));
            if (milliseconds.movePointLeft(3).compareTo(LONGEST_SECONDS) > 0) {
                throw new ArithmeticException("longer than " + LONGEST_SECONDS + " s");
            }
            return Duration.ofNanos(milliseconds.movePointRight(6).longValue());
        });
    }

    @Override
    public List<String> sections(String key) {
        return SettingsTree.section(root(), key)
                .map(section -> List.copyOf(section.sections().keySet()))
                .orElse(List.of());
    }

    @Override
    public List<String> keys(String section) {
        return SettingsTree.section(root(), section)
                .map(found -> List.copyOf(found.values().keySet()))
                .orElse(List.of());
    }

    private Optional<ConfSection.Value> value(String key) {
        return SettingsTree.value(root(), key);
    }

    private <T> T typed(String key, T fallback, String expected, Function<String, T> reader) {
        String text = get(key).map(String::trim).orElse(null);
        if (text == null) {
            return fallback;
        }
        try {
            return reader.apply(text);
        } catch (NumberFormatException | ArithmeticException e) {
            if (generation.reported().add(key)) {
                String place = value(key).map(found -> found.place() + ": ").orElse("");
                LOG.error("{}{} is not {}, {} is used", place, key, expected, fallback);
            }
            return fallback;
        }
    }
}
