// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.AuthMethod;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.settings.Nearest;

/**
 * The value of {@code auth}: {@code psk}, {@code eap-…}, {@code pubkey}, limits on the trust chain such as {@code rsa-2048-sha256}, and
 * limits on signatures after {@code ike:}. Without the latter those on the trust chain count for signatures too, as in strongSwan.
 * Throws {@link IllegalArgumentException} with what is wrong.
 */
final class AuthValue {

    private static final Map<String, HashAlgorithm> HASHES = Map.of(
            "sha1", HashAlgorithm.SHA1,
            "sha256", HashAlgorithm.SHA2_256,
            "sha384", HashAlgorithm.SHA2_384,
            "sha512", HashAlgorithm.SHA2_512);
    private static final List<String> KEYS = List.of("pubkey", "rsa", "ecdsa", "ed25519", "ed448");

    /** As strongSwan names them. */
    private static final List<String> EAP_METHODS = List.of(
            "aka", "dynamic", "gtc", "md5", "mschapv2", "otp", "peap", "pt", "radius", "sim", "tls", "tnc", "ttls");

    /** RFC 3748 section 5: a type of one octet, or of four under a vendor of three. */
    private static final Pattern EAP_NUMBER = Pattern.compile("\\d{1,3}|\\d{1,10}-\\d{1,8}");

    private AuthValue() {}

    static void apply(String text, AuthConfig.Builder auth) {
        String value = text.trim().toLowerCase(Locale.ROOT);
        if (value.startsWith("xauth")) {
            throw new IllegalArgumentException("'" + value + "' belongs to IKEv1, which is not supported");
        }
        if (value.equals("psk")) {
            auth.method(AuthMethod.PSK);
        } else if (value.equals("eap") || value.startsWith("eap-")) {
            eap(value, auth);
        } else {
            auth.method(AuthMethod.PUBKEY);
            signatures(value, auth);
        }
    }

    private static void eap(String value, AuthConfig.Builder auth) {
        int colon = value.indexOf(':');
        String method = colon < 0 ? value : value.substring(0, colon);
        String name = method.length() > 4 ? method.substring(4) : "";
        if (!name.isEmpty()
                && !EAP_METHODS.contains(name)
                && !EAP_NUMBER.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name + "' is no EAP method; known are "
                    + String.join(", ", EAP_METHODS) + ", and a type's number with that of a vendor after a dash"
                    + Nearest.hint(name, EAP_METHODS));
        }
        auth.method(AuthMethod.EAP).eapMethod(name);
        if (colon >= 0) {
            List<String> limits = new ArrayList<>();
            new Tokens(value.substring(colon + 1)).limits(limits);
            auth.trustConstraints(limits);
        }
    }

    private static void signatures(String value, AuthConfig.Builder auth) {
        List<String> chain = new ArrayList<>();
        Set<SignatureScheme> forChain = new LinkedHashSet<>();
        Set<SignatureScheme> forIke = new LinkedHashSet<>();
        for (String part : value.split(",", -1)) {
            String limits = part.trim();
            if (limits.startsWith("ike:")) {
                new Tokens(limits.substring(4)).schemes(forIke);
            } else if (!limits.equals("pubkey")) {
                Tokens tokens = new Tokens(limits);
                tokens.limits(chain);
                tokens.schemes(forChain);
            }
        }
        auth.trustConstraints(chain).signatureSchemes(List.copyOf(forIke.isEmpty() ? forChain : forIke));
    }

    /** One list of key types, strengths and hashes. */
    private static final class Tokens {

        private final List<String> keys = new ArrayList<>();
        private final List<String> strengths = new ArrayList<>();
        private final List<HashAlgorithm> hashes = new ArrayList<>();
        private final List<String> hashNames = new ArrayList<>();

        Tokens(String text) {
            for (String token : text.split("-", -1)) {
                if (KEYS.contains(token) || token.equals("rsa/pss") || token.equals("rsa/pkcs1")) {
                    keys.add(token);
                } else if (HASHES.containsKey(token)) {
                    hashes.add(HASHES.get(token));
                    hashNames.add(token);
                } else if (!keys.isEmpty() && token.matches("\\d{2,5}")) {
                    strengths.add(keys.get(keys.size() - 1) + "-" + token);
                } else {
                    throw new IllegalArgumentException(
                            "'" + token
                                    + "' is not a way to authenticate: psk, eap-NAME, pubkey, rsa, ecdsa, ed25519, ed448, a key size or a hash");
                }
            }
        }

        void limits(List<String> into) {
            for (String key : keys) {
                boolean sized = strengths.stream().anyMatch(strength -> strength.startsWith(key + "-"));
                if (!sized && !key.equals("pubkey")) {
                    into.add(key);
                }
            }
            into.addAll(strengths);
            into.addAll(hashNames);
        }

        void schemes(Set<SignatureScheme> into) {
            List<HashAlgorithm> order = hashes.isEmpty()
                    ? List.of(HashAlgorithm.SHA2_256, HashAlgorithm.SHA2_384, HashAlgorithm.SHA2_512)
                    : hashes;
            List<String> kinds = keys.isEmpty() ? List.of("pubkey") : keys;
            boolean found = false;
            for (HashAlgorithm hash : order) {
                for (SignatureScheme scheme : SignatureScheme.values()) {
                    boolean hashed = scheme.hash().equals(hash) || scheme.hash().equals(HashAlgorithm.IDENTITY);
                    if (hashed
                            && !scheme.algorithmIdentifier().isEmpty()
                            && kinds.stream().anyMatch(kind -> fits(kind, scheme))) {
                        into.add(scheme);
                        found = true;
                    }
                }
            }
            if (!found) { // or it would be taken for no limit at all
                throw new IllegalArgumentException("no signature scheme is known for " + kinds + " with " + order);
            }
        }

        private static boolean fits(String kind, SignatureScheme scheme) {
            boolean pss = scheme.name().startsWith("RSA_PSS");
            return switch (kind) {
                case "pubkey" -> true;
                case "rsa" -> scheme.keyType() == KeyType.RSA;
                case "rsa/pss" -> pss;
                case "rsa/pkcs1" -> scheme.keyType() == KeyType.RSA && !pss;
                case "ecdsa" -> scheme.keyType() == KeyType.ECDSA;
                case "ed25519" -> scheme.keyType() == KeyType.ED25519;
                case "ed448" -> scheme.keyType() == KeyType.ED448;
                default -> false;
            };
        }
    }
}
