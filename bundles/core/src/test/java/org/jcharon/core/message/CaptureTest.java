// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.keymat.AuthOctets;
import org.jcharon.core.keymat.IkeKeys;
import org.jcharon.core.keymat.PskAuth;
import org.jcharon.core.keymat.TestCrypto;
import org.jcharon.lib.testkit.Vectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Recorded exchanges of other daemons: each message decrypts, decodes, and is made again octet by octet. */
final class CaptureTest {

    private static final Path FOLDER = Path.of("../../../shared/vectors/captures");

    private final TestCrypto crypto = new TestCrypto();

    private static Vectors file(String name) throws IOException {
        if (!Files.isDirectory(FOLDER)) {
            abort("the captures are not part of the project and do not lie beside it (shared/vectors/captures)");
        }
        return Vectors.parse(Files.readString(FOLDER.resolve(name)));
    }

    @TestFactory
    Stream<DynamicTest> readsCapturesOfWholeExchanges() {
        return Stream.of(
                        "ikev2-decrypt-aes128ccm12.json",
                        "ikev2-decrypt-aes256cbc.json",
                        "ikev2-decrypt-aes256ccm16.json",
                        "psk_handshake_modp1024_cbc_sha1.json")
                .map(name -> DynamicTest.dynamicTest(name, () -> readsCapture(file(name))));
    }

    private void readsCapture(Vectors file) {
        Vectors keys = file.object("keys");
        Vectors suite = file.has("suite") ? file.object("suite") : keys;
        Proposal proposal = proposal(suite.text("encr"), suite.text("integ"));
        int encrypted = 0;
        for (Vectors c : file.list("cases")) {
            Chunk octets = c.octets("message");
            if (!c.has("decrypted")) {
                IkeMessage message = whole(IkeMessageCodec.decode(octets)).message();
                assertEquals(octets, IkeMessageCodec.encode(message));
                assertEquals(c.text("exchange"), message.exchangeType().toString());
                continue;
            }
            encrypted++;
            readsEncrypted(
                    c,
                    proposal,
                    new IkeKeys(
                            secret(keys, "SK_d"),
                            secret(keys, "SK_ai"),
                            secret(keys, "SK_ar"),
                            secret(keys, "SK_ei"),
                            secret(keys, "SK_er"),
                            secret(keys, "SK_pi"),
                            secret(keys, "SK_pr")));
        }
        assertEquals(2, encrypted);
    }

    @TestFactory
    Stream<DynamicTest> readsSingleMessages() throws IOException {
        return file("sk_skf_messages_aosp.json").list("cases").stream()
                .map(c -> DynamicTest.dynamicTest(c.text("name"), () -> {
                    Secret encr = secret(c, "SK_e");
                    Secret integ = secret(c, "SK_a");
                    Secret none = Secret.own(new byte[0]);
                    String mac = c.has("integ") ? c.text("integ") : "none";
                    readsEncrypted(
                            c, proposal(c.text("encr"), mac), new IkeKeys(none, integ, integ, encr, encr, none, none));
                }));
    }

    /** Decrypts a message, compares it, and encrypts what was decoded with the recorded IV and padding. */
    private void readsEncrypted(Vectors c, Proposal proposal, IkeKeys keys) {
        Chunk octets = c.octets("message");
        boolean initiator = (octets.at(19) & 0x08) != 0;
        DecodeResult result =
                EncryptedMessage.unprotect(octets, MessageCrypter.create(crypto, proposal, keys, !initiator));
        if (c.has("fragment")) {
            DecodeResult.Fragment fragment = assertInstanceOf(DecodeResult.Fragment.class, result);
            assertEquals(c.octets("decrypted"), fragment.plaintext());
            assertEquals(c.number("fragment"), fragment.number());
            assertEquals(c.number("total_fragments"), fragment.total());
            return;
        }
        DecodeResult.Whole whole = whole(result);
        IkeMessage message = whole.message();
        List<Vectors> inner = c.list("inner");
        assertEquals(inner.size(), message.payloads().size());
        for (int i = 0; i < inner.size(); i++) {
            assertEquals(
                    inner.get(i).number("type"),
                    message.payloads().get(i).type().value());
        }
        assertEquals(
                c.octets("decrypted"), whole.plain().slice(32, whole.plain().length()));
        assertEquals(whole.plain(), EncryptedMessage.plain(message));
        MessageCrypter sender = MessageCrypter.create(crypto, proposal, keys, initiator);
        Chunk padding = padding(octets, c, sender, proposal, keys);
        assertEquals(octets, EncryptedMessage.seal(message, c.octets("iv"), padding, sender));
    }

    /** The padding may be any octets: it is read from the recording. */
    private Chunk padding(Chunk octets, Vectors c, MessageCrypter sender, Proposal proposal, IkeKeys keys) {
        int length = c.number("pad_length");
        if (length == 0) {
            return Chunk.EMPTY;
        }
        byte[] copy = octets.toArray();
        MessageCrypter receiver = MessageCrypter.create(crypto, proposal, keys, !sender.isInitiator());
        try {
            int padded = receiver.open(copy, 32);
            return Chunk.of(copy, 32 + receiver.ivOctets() + padded - 1 - length, length);
        } catch (org.jcharon.api.crypto.IntegrityException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void authenticatesBothSidesOfARecordedHandshake() throws IOException {
        Vectors file = file("psk_handshake_modp1024_cbc_sha1.json");
        TransformId prf = TestCrypto.named(file.object("suite").text("prf"));
        List<TransformId> transforms = new ArrayList<>(
                proposal(file.object("suite").text("encr"), file.object("suite").text("integ"))
                        .transforms());
        transforms.add(prf);
        Proposal proposal = new Proposal(ProtocolId.IKE, transforms);
        IkeKeys keys = IkeKeys.derive(
                crypto,
                proposal,
                file.octets("Ni"),
                file.octets("Nr"),
                file.octets("spi_i").buffer().getLong(),
                file.octets("spi_r").buffer().getLong(),
                Secret.own(file.bytes("g_ir")));
        List<Vectors> cases = file.list("cases");
        for (int side = 0; side < 2; side++) {
            boolean initiator = side == 0;
            MessageCrypter receiver = MessageCrypter.create(crypto, proposal, keys, !initiator);
            IkeMessage auth = whole(
                            EncryptedMessage.unprotect(cases.get(2 + side).octets("message"), receiver))
                    .message();
            Chunk octets = AuthOctets.of(
                    crypto,
                    prf,
                    cases.get(side).octets("message"),
                    file.octets(initiator ? "Nr" : "Ni"),
                    initiator ? keys.skPi() : keys.skPr(),
                    auth.id(initiator).orElseThrow().body());
            assertEquals(cases.get(2 + side).octets("signed_octets"), octets);
            assertEquals(
                    PskAuth.compute(crypto, prf, Secret.own(file.bytes("psk")), octets),
                    auth.first(AuthPayload.class).orElseThrow().data());
        }
    }

    @TestFactory
    Stream<DynamicTest> readsUnprotectedMessagesOfCaptures() {
        return Stream.of("ikev2_nat_t.pcapng", "ikev2_notify_redirect.pcap", "ikev2four.pcap", "zeek_ipsec_client.pcap")
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    file(name.substring(0, name.indexOf('.')) + ".json");
                    int read = 0;
                    for (Chunk octets : messages(Files.readAllBytes(FOLDER.resolve(name)))) {
                        IkeMessage message =
                                whole(IkeMessageCodec.decode(octets)).message();
                        assertEquals(octets, IkeMessageCodec.encode(message), message.summary());
                        read++;
                    }
                    assertEquals(true, read >= 2, read + " messages");
                }));
    }

    /**
     * IKE_SA_INIT messages anywhere in a capture file: whatever looks like their header and carries a length that lies in the file.
     * This spares a reader for each of the formats and link types.
     */
    private static List<Chunk> messages(byte[] file) {
        List<Chunk> messages = new ArrayList<>();
        for (int at = 0; at + IkeHeader.OCTETS <= file.length; at++) {
            boolean init = file[at + 17] == 0x20 && file[at + 18] == 34 && (file[at + 16] == 33 || file[at + 16] == 41);
            boolean flags = file[at + 19] == 0x08 || file[at + 19] == 0x20;
            boolean first = file[at + 20] == 0 && file[at + 21] == 0 && file[at + 22] == 0 && file[at + 23] == 0;
            int length = (file[at + 24] & 0xFF) << 24
                    | (file[at + 25] & 0xFF) << 16
                    | (file[at + 26] & 0xFF) << 8
                    | (file[at + 27] & 0xFF);
            if (init && flags && first && length > IkeHeader.OCTETS && length <= file.length - at) {
                messages.add(Chunk.of(file, at, length));
            }
        }
        return messages;
    }

    private static DecodeResult.Whole whole(DecodeResult result) {
        return assertInstanceOf(DecodeResult.Whole.class, result, result::toString);
    }

    private static Proposal proposal(String encr, String integ) {
        List<TransformId> transforms = new ArrayList<>(List.of(TestCrypto.named(encr)));
        Optional.of(integ)
                .filter(name -> !name.equals("none"))
                .map(TestCrypto::named)
                .ifPresent(transforms::add);
        return new Proposal(ProtocolId.IKE, transforms);
    }

    private static Secret secret(Vectors c, String name) {
        return Secret.own(c.has(name) ? c.bytes(name) : new byte[0]);
    }
}
