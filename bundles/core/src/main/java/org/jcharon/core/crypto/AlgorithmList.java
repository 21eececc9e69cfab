// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.crypto;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jcharon.api.crypto.CryptoRegistry.Algorithm;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.HashFactory;
import org.jcharon.api.crypto.TransformFactory;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;

/** What can be used now, as strongSwan groups and names it. Tests what was not tested yet. */
final class AlgorithmList {

    /** Core's own, which need no plugin. */
    private static final String CORE = "charon";

    private final Map<String, Map<String, Algorithm>> kinds = new LinkedHashMap<>();

    private AlgorithmList() {}

    static List<Algorithm> of(
            Providers<TransformFactory, TransformId> transforms, Providers<HashFactory, HashAlgorithm> hashes) {
        AlgorithmList list = new AlgorithmList();
        for (String kind :
                List.of("encryption", "integrity", "aead", "hasher", "prf", "kdf", "ke", "rng", "nonce-gen")) {
            list.kinds.put(kind, new LinkedHashMap<>());
        }
        each(transforms, (entry, id) -> {
            String kind = kind(id);
            if (!kind.isEmpty()) {
                list.add(kind, name(id), entry.plugin());
            }
        });
        each(hashes, (entry, hash) -> {
            if (hash != HashAlgorithm.IDENTITY) {
                list.add("hasher", "HASH_" + hash.name(), entry.plugin());
            }
        });
        list.add("kdf", "KDF_PRF", CORE);
        list.add("kdf", "KDF_PRF_PLUS", CORE);
        for (String quality : List.of("RNG_WEAK", "RNG_STRONG", "RNG_TRUE")) {
            list.add("rng", quality, CORE);
        }
        list.add("nonce-gen", "NONCE_GEN", CORE);
        return list.kinds.values().stream()
                .flatMap(kind -> kind.values().stream())
                .toList();
    }

    private static <P, A> void each(Providers<P, A> providers, BiConsumer<Providers.Entry<P, A>, A> action) {
        for (Providers.Entry<P, A> entry : providers.all()) {
            for (A algorithm : entry.algorithms()) {
                if (providers.passes(entry, algorithm)) {
                    action.accept(entry, algorithm);
                }
            }
        }
    }

    /** The first provider is the one that is used. */
    private void add(String kind, String name, String plugin) {
        kinds.get(kind).putIfAbsent(name, new Algorithm(kind, name, plugin));
    }

    private static String kind(TransformId id) {
        if (id.type().equals(TransformType.ENCR)) {
            return id.isAead() ? "aead" : "encryption";
        }
        if (id.type().equals(TransformType.INTEG)) {
            return "integrity";
        }
        if (id.type().equals(TransformType.PRF)) {
            return "prf";
        }
        return id.type().equals(TransformType.KE) ? "ke" : "";
    }

    /** Without the key size, which strongSwan's list leaves out. */
    private static String name(TransformId id) {
        return new TransformId(id.type(), id.id()).toString();
    }
}
