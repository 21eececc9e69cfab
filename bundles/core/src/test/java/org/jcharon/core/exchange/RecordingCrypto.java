// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/** Crypto whose key exchanges are remembered, with the secrets that they gave. */
final class RecordingCrypto {

    /** One side of a key exchange. */
    static final class Exchange implements KeyExchange {

        final boolean initiator;
        byte[] secret;
        Secret given;
        boolean closed;
        private final KeyExchange real;

        Exchange(KeyExchange real, boolean initiator) {
            this.real = real;
            this.initiator = initiator;
        }

        @Override
        public boolean responderNeedsPeer() {
            return real.responderNeedsPeer();
        }

        @Override
        public Chunk publicValue() {
            return real.publicValue();
        }

        @Override
        public Secret agree(Chunk peerPublicValue) throws KeyMismatchException {
            given = real.agree(peerPublicValue);
            secret = given.reveal();
            return given;
        }

        @Override
        public void close() {
            closed = true;
            real.close();
        }
    }

    /** First octets of the next nonces, which are what has 32 octets; others are as random as usual. */
    final Queue<Integer> nonceStarts = new ArrayDeque<>();

    /** In the order in which they were begun. */
    final List<Exchange> exchanges = new ArrayList<>();

    CryptoRegistry over(CryptoRegistry real) {
        return (CryptoRegistry) Proxy.newProxyInstance(
                CryptoRegistry.class.getClassLoader(), new Class<?>[] {CryptoRegistry.class}, (proxy, method, args) -> {
                    try {
                        Object result = method.invoke(real, args);
                        if (method.getName().equals("random")) {
                            return scripted((RandomSource) result);
                        }
                        if (!method.getName().equals("keyExchange")) {
                            return result;
                        }
                        return ((Optional<?>) result).map(made -> {
                            Exchange recorded = new Exchange((KeyExchange) made, (Boolean) args[1]);
                            exchanges.add(recorded);
                            return recorded;
                        });
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private RandomSource scripted(RandomSource real) {
        return target -> {
            real.fill(target);
            if (target.length == 32 && !nonceStarts.isEmpty()) {
                target[0] = nonceStarts.remove().byteValue();
            }
        };
    }

    /** The secrets that initiators of key exchanges got, in order. */
    List<byte[]> secrets() {
        return exchanges.stream()
                .filter(exchange -> exchange.initiator && exchange.secret != null)
                .map(exchange -> exchange.secret)
                .toList();
    }

    /** What was not wiped. */
    List<String> leaks() {
        List<String> leaks = new ArrayList<>();
        for (int i = 0; i < exchanges.size(); i++) {
            Exchange exchange = exchanges.get(i);
            if (!exchange.closed) {
                leaks.add("key exchange " + i);
            }
            if (exchange.given != null && !exchange.given.isClosed()) {
                leaks.add("secret " + i);
            }
        }
        return leaks;
    }
}
