// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jcharon.api.credential.IdType;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.wire.Chunk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8784 section 5.1. */
final class PpkIdentityTest {

    private static Chunk text(String text) {
        return Chunk.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void encodesATypeOctetAndTheIdentity() {
        PpkIdentity id = PpkIdentity.fixed(Identification.parse("shared.ppk"));
        assertEquals(Chunk.concat(Chunk.of((byte) 2), text("shared.ppk")), id.encode());
    }

    @Test
    void decodesWhatItEncoded() throws IkeProtocolException {
        SplittableRandom random = new SplittableRandom(8784);
        for (int i = 0; i < 500; i++) {
            byte[] octets = new byte[1 + random.nextInt(300)];
            random.nextBytes(octets);
            PpkIdentity id = new PpkIdentity(random.nextInt(256), Chunk.wrap(octets));
            assertEquals(id, PpkIdentity.of(id.encode()));
            id.identification();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "02"})
    void refusesAnIdentityThatIsNone(String hex) {
        IkeProtocolException refused = assertThrows(IkeProtocolException.class, () -> PpkIdentity.of(Chunk.ofHex(hex)));
        assertEquals(NotifyType.INVALID_SYNTAX, refused.notifyType());
    }

    @Test
    void readsTextAsConfigurationsDo() {
        assertEquals(Identification.parse("shared.ppk"), new PpkIdentity(2, text("shared.ppk")).identification());
        assertEquals(
                Identification.of(IdType.KEY_ID, Chunk.ofHex("00ff")),
                new PpkIdentity(1, Chunk.ofHex("00ff")).identification());
    }

    @ParameterizedTest
    @ValueSource(strings = {"%any", "*", "*.example.org", "*@example.org"})
    void takesNoPatternFromAPeer(String pattern) {
        assertEquals(
                Identification.of(IdType.KEY_ID, text(pattern)), new PpkIdentity(2, text(pattern)).identification());
    }
}
