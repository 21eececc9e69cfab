// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * Runs command lines with Gogo's CommandProcessor. Its interface belongs to a bundle, and the launcher stands outside
 * of all bundles: hence reflection, on public methods of the exported interface only.
 */
final class GogoShell implements ShellServer.Gogo {
    private static final String PROCESSOR = "org.apache.felix.service.command.CommandProcessor";
    private static final String SESSION = "org.apache.felix.service.command.CommandSession";
    private static final int INSPECT = 0;

    private final BundleContext context;
    private final BundleConverter converter;

    GogoShell(BundleContext context) {
        this.context = context;
        this.converter = new BundleConverter(context);
    }

    @Override
    public int run(String line, InputStream in, PrintStream out, PrintStream err) {
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
                    .invoke(processor, in, out, err)) {
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
