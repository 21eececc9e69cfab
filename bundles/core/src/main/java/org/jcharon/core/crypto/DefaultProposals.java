// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.crypto;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;

/**
 * The proposals that the keyword {@code default} stands for: strongSwan's, as far as a provider has the algorithms, and without SHA-1
 * and without MODP below 2048 bits. Post-quantum methods are not among them: they belong into an additional key exchange
 * (RFC 9370), which is configured. Any thread; asks the registry on each call, as providers come and go.
 */
public final class DefaultProposals {

    private static final List<TransformId> CLASSIC = Preferences.encr(12, 13);
    private static final List<TransformId> AEAD = Preferences.encr(20, 16, 28, 19, 18, 15, 14);
    private static final List<TransformId> PRF = Preferences.list(TransformType.PRF, 5, 6, 7, 4, 8);
    private static final List<TransformId> INTEG = Preferences.list(TransformType.INTEG, 12, 13, 14, 5, 8);
    private static final List<TransformId> KE =
            Preferences.list(TransformType.KE, 31, 19, 20, 21, 28, 29, 30, 32, 15, 16, 17, 18, 14);
    private static final List<TransformId> ESP_AEAD = Preferences.encr(20);
    private static final List<TransformId> ESP_CLASSIC = Preferences.encr(12);
    private static final List<TransformId> ESP_INTEG = Preferences.list(TransformType.INTEG, 12, 13, 14, 5);

    private final CryptoRegistry crypto;

    /** Proposals of what {@code crypto} has. */
    public DefaultProposals(CryptoRegistry crypto) {
        this.crypto = crypto;
    }

    /** For an IKE_SA: one proposal with classic ciphers, one with AEAD; each only if it is complete. */
    public List<Proposal> ike() {
        return numbered(
                complete(ProtocolId.IKE, List.of(), CLASSIC, INTEG, PRF, KE),
                complete(ProtocolId.IKE, List.of(), AEAD, PRF, KE));
    }

    /** For ESP: AES-GCM, then AES-CBC; a key exchange or none, no extended sequence numbers. */
    public List<Proposal> esp() {
        return numbered(
                complete(ProtocolId.ESP, tail(), ESP_AEAD), complete(ProtocolId.ESP, tail(), ESP_CLASSIC, ESP_INTEG));
    }

    /** For AH: the integrity transforms of ESP. */
    public List<Proposal> ah() {
        return numbered(complete(ProtocolId.AH, tail(), ESP_INTEG));
    }

    private List<TransformId> tail() {
        List<TransformId> tail =
                new ArrayList<>(KE.stream().filter(crypto::supports).toList());
        tail.add(TransformId.ke(0));
        tail.add(TransformId.esn(false));
        return tail;
    }

    @SafeVarargs
    private Optional<Proposal> complete(ProtocolId protocol, List<TransformId> tail, List<TransformId>... kinds) {
        List<TransformId> all = new ArrayList<>();
        for (List<TransformId> kind : kinds) {
            List<TransformId> known = kind.stream().filter(crypto::supports).toList();
            if (known.isEmpty()) {
                return Optional.empty();
            }
            all.addAll(known);
        }
        all.addAll(tail);
        return Optional.of(new Proposal(protocol, all));
    }

    @SafeVarargs
    private static List<Proposal> numbered(Optional<Proposal>... proposals) {
        List<Proposal> all = new ArrayList<>();
        for (Optional<Proposal> proposal : proposals) {
            proposal.ifPresent(p -> all.add(p.withNumber(all.size() + 1)));
        }
        return List.copyOf(all);
    }
}
