// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** What {@link Interop} asks for. */
final class Requirements
        implements ExecutionCondition, TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {

    private static final List<String> FOLDERS = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String missing = missing(context);
        return missing == null
                ? ConditionEvaluationResult.enabled("all is there")
                : ConditionEvaluationResult.disabled(missing);
    }

    private static String missing(ExtensionContext context) {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "network namespaces need root";
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            return "no /dev/net/tun";
        }
        Optional<Interop> asked = context.getTestClass().map(c -> c.getAnnotation(Interop.class));
        Stream<String> programs =
                Stream.concat(Stream.of("ip", "nft"), asked.stream().flatMap(a -> Stream.of(a.programs())));
        return programs.filter(p -> FOLDERS.stream().noneMatch(f -> Files.isExecutable(Path.of(f, p))))
                .findFirst()
                .map(p -> "no program " + p)
                .orElse(null);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        show(context);
        throw failure;
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        show(context);
        throw failure;
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        show(context);
        throw failure;
    }

    private static void show(ExtensionContext context) {
        System.out.println("---- " + context.getDisplayName());
        Daemon.running().forEach(d -> System.out.println("---- " + d + "\n" + d.logTail(60)));
    }
}
