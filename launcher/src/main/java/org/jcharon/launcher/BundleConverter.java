// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;

/**
 * Lets commands take a bundle by its number or symbolic name: {@code stop org.jcharon.shell}. Gogo leaves that to its
 * interactive shell, which we do not have.
 */
final class BundleConverter {
    private static final String CONVERTER = "org.apache.felix.service.command.Converter";

    private final BundleContext context;

    /** The interface implemented; another one after an update of Gogo, which also ended the old registration. */
    private Class<?> type;

    BundleConverter(BundleContext context) {
        this.context = context;
    }

    /** Registers the converter for the command processor given, once. */
    synchronized void register(Object processor) throws ClassNotFoundException {
        ClassLoader loader = processor.getClass().getClassLoader();
        Class<?> current = loader.loadClass(CONVERTER);
        if (current == type) {
            return;
        }
        InvocationHandler call = (proxy, method, arguments) -> switch (method.getName()) {
            case "convert" ->
                arguments[0] == Bundle.class ? bundle(arguments[1].toString()).orElse(null) : null;
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> "converter of bundles";
            default -> null; // format: Gogo's own will do
        };
        Object converter = Proxy.newProxyInstance(loader, new Class<?>[] {current}, call);
        Map<String, Object> properties = Map.of("osgi.converter.classes", Bundle.class.getName());
        FrameworkUtil.getBundle(processor.getClass())
                .getBundleContext()
                .registerService(CONVERTER, converter, FrameworkUtil.asDictionary(properties));
        type = current;
    }

    private Optional<Bundle> bundle(String name) {
        if (name.matches("\\d{1,9}")) {
            return Optional.ofNullable(context.getBundle(Long.parseLong(name)));
        }
        return Stream.of(context.getBundles())
                .filter(b -> name.equals(b.getSymbolicName()))
                .findFirst();
    }
}
