// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.auth.LocalAuthenticator;
import org.jcharon.core.auth.PeerVerifier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signatures between us and a peer that knows nothing of RFC 7427. */
class OlderMethodsTest {

    private static final TransformId PRF = TransformId.prf(Transforms.PRF_HMAC_SHA2_256);
    private static final Chunk OCTETS = Chunk.ofHex("0011223344");

    @ParameterizedTest
    @CsvSource({"moon, moon.example.org, ca-ecdsa, 10", "sun, sun.example.org, ca-rsa, 1"})
    void signsAndVerifiesWithTheOlderMethods(String resource, String id, String anchor, int method) {
        TwoDaemons two = new TwoDaemons();
        two.moon.identity(resource);
        two.sun.anchors.add(two.sun.certificate(anchor));
        AuthConfig config = TwoDaemons.pubkey(id);
        LocalAuthenticator authenticator =
                new LocalAuthenticator(TwoDaemons.crypto(), two.moon.credentials, PRF, Set.of(), false, List.of());
        LocalAuthenticator.Identity who = authenticator
                .identity(config, Identification.ANY, Identification.ANY)
                .toCompletableFuture()
                .join();
        LocalAuthenticator.Result result = authenticator
                .authenticate(config, who, Identification.ANY, identity -> OCTETS)
                .toCompletableFuture()
                .join();
        assertEquals(method, result.method(), result.failure());
        assertTrue(verify(two, result, id, OCTETS, true).authentic());
        assertFalse(verify(two, result, id, Chunk.ofHex("0011223345"), true).authentic());
        // RSA with SHA-1 counts only for a peer that announced nothing
        assertEquals(method != 1, verify(two, result, id, OCTETS, false).authentic());
    }

    private static PeerVerifier.Result verify(
            TwoDaemons two, LocalAuthenticator.Result auth, String id, Chunk octets, boolean peerIsOld) {
        return new PeerVerifier(
                        TwoDaemons.crypto(), two.sun.credentials, PRF, auth.method(), auth.data(), octets, peerIsOld)
                .verify(
                        TwoDaemons.pubkey(id),
                        Identification.ANY,
                        Identification.parse(id),
                        List.copyOf(two.moon.certificates))
                .toCompletableFuture()
                .join();
    }
}
