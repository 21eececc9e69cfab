// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.proposal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProposalException;
import org.jcharon.api.crypto.ProposalParser;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.wire.Chunk;
import org.junit.jupiter.api.Test;

class ProposalSelectorTest {

    private static final TransformId NO_INTEGRITY = TransformId.integ(Transforms.AUTH_NONE);

    private static final List<TransformId> ESP_TRANSFORMS = List.of(
            TransformId.encr(Transforms.ENCR_AES_CBC, 128),
            TransformId.encr(Transforms.ENCR_AES_CBC, 256),
            TransformId.encr(Transforms.ENCR_AES_GCM_16, 128),
            TransformId.encr(Transforms.ENCR_CHACHA20_POLY1305, 256),
            NO_INTEGRITY,
            TransformId.integ(Transforms.AUTH_HMAC_SHA2_256_128),
            TransformId.integ(Transforms.AUTH_HMAC_SHA2_512_256),
            TransformId.ke(Transforms.KE_NONE),
            TransformId.ke(Transforms.CURVE_25519),
            TransformId.ke(Transforms.ECP_256),
            TransformId.esn(false),
            TransformId.esn(true));

    /** Whatever a peer may put together, sense or nonsense. */
    @Provide
    Arbitrary<List<Proposal>> esp() {
        Arbitrary<Proposal> one = Arbitraries.of(ESP_TRANSFORMS)
                .list()
                .uniqueElements()
                .ofMinSize(1)
                .ofMaxSize(8)
                .map(transforms -> new Proposal(ProtocolId.ESP, transforms));
        return one.list().ofMinSize(1).ofMaxSize(4).map(ProposalSelectorTest::numbered);
    }

    private static List<Proposal> numbered(List<Proposal> proposals) {
        List<Proposal> numbered = new ArrayList<>();
        proposals.forEach(p -> numbered.add(p.withNumber(numbered.size() + 1).withSpi(Chunk.ofHex("c0000001"))));
        return numbered;
    }

    private static Proposal parse(ProtocolId protocol, String text) {
        try {
            return ProposalParser.parse(protocol, text).withNumber(1);
        } catch (ProposalException e) {
            throw new AssertionError(e);
        }
    }

    @Property
    void choosesOneOfEachTypeThatBothHave(
            @ForAll("esp") List<Proposal> configured, @ForAll("esp") List<Proposal> offered) {
        Optional<Proposal> choice = ProposalSelector.select(configured, offered);
        choice.ifPresent(chosen -> {
            Proposal offer = offered.get(chosen.number() - 1);
            assertEquals(offer.spi(), chosen.spi());
            assertTrue(offer.transforms().containsAll(chosen.transforms()), chosen + " of " + offer);
            assertEquals(
                    chosen.transforms().size(),
                    chosen.transforms().stream()
                            .map(TransformId::type)
                            .collect(Collectors.toSet())
                            .size());
            assertTrue(configured.stream()
                    .anyMatch(ours -> chosen.transforms().stream()
                            .allMatch(t -> t.id() == 0 || ours.transforms().contains(t))));
        });
    }

    @Property
    void takesNoEspWithoutIntegrity(@ForAll("esp") List<Proposal> configured, @ForAll("esp") List<Proposal> offered) {
        ProposalSelector.select(configured, offered).ifPresent(chosen -> {
            TransformId encryption = chosen.first(TransformType.ENCR).orElse(TransformId.encr(Transforms.ENCR_NULL, 0));
            Optional<TransformId> integrity = chosen.first(TransformType.INTEG).filter(t -> !t.equals(NO_INTEGRITY));
            assertEquals(encryption.isAead(), integrity.isEmpty(), chosen.toString());
        });
    }

    @Property
    void theInitiatorAcceptsWhatTheResponderChooses(
            @ForAll("esp") List<Proposal> configured, @ForAll("esp") List<Proposal> offered) {
        ProposalSelector.select(configured, offered)
                .ifPresent(chosen -> assertTrue(ProposalSelector.isChoiceOf(chosen, offered), chosen.toString()));
    }

    @Property
    void theInitiatorAcceptsNothingThatItDidNotOffer(
            @ForAll("esp") List<Proposal> offered, @ForAll("esp") List<Proposal> answers) {
        for (Proposal answer : answers) {
            if (ProposalSelector.isChoiceOf(answer, offered)) {
                // "none" may be said or left out
                Proposal offer = offered.get(answer.number() - 1);
                assertTrue(answer.transforms().stream()
                        .allMatch(t -> t.id() == 0 || offer.transforms().contains(t)));
            }
        }
    }

    @Test
    void prefersOurOrderToThePeers() {
        Proposal ours = parse(ProtocolId.IKE, "aes256-aes128-sha512-sha256-ecp384-ecp256");
        Proposal theirs = parse(ProtocolId.IKE, "aes128-aes256-sha256-sha512-ecp256-ecp384");
        Proposal chosen =
                ProposalSelector.select(List.of(ours), List.of(theirs)).orElseThrow();
        assertEquals(256, chosen.first(TransformType.ENCR).orElseThrow().keyBits());
        assertEquals(20, chosen.first(TransformType.KE).orElseThrow().id());
    }

    @Test
    void takesTheFirstOfOursThatFits() {
        List<Proposal> ours = List.of(
                parse(ProtocolId.ESP, "chacha20poly1305"),
                parse(ProtocolId.ESP, "aes256gcm16").withNumber(2));
        List<Proposal> theirs = List.of(
                parse(ProtocolId.ESP, "aes256gcm16"),
                parse(ProtocolId.ESP, "chacha20poly1305").withNumber(2));
        assertEquals(2, ProposalSelector.select(ours, theirs).orElseThrow().number());
    }

    @Test
    void refusesAnAnswerWithTwoTransformsOfAType() {
        Proposal offer = parse(ProtocolId.ESP, "aes128-aes256-sha256");
        assertFalse(ProposalSelector.isChoiceOf(offer, List.of(offer)));
    }

    @Test
    void refusesAnAnswerUnderAnotherNumberOrProtocol() {
        Proposal offer = parse(ProtocolId.ESP, "aes128-sha256");
        assertTrue(ProposalSelector.isChoiceOf(offer, List.of(offer)));
        assertFalse(ProposalSelector.isChoiceOf(offer.withNumber(2), List.of(offer)));
        Proposal ah = new Proposal(1, ProtocolId.AH, offer.spi(), offer.transforms());
        assertFalse(ProposalSelector.isChoiceOf(ah, List.of(offer)));
    }

    @Test
    void doesNotMixTransformsOfTwoProposals() {
        List<Proposal> offered = List.of(
                parse(ProtocolId.ESP, "aes128-sha256"),
                parse(ProtocolId.ESP, "aes256-sha512").withNumber(2));
        assertTrue(ProposalSelector.select(List.of(parse(ProtocolId.ESP, "aes128-sha512")), offered)
                .isEmpty());
    }

    private static final String BASE = "aes128gcm16-prfsha256-";

    private static List<Integer> methods(String ours, String theirs) {
        return ProposalSelector.select(
                        List.of(parse(ProtocolId.IKE, BASE + ours)), List.of(parse(ProtocolId.IKE, BASE + theirs)))
                .map(chosen -> chosen.transforms().stream()
                        .filter(t ->
                                t.type().equals(TransformType.KE) || t.type().isAdditionalKe())
                        .map(TransformId::id)
                        .toList())
                .orElse(List.of());
    }

    /** RFC 9370 section 2.2.1, in our order as far as that leaves a method for every type. */
    @Test
    void choosesNoKeyExchangeMethodTwice() {
        assertEquals(List.of(31, 36), methods("x25519-ke1_x25519-ke1_mlkem768", "x25519-ke1_mlkem768-ke1_x25519"));
        assertEquals(List.of(19, 31), methods("x25519-ecp256-ke1_x25519", "ecp256-x25519-ke1_x25519"));
        assertEquals(
                List.of(35, 31, 19),
                methods(
                        "x25519-ecp256-mlkem512-ke1_x25519-ke1_ecp256-ke2_ecp256",
                        "mlkem512-ecp256-x25519-ke1_ecp256-ke1_x25519-ke2_ecp256"));
        assertEquals(List.of(), methods("x25519-ecp256-ke1_x25519-ke2_ecp256", "x25519-ecp256-ke1_x25519-ke2_ecp256"));
    }

    @Test
    void refusesAnAnswerWithAKeyExchangeMethodTwice() {
        Proposal offer = parse(ProtocolId.IKE, BASE + "x25519-ecp256-ke1_x25519");
        assertTrue(ProposalSelector.isChoiceOf(parse(ProtocolId.IKE, BASE + "ecp256-ke1_x25519"), List.of(offer)));
        assertFalse(ProposalSelector.isChoiceOf(parse(ProtocolId.IKE, BASE + "x25519-ke1_x25519"), List.of(offer)));
    }

    /** The search must end soon however many methods both sides name in vain. */
    @Test
    void givesUpSoonWhereThereAreTooFewMethods() {
        StringBuilder text = new StringBuilder("aes128gcm16-prfsha256");
        List<String> seven = List.of("x25519", "ecp256", "ecp384", "ecp521", "x448", "mlkem512", "mlkem768");
        seven.forEach(method -> text.append('-').append(method));
        for (int type = 1; type <= 7; type++) {
            for (String method : seven) {
                text.append("-ke").append(type).append('_').append(method);
            }
        }
        List<Proposal> both = List.of(parse(ProtocolId.IKE, text.toString()));
        assertTrue(ProposalSelector.select(both, both).isEmpty());
        assertTrue(ProposalSelector.mismatch(both, both).contains("twice"), ProposalSelector.mismatch(both, both));
    }

    @Test
    void saysInWhatTwoSidesDoNotAgree() {
        String reason = ProposalSelector.mismatch(
                List.of(parse(ProtocolId.ESP, "aes128-sha256")), List.of(parse(ProtocolId.ESP, "aes128-sha512")));
        assertTrue(reason.contains("SHA2_256") && reason.contains("SHA2_512"), reason);
    }
}
