// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Signals of the process. A JVM left to its shutdown hook ends with status 143 and cannot see a second signal, hence
 * {@code sun.misc.Signal} of the supported module {@code jdk.unsupported}; called reflectively since javac's warning
 * about it cannot be turned off.
 */
final class Signals {
    private Signals() {}

    /**
     * Calls {@code handler} with the name, without "SIG", on a thread of its own each time the signal arrives.
     *
     * @throws LaunchException if this JVM has no such signal
     */
    static void handle(String name, Consumer<String> handler) throws LaunchException {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            InvocationHandler call = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    handler.accept(name);
                    yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "handler of SIG" + name;
            };
            Object proxy = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handlerType}, call);
            signal.getMethod("handle", signal, handlerType)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            throw new LaunchException("this JVM cannot handle SIG" + name + ": use an OpenJDK, 17 or later", e);
        }
    }
}
