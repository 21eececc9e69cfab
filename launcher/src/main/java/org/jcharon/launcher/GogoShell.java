// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * Runs command lines with Gogo's CommandProcessor. Its interface belongs to a bundle, and the launcher stands outside
 * of all bundles: hence reflection, on public methods of the exported interface only.
 */
final class GogoShell implements ShellServer.Gogo {
    private static final String PROCESSOR = "org.apache.felix.service.command.CommandProcessor";
    private static final String SESSION = "org.apache.felix.service.command.CommandSession";
    private static final int INSPECT = 0;
    private static final String SCOPES = "ike:feature:*";
    private static final String COMPLETION = "(jcharon.completion=true)";

    private final BundleContext context;
    private final BundleConverter converter;

    GogoShell(BundleContext context) {
        this.context = context;
        this.converter = new BundleConverter(context);
    }

    @Override
    public int run(String line, Map<String, Object> variables, PrintStream out, PrintStream err) {
        ServiceReference<?> reference = context.getServiceReference(PROCESSOR);
        Object processor = reference == null ? null : context.getService(reference);
        if (processor == null) {
            err.println("no command processor: is org.apache.felix.gogo.runtime active?");
            return 1;
        }
        try {
            converter.register(processor);
            ClassLoader loader = processor.getClass().getClassLoader();
            Class<?> processorType = loader.loadClass(PROCESSOR);
            Class<?> sessionType = loader.loadClass(SESSION);
            try (AutoCloseable session = (AutoCloseable) processorType
                    .getMethod("createSession", InputStream.class, OutputStream.class, OutputStream.class)
                    .invoke(processor, new ByteArrayInputStream(new byte[0]), out, err)) {
                Method put = sessionType.getMethod("put", String.class, Object.class);
                put.invoke(session, "SCOPE", SCOPES);
                for (Map.Entry<String, Object> variable : variables.entrySet()) {
                    put.invoke(session, variable.getKey(), variable.getValue());
                }
                Object result =
                        sessionType.getMethod("execute", CharSequence.class).invoke(session, line);
                if (result != null) {
                    out.println(sessionType
                            .getMethod("format", Object.class, int.class)
                            .invoke(session, result, INSPECT));
                }
            }
            return 0;
        } catch (Exception | LinkageError e) { // whatever a command throws is its answer
            out.flush();
            err.println(reason(e));
            return 1;
        } finally {
            context.ungetService(reference);
        }
    }

    /** The first word by the commands that there are, with their scopes; the others by who knows the commands' arguments. */
    @Override
    public List<String> complete(String line) {
        Set<String> words = new TreeSet<>();
        String start = line.stripLeading();
        if (!start.contains(" ")) {
            commands().filter(command -> command.startsWith(start)).forEach(words::add);
        }
        try {
            for (ServiceReference<?> reference :
                    context.getServiceReferences(java.util.function.Function.class, COMPLETION)) {
                words.addAll(asked(reference, line));
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
        return List.copyOf(words);
    }

    private List<String> asked(ServiceReference<?> reference, String line) {
        try {
            Object service = context.getService(reference);
            if (service instanceof java.util.function.Function<?, ?> function) {
                @SuppressWarnings("unchecked") // what the property promises
                List<String> found = ((java.util.function.Function<String, List<String>>) function).apply(line);
                return found;
            }
            return List.of();
        } catch (RuntimeException | LinkageError e) { // completion is a help, and never a failure
            return List.of();
        } finally {
            context.ungetService(reference);
        }
    }

    private Stream<String> commands() {
        try {
            ServiceReference<?>[] all = context.getAllServiceReferences(null, "(osgi.command.scope=*)");
            return Arrays.stream(all == null ? new ServiceReference<?>[0] : all).flatMap(reference -> {
                Object names = reference.getProperty("osgi.command.function");
                Stream<String> each = names instanceof String[] array
                        ? Arrays.stream(array)
                        : Stream.ofNullable(names).map(Object::toString);
                return each.map(name -> reference.getProperty("osgi.command.scope") + ":" + name);
            });
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One line for a failure: of what wraps another exception only that one counts. */
    static String reason(Throwable failure) {
        Throwable inner = failure;
        while (inner.getCause() != null
                && (inner instanceof InvocationTargetException
                        || inner instanceof CompletionException
                        || inner instanceof ExecutionException)) {
            inner = inner.getCause();
        }
        String text = inner.getMessage();
        if (text == null || text.isBlank()) {
            return inner.getClass().getSimpleName();
        }
        String line = text.strip().replaceAll("\\s*[\\r\\n]+\\s*", "; ");
        return inner instanceof NullPointerException || inner instanceof LinkageError
                ? inner.getClass().getSimpleName() + ": " + line
                : line;
    }
}
