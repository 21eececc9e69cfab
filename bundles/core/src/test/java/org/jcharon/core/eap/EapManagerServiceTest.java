// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.eap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.jcharon.api.eap.EapMethod;
import org.jcharon.api.eap.EapMethodFactory;
import org.junit.jupiter.api.Test;

final class EapManagerServiceTest {

    private final EapManagerService manager = new EapManagerService();

    private static EapMethod method() {
        return (EapMethod) Proxy.newProxyInstance(
                EapMethod.class.getClassLoader(), new Class<?>[] {EapMethod.class}, (proxy, called, args) -> null);
    }

    private static Map<String, Object> properties(int type, String role, int ranking) {
        return Map.of(EapMethodFactory.PROP_TYPE, type, EapMethodFactory.PROP_ROLE, role, "service.ranking", ranking);
    }

    @Test
    void createsByTypeRoleAndRanking() {
        EapMethod peer = method();
        EapMethod better = method();
        manager.addFactory(session -> peer, properties(4, "peer", 0));
        EapMethodFactory preferred = session -> better;
        manager.addFactory(preferred, properties(4, "peer", 5));

        assertSame(better, manager.create(4, 0, false, null).orElseThrow());
        manager.removeFactory(preferred);
        assertSame(peer, manager.create(4, 0, false, null).orElseThrow());
        assertTrue(manager.create(4, 0, true, null).isEmpty());
        assertTrue(manager.create(5, 0, false, null).isEmpty());
        assertTrue(manager.create(4, 9, false, null).isEmpty());
    }

    @Test
    void listsTypesOfARoleWithoutVendorMethods() {
        manager.addFactory(session -> method(), properties(4, "server", 0));
        manager.addFactory(session -> method(), properties(18, "server", 1));
        manager.addFactory(session -> method(), properties(23, "peer", 0));
        manager.addFactory(
                session -> method(),
                Map.of(
                        EapMethodFactory.PROP_TYPE, 7,
                        EapMethodFactory.PROP_VENDOR, 311,
                        EapMethodFactory.PROP_ROLE, "server"));
        assertEquals(List.of(18, 4), manager.types(true));
        assertTrue(manager.create(7, 311, true, null).isPresent());
    }

    @Test
    void aFactoryThatThrowsIsAsGoodAsNone() {
        manager.addFactory(
                session -> {
                    throw new NoClassDefFoundError("gone");
                },
                properties(4, "peer", 5));
        assertTrue(manager.create(4, 0, false, null).isEmpty());
    }
}
