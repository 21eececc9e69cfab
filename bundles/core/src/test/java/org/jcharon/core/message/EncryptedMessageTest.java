// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.keymat.IkeKeys;
import org.jcharon.core.keymat.TestCrypto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 7296 section 3.14, RFC 5282, RFC 7383, RFC 9242 section 3.3.2. */
final class EncryptedMessageTest {

    private static final TransformId PRF = TransformId.prf(Transforms.PRF_HMAC_SHA2_256);
    private static final TransformId SHA256 = TransformId.integ(Transforms.AUTH_HMAC_SHA2_256_128);
    private static final Proposal CBC = proposal(TransformId.encr(Transforms.ENCR_AES_CBC, 256), SHA256);
    private static final Proposal GCM = proposal(TransformId.encr(Transforms.ENCR_AES_GCM_16, 256));

    private final TestCrypto crypto = new TestCrypto();

    private static Proposal proposal(TransformId... transforms) {
        List<TransformId> all = new ArrayList<>(List.of(transforms));
        all.add(PRF);
        return new Proposal(ProtocolId.IKE, all);
    }

    static Stream<Proposal> suites() {
        return Stream.of(
                CBC,
                GCM,
                proposal(TransformId.encr(Transforms.ENCR_AES_CTR, 128), SHA256),
                proposal(TransformId.encr(Transforms.ENCR_CHACHA20_POLY1305, 0)),
                proposal(TransformId.encr(Transforms.ENCR_AES_CCM_16, 256)),
                proposal(TransformId.encr(Transforms.ENCR_AES_GCM_12, 128)),
                proposal(TransformId.encr(Transforms.ENCR_3DES, 0), TransformId.integ(Transforms.AUTH_HMAC_SHA1_96)));
    }

    @Provide
    Arbitrary<IkeMessage> informationals() {
        return Payloads.message(
                ExchangeType.INFORMATIONAL,
                net.jqwik.api.Arbitraries.oneOf(
                                Payloads.notification(), Payloads.vendor(), Payloads.delete(), Payloads.unknown())
                        .list()
                        .ofMaxSize(10));
    }

    @ParameterizedTest
    @MethodSource("suites")
    void exchangesMessagesInBothDirections(Proposal suite) {
        MessageCrypter initiator = crypter(suite, true);
        MessageCrypter responder = crypter(suite, false);
        for (int length = 0; length < 40; length++) {
            IkeMessage request = message(true, length);
            assertEquals(
                    new DecodeResult.Whole(request, EncryptedMessage.plain(request)),
                    EncryptedMessage.unprotect(EncryptedMessage.protect(request, initiator), responder));
            IkeMessage response = message(false, length);
            assertEquals(
                    new DecodeResult.Whole(response, EncryptedMessage.plain(response)),
                    EncryptedMessage.unprotect(EncryptedMessage.protect(response, responder), initiator));
        }
    }

    @ParameterizedTest
    @MethodSource("suites")
    void dropsWhateverWasChanged(Proposal suite) {
        MessageCrypter responder = crypter(suite, false);
        byte[] octets = EncryptedMessage.protect(message(true, 20), crypter(suite, true))
                .toArray();
        for (int i = 0; i < octets.length; i++) {
            byte[] changed = octets.clone();
            changed[i] ^= 0x40;
            assertInstanceOf(
                    DecodeResult.UnprotectedError.class,
                    EncryptedMessage.unprotect(Chunk.wrap(changed), responder),
                    "octet " + i);
        }
        for (int length = 0; length < octets.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(octets, length);
            if (length >= IkeHeader.OCTETS + 4) {
                cut[27] = (byte) length;
                cut[31] = (byte) (length - IkeHeader.OCTETS);
            }
            assertInstanceOf(
                    DecodeResult.UnprotectedError.class, EncryptedMessage.unprotect(Chunk.wrap(cut), responder));
        }
    }

    @Property(tries = 200)
    void decodesWhatItProtects(@ForAll("informationals") IkeMessage message) {
        Chunk octets = EncryptedMessage.protect(message, crypter(GCM, true));
        DecodeResult result = EncryptedMessage.unprotect(octets, crypter(GCM, false));
        if (result instanceof DecodeResult.Whole whole) {
            assertEquals(message, whole.message());
        } else {
            // the generator makes more notifies than the rules allow only if it makes more than 20
            throw new AssertionError(result);
        }
    }

    @Property(tries = 300)
    void reassemblesFragmentsOfAnySizeInAnyOrder(
            @ForAll("informationals") IkeMessage message,
            @ForAll @net.jqwik.api.constraints.IntRange(min = 100, max = 700) int limit,
            @ForAll long seed) {
        Proposal suite = seed % 2 == 0 ? CBC : GCM;
        List<Chunk> fragments =
                new ArrayList<>(EncryptedMessage.protectFragments(message, crypter(suite, true), limit));
        assertTrue(fragments.stream().allMatch(f -> f.length() <= limit));
        java.util.Collections.shuffle(fragments, new java.util.Random(seed));
        MessageCrypter responder = crypter(suite, false);
        FragmentBuffer buffer = new FragmentBuffer();
        DecodeResult last = null;
        for (Chunk fragment : fragments) {
            last = EncryptedMessage.unprotect(fragment, responder);
            if (last instanceof DecodeResult.Fragment part) {
                last = buffer.add(part, FragmentBuffer.MAX_OCTETS);
            }
        }
        assertEquals(new DecodeResult.Whole(message, EncryptedMessage.plain(message)), last);
    }

    @Property(tries = 2000)
    void neverThrowsForArbitraryInnerOctets(@ForAll byte[] inner, @ForAll byte first, @ForAll byte padding) {
        byte[] head =
                EncryptedMessage.protect(message(true, 0), crypter(GCM, true)).toArray();
        byte[] octets = java.util.Arrays.copyOf(head, 32 + 8 + inner.length + 1 + 16);
        octets[16] = 46;
        octets[26] = (byte) (octets.length >> 8);
        octets[27] = (byte) octets.length;
        octets[28] = first;
        octets[30] = (byte) ((octets.length - 28) >> 8);
        octets[31] = (byte) (octets.length - 28);
        System.arraycopy(inner, 0, octets, 40, inner.length);
        octets[40 + inner.length] = padding;
        crypter(GCM, true).seal(octets, 32, new byte[8]);
        DecodeResult result = EncryptedMessage.unprotect(Chunk.wrap(octets), crypter(GCM, false));
        assertTrue(
                result instanceof DecodeResult.Whole || result instanceof DecodeResult.ProtectedError,
                result.toString());
    }

    @Property(tries = 2000)
    void neverThrowsForArbitraryOctets(@ForAll byte[] octets) {
        assertInstanceOf(
                DecodeResult.UnprotectedError.class, EncryptedMessage.unprotect(Chunk.of(octets), crypter(GCM, false)));
    }

    @Test
    void neverRepeatsAnIv() {
        MessageCrypter gcm = crypter(GCM, true);
        MessageCrypter cbc = crypter(CBC, true);
        Chunk first = EncryptedMessage.protect(message(true, 3), gcm);
        Chunk second = EncryptedMessage.protect(message(true, 3), gcm);
        assertEquals(Chunk.ofHex("0000000000000001"), first.slice(32, 40));
        assertEquals(Chunk.ofHex("0000000000000002"), second.slice(32, 40));
        assertNotEquals(
                EncryptedMessage.protect(message(true, 3), cbc).slice(32, 48),
                EncryptedMessage.protect(message(true, 3), cbc).slice(32, 48));
    }

    @Test
    void dropsReflectedMessages() {
        MessageCrypter initiator = crypter(GCM, true);
        Chunk octets = EncryptedMessage.protect(message(true, 3), initiator);
        assertInstanceOf(DecodeResult.UnprotectedError.class, EncryptedMessage.unprotect(octets, initiator));
    }

    @Test
    void answersAuthenticMessagesThatAreWrong() {
        MessageCrypter initiator = crypter(GCM, true);
        MessageCrypter responder = crypter(GCM, false);
        IkeMessage critical = IkeMessage.builder(1, 2, ExchangeType.INFORMATIONAL)
                .initiatorFlag(true)
                .messageId(7)
                .add(new UnknownPayload(new PayloadType(201), true, Chunk.EMPTY))
                .build();
        DecodeResult.ProtectedError error = (DecodeResult.ProtectedError)
                EncryptedMessage.unprotect(EncryptedMessage.protect(critical, initiator), responder);
        assertEquals(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD, error.notifyType());
        assertEquals(Chunk.ofHex("c9"), error.data());
        assertEquals(7, error.header().messageId());
        IkeMessage auth = new IkeMessage(1, 2, ExchangeType.IKE_AUTH, true, false, 1, List.of());
        assertEquals(
                NotifyType.INVALID_SYNTAX,
                ((DecodeResult.ProtectedError)
                                EncryptedMessage.unprotect(EncryptedMessage.protect(auth, initiator), responder))
                        .notifyType());
    }

    @Test
    void refusesReadablePayloadsBesideTheEncryptedOne() {
        byte[] sealed =
                EncryptedMessage.protect(message(true, 0), crypter(GCM, true)).toArray();
        Chunk notify = Chunk.ofHex("2e000008" + "00004001");
        Chunk octets = Chunk.concat(Chunk.of(sealed, 0, 28), notify, Chunk.of(sealed, 28, sealed.length - 28));
        byte[] all = octets.toArray();
        all[16] = 41;
        all[27] = (byte) all.length;
        System.arraycopy(new byte[] {0, 0, 0, 4, 0}, 0, all, 48, 5); // an empty vendor ID, no padding
        crypter(GCM, true).seal(all, 40, new byte[8]);
        DecodeResult.ProtectedError error = assertInstanceOf(
                DecodeResult.ProtectedError.class, EncryptedMessage.unprotect(Chunk.wrap(all), crypter(GCM, false)));
        assertEquals("payload N outside of the encrypted payload", error.reason());
    }

    @Test
    void dropsUnprotectedMessages() {
        Chunk octets = IkeMessageCodec.encode(message(true, 3));
        assertInstanceOf(DecodeResult.UnprotectedError.class, EncryptedMessage.unprotect(octets, crypter(GCM, false)));
    }

    @Test
    void authenticatesTheSameOctetsForEveryCipherAndFragmentation() {
        // RFC 9242 section 3.3.2: lengths count neither IV nor padding nor ICV
        IkeMessage message = message(true, 5);
        Chunk plain = EncryptedMessage.plain(message);
        int inner = 4 + 5;
        assertEquals(28 + 4 + inner, plain.length());
        assertEquals(28 + 4 + inner, plain.at(27));
        assertEquals(4 + inner, plain.at(31));
        assertEquals(46, plain.at(16));
        assertEquals(43, plain.at(28));
    }

    @Test
    void keepsShortMessagesWhole() {
        IkeMessage message = message(true, 100);
        int whole = EncryptedMessage.protect(message, crypter(CBC, true)).length();
        assertEquals(
                1,
                EncryptedMessage.protectFragments(message, crypter(CBC, true), whole)
                        .size());
        assertEquals(
                2,
                EncryptedMessage.protectFragments(message, crypter(CBC, true), whole - 1)
                        .size());
        assertThrows(
                IllegalArgumentException.class,
                () -> EncryptedMessage.protectFragments(message, crypter(CBC, true), 60));
    }

    @Test
    void countsFragmentSizeLikeCharon() {
        assertEquals(1280 - 20 - 8, EncryptedMessage.maxOctets(1280, false, false));
        assertEquals(1280 - 40 - 8 - 4, EncryptedMessage.maxOctets(1280, true, true));
    }

    @Test
    void outlivesItsCryptoProviderButSaysSoMeanwhile() {
        MessageCrypter initiator = crypter(GCM, true);
        crypto.takeAway();
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> EncryptedMessage.protect(message(true, 1), initiator));
        assertTrue(e.getMessage().contains("AES_GCM_16_256"));
    }

    @Test
    void refusesProposalsWithoutIntegrity() {
        Proposal cipherOnly = proposal(TransformId.encr(Transforms.ENCR_AES_CBC, 256));
        assertThrows(IllegalArgumentException.class, () -> MessageCrypter.create(crypto, cipherOnly, keys(CBC), true));
    }

    @Test
    void wipesItsKeysOnly() {
        IkeKeys keys = keys(GCM);
        MessageCrypter crypter = MessageCrypter.create(crypto, GCM, keys, true);
        crypter.close();
        assertEquals(36, keys.skEi().reveal().length);
        assertThrows(IllegalStateException.class, () -> EncryptedMessage.protect(message(true, 1), crypter));
    }

    private MessageCrypter crypter(Proposal suite, boolean initiator) {
        return MessageCrypter.create(crypto, suite, keys(suite), initiator);
    }

    private IkeKeys keys(Proposal suite) {
        Chunk nonce = Chunk.of(new byte[32]);
        return IkeKeys.derive(crypto, suite, nonce, nonce, 1, 2, Secret.own(new byte[] {1}));
    }

    private static IkeMessage message(boolean initiator, int vendorOctets) {
        return IkeMessage.builder(1, 2, ExchangeType.INFORMATIONAL)
                .initiatorFlag(initiator)
                .response(!initiator)
                .messageId(3)
                .add(new VendorPayload(Chunk.of(new byte[vendorOctets])))
                .build();
    }
}
