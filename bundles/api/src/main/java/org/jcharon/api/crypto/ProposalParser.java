// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jcharon.api.settings.Nearest;

/**
 * Reads strongSwan's proposal keywords, such as {@code aes256-sha256-x25519} or {@code aes256gcm16-prfsha384-x25519-ke1_mlkem768}.
 * Whether a plugin provides the algorithms is not asked here. Any thread.
 */
public final class ProposalParser {

    private static final int MAX_KEYWORDS = 255;
    private static final Map<String, TransformId> KEYWORDS = keywords();
    private static final Map<Integer, Integer> PRF_OF_INTEGRITY = Map.of(
            1, 1,
            2, Transforms.PRF_HMAC_SHA1,
            5, Transforms.PRF_AES128_XCBC,
            6, 1,
            7, Transforms.PRF_HMAC_SHA1,
            8, Transforms.PRF_AES128_CMAC,
            12, Transforms.PRF_HMAC_SHA2_256,
            13, Transforms.PRF_HMAC_SHA2_384,
            14, Transforms.PRF_HMAC_SHA2_512,
            1026, Transforms.PRF_HMAC_SHA2_256);

    private ProposalParser() {}

    /**
     * Reads one proposal. {@code default} is no keyword here.
     *
     * <p>IKE: a PRF that is not named follows from the integrity algorithms; {@code none} as key exchange is not possible. ESP: PRFs are ignored, as
     * strongSwan does, so that one text can serve both. ESP and AH: without {@code esn} or {@code noesn}, {@code noesn} is meant.
     *
     * @param protocol {@link ProtocolId#IKE}, {@link ProtocolId#ESP} or {@link ProtocolId#AH}
     * @throws ProposalException if a keyword is unknown or given twice, or something is missing or does not fit the protocol
     */
    public static Proposal parse(ProtocolId protocol, String text) throws ProposalException {
        String[] words = text.trim().toLowerCase(Locale.ROOT).split("-", -1);
        if (words.length > MAX_KEYWORDS) {
            throw new ProposalException("proposal with more than " + MAX_KEYWORDS + " keywords");
        }
        List<TransformId> transforms = new ArrayList<>();
        for (String word : words) {
            TransformId transform = keyword(word, text);
            if (transforms.contains(transform)) {
                throw new ProposalException("proposal '" + text + "' names " + transform + " twice");
            }
            transforms.add(transform);
        }
        return new Proposal(protocol, new Checked(protocol, text, transforms).complete());
    }

    /**
     * strongSwan's default proposals of a protocol, strongest first, whatever the plugins at hand provide: the caller takes out what
     * nobody does.
     */
    public static List<Proposal> defaults(ProtocolId protocol) {
        return DefaultProposals.of(protocol);
    }

    private static TransformId keyword(String word, String text) throws ProposalException {
        TransformType additional = null;
        String name = word;
        if (word.length() > 4
                && word.startsWith("ke")
                && word.charAt(3) == '_'
                && "1234567".indexOf(word.charAt(2)) >= 0) {
            additional = TransformType.additionalKe(word.charAt(2) - '0');
            name = word.substring(4);
        }
        TransformId transform = KEYWORDS.get(name);
        if (transform == null || (additional != null && !transform.type().equals(TransformType.KE))) {
            throw new ProposalException(
                    "proposal '" + text + "': unknown keyword '" + word + "'" + Nearest.hint(name, KEYWORDS.keySet()));
        }
        return additional == null ? transform : new TransformId(additional, transform.id());
    }

    /** What a protocol demands of the transforms of a proposal. */
    private record Checked(ProtocolId protocol, String text, List<TransformId> given) {

        List<TransformId> complete() throws ProposalException {
            List<TransformId> all = new ArrayList<>(given);
            boolean aead = all.stream().anyMatch(TransformId::isAead);
            boolean classic = has(all, TransformType.ENCR) && all.stream().anyMatch(Checked::isClassic);
            if (aead && classic) {
                throw bad("mixes AEAD and other ciphers, which need proposals of their own");
            }
            if (protocol.equals(ProtocolId.AH)) {
                authenticationOnly(all);
            } else {
                encrypted(all, aead);
            }
            if (protocol.equals(ProtocolId.IKE)) {
                ike(all);
            } else {
                all.removeIf(transform -> transform.type().equals(TransformType.PRF));
                if (!has(all, TransformType.ESN)) {
                    all.add(TransformId.esn(false));
                }
            }
            if (all.stream().anyMatch(t -> t.type().isAdditionalKe())
                    && all.stream().noneMatch(t -> t.type().equals(TransformType.KE) && t.id() != Transforms.KE_NONE)) {
                throw bad("has an additional key exchange, but no first one (RFC 9370 section 2.2.2)");
            }
            return all;
        }

        private void authenticationOnly(List<TransformId> all) throws ProposalException {
            if (has(all, TransformType.ENCR)) {
                throw bad("is for AH, which does not encrypt");
            }
            if (!has(all, TransformType.INTEG)) {
                throw bad("has no integrity algorithm");
            }
        }

        private void encrypted(List<TransformId> all, boolean aead) throws ProposalException {
            if (!has(all, TransformType.ENCR)) {
                throw bad("has no encryption algorithm");
            }
            if (aead && has(all, TransformType.INTEG)) {
                // strongSwan takes it as the PRF's hint; RFC 7296 section 3.3.3 forbids the combination on the wire
                if (protocol.equals(ProtocolId.IKE) && !has(all, TransformType.PRF)) {
                    throw bad("has an AEAD cipher with an integrity algorithm; name a PRF instead, such as prfsha256");
                }
                all.removeIf(transform -> transform.type().equals(TransformType.INTEG));
            }
            if (!aead && !has(all, TransformType.INTEG)) {
                throw bad("has no integrity algorithm, which encryption without AEAD needs (RFC 8221 section 4)");
            }
        }

        private void ike(List<TransformId> all) throws ProposalException {
            if (has(all, TransformType.ESN)) {
                throw bad("has esn or noesn, which only ESP and AH know");
            }
            if (all.stream().anyMatch(t -> t.type().equals(TransformType.ENCR) && t.id() == Transforms.ENCR_NULL)) {
                throw bad("has null encryption, which IKE must not use (RFC 8247 section 2.1)");
            }
            if (!has(all, TransformType.PRF)) {
                for (TransformId transform : List.copyOf(all)) {
                    Integer prf =
                            transform.type().equals(TransformType.INTEG) ? PRF_OF_INTEGRITY.get(transform.id()) : null;
                    if (prf != null && !all.contains(TransformId.prf(prf))) {
                        all.add(TransformId.prf(prf));
                    }
                }
            }
            if (!has(all, TransformType.PRF)) {
                throw bad("names no PRF, such as prfsha256, which AEAD ciphers need for IKE");
            }
            all.removeIf(t -> t.type().equals(TransformType.KE) && t.id() == Transforms.KE_NONE);
            if (!has(all, TransformType.KE)) {
                throw bad("names no key exchange, such as x25519, which IKE needs");
            }
        }

        private static boolean isClassic(TransformId transform) {
            return transform.type().equals(TransformType.ENCR) && !transform.isAead();
        }

        private static boolean has(List<TransformId> transforms, TransformType type) {
            return transforms.stream().anyMatch(transform -> transform.type().equals(type));
        }

        private ProposalException bad(String what) {
            return new ProposalException(protocol + " proposal '" + text + "' " + what);
        }
    }

    private static Map<String, TransformId> keywords() {
        Map<String, TransformId> all = new LinkedHashMap<>();
        encryption(all);
        numbers(
                all,
                TransformType.INTEG,
                "md5=1 md5_128=6 sha1=2 sha=2 sha1_160=7 aesxcbc=5 aescmac=8 sha256=12 sha2_256=12 sha384=13 sha2_384=13"
                        + " sha512=14 sha2_512=14 sha256_96=1026 sha2_256_96=1026");
        numbers(
                all,
                TransformType.PRF,
                "prfmd5=1 prfsha1=2 prfaesxcbc=4 prfsha256=5 prfsha384=6 prfsha512=7 prfaescmac=8");
        numbers(
                all,
                TransformType.KE,
                "none=0 modpnone=0 modp768=1 modp1024=2 modp1536=5 modp2048=14 modp3072=15 modp4096=16 modp6144=17"
                        + " modp8192=18 ecp256=19 ecp384=20 ecp521=21 modp1024s160=22 modp2048s224=23 modp2048s256=24"
                        + " ecp192=25 ecp224=26 ecp224bp=27 ecp256bp=28 ecp384bp=29 ecp512bp=30 curve25519=31 x25519=31"
                        + " curve448=32 x448=32 gost256=33 gost512=34 mlkem512=35 mlkem768=36 mlkem1024=37");
        all.put("esn", TransformId.esn(true));
        all.put("noesn", TransformId.esn(false));
        return Map.copyOf(all);
    }

    private static void encryption(Map<String, TransformId> all) {
        all.put("des", TransformId.encr(2, 0));
        all.put("3des", TransformId.encr(Transforms.ENCR_3DES, 0));
        all.put("null", TransformId.encr(Transforms.ENCR_NULL, 0));
        all.put("chacha20poly1305", TransformId.encr(Transforms.ENCR_CHACHA20_POLY1305, 0));
        all.put("cast128", TransformId.encr(6, 128));
        all.put("aes", TransformId.encr(Transforms.ENCR_AES_CBC, 128));
        all.put("camellia", TransformId.encr(23, 128));
        for (int bits : new int[] {128, 192, 256}) {
            all.put("aes" + bits, TransformId.encr(Transforms.ENCR_AES_CBC, bits));
            all.put("aes" + bits + "ctr", TransformId.encr(Transforms.ENCR_AES_CTR, bits));
            all.put("aes" + bits + "gmac", TransformId.encr(21, bits));
            all.put("camellia" + bits, TransformId.encr(23, bits));
            all.put("camellia" + bits + "ctr", TransformId.encr(24, bits));
            icv(all, "aes" + bits + "ccm", Transforms.ENCR_AES_CCM_8, bits);
            icv(all, "aes" + bits + "gcm", Transforms.ENCR_AES_GCM_8, bits);
            icv(all, "camellia" + bits + "ccm", 25, bits);
            all.put("blowfish" + bits, TransformId.encr(7, bits));
            all.put("serpent" + bits, TransformId.encr(1026, bits));
            all.put("twofish" + bits, TransformId.encr(1027, bits));
        }
    }

    /** ICVs of 8, 12 and 16 octets have consecutive numbers and are written in octets or bits; none written means 16. */
    private static void icv(Map<String, TransformId> all, String prefix, int first, int bits) {
        for (int i = 0; i < 3; i++) {
            int octets = 8 + 4 * i;
            TransformId transform = TransformId.encr(first + i, bits);
            all.put(prefix + octets, transform);
            all.put(prefix + octets * 8, transform);
        }
        all.put(prefix, TransformId.encr(first + 2, bits));
    }

    private static void numbers(Map<String, TransformId> all, TransformType type, String table) {
        for (String entry : table.split(" ")) {
            int equals = entry.indexOf('=');
            all.put(entry.substring(0, equals), new TransformId(type, Integer.parseInt(entry.substring(equals + 1))));
        }
    }

    /** The defaults as lists of numbers. */
    private static final class DefaultProposals {

        private static final int[] BITS = {128, 192, 256};
        private static final int[] INTEG = {12, 13, 14, 2, 5};
        private static final int[] KE = {31, 19, 20, 21, 32, 28, 29, 30, 15, 16, 17, 18, 14};

        static List<Proposal> of(ProtocolId protocol) {
            if (protocol.equals(ProtocolId.IKE)) {
                Stream<TransformId> common =
                        Stream.concat(IntStream.of(5, 6, 7, 4, 8, 2).mapToObj(TransformId::prf), ke());
                List<TransformId> tail = common.toList();
                return List.of(
                        proposal(
                                protocol,
                                List.of(
                                        sized(12, 13, 23, 24),
                                        Stream.of(TransformId.encr(Transforms.ENCR_3DES, 0)),
                                        IntStream.of(12, 13, 14, 5, 8, 2).mapToObj(TransformId::integ),
                                        tail.stream())),
                        proposal(
                                protocol,
                                List.of(
                                        sized(20, 16, 27),
                                        Stream.of(TransformId.encr(Transforms.ENCR_CHACHA20_POLY1305, 0)),
                                        sized(19, 18, 15, 14, 26, 25),
                                        tail.stream())));
            }
            // the last method is none: without a key exchange in CREATE_CHILD_SA a peer is served too
            List<TransformId> tail = Stream.concat(
                            Stream.concat(ke(), Stream.of(TransformId.ke(Transforms.KE_NONE))),
                            Stream.of(TransformId.esn(false)))
                    .toList();
            Stream<TransformId> integrity = IntStream.of(INTEG).mapToObj(TransformId::integ);
            if (protocol.equals(ProtocolId.AH)) {
                return List.of(proposal(protocol, List.of(integrity, tail.stream())));
            }
            return List.of(
                    proposal(protocol, List.of(sized(20), tail.stream())),
                    proposal(protocol, List.of(sized(12), integrity, tail.stream())));
        }

        private static Stream<TransformId> ke() {
            return IntStream.of(KE).mapToObj(TransformId::ke);
        }

        private static Stream<TransformId> sized(int... ciphers) {
            return IntStream.of(ciphers)
                    .boxed()
                    .flatMap(id -> IntStream.of(BITS).mapToObj(bits -> TransformId.encr(id, bits)));
        }

        private static Proposal proposal(ProtocolId protocol, List<Stream<TransformId>> parts) {
            return new Proposal(protocol, parts.stream().flatMap(part -> part).toList());
        }
    }
}
