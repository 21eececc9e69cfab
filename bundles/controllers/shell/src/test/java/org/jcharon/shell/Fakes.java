// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;

/** A console and services whose methods answer by name. */
final class Fakes {

    final Map<String, Object> answers = new HashMap<>();
    final Map<String, Object> variables = new HashMap<>();
    private final ByteArrayOutputStream console = new ByteArrayOutputStream();

    <T> T service(Class<T> type) {
        return fixed(type, answers);
    }

    static <T> T fixed(Class<T> type, Map<String, Object> values) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (!values.containsKey(method.getName())) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return values.get(method.getName());
                }));
    }

    /** What the command prints, and then what it fails with. */
    String run(Command command, Object... arguments) {
        console.reset();
        PrintStream out = new PrintStream(console, true, StandardCharsets.UTF_8);
        CommandSession session = (CommandSession) Proxy.newProxyInstance(
                CommandSession.class.getClassLoader(),
                new Class<?>[] {CommandSession.class},
                (proxy, method, each) -> method.getName().equals("get") ? variables.get((String) each[0]) : out);
        String failure = "";
        try {
            command.execute(session, List.of(arguments));
        } catch (CommandFailed e) {
            failure = "FAILED " + e.getMessage() + "\n";
        }
        return console.toString(StandardCharsets.UTF_8) + failure;
    }
}
