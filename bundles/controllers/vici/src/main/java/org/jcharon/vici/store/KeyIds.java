// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.store;

import java.util.HexFormat;
import java.util.Optional;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.HashFunction;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.wire.WireException;
import org.jcharon.lib.der.DerReader;
import org.jcharon.vici.server.CommandFailed;

/** Identifiers of keys: SHA-1 of the bits of the public key, in hexadecimal (RFC 5280 section 4.2.1.2, method 1). */
final class KeyIds {

    private final CryptoRegistry crypto;

    KeyIds(CryptoRegistry crypto) {
        this.crypto = crypto;
    }

    String of(PublicKey key) throws CommandFailed {
        Optional<HashFunction> sha1 = crypto.hash(HashAlgorithm.SHA1);
        if (sha1.isEmpty()) {
            throw new CommandFailed("no plugin has SHA-1, which identifies keys");
        }
        try {
            DerReader info = new DerReader(key.spki()).enter(DerReader.SEQUENCE, "SubjectPublicKeyInfo");
            info.skip("algorithm");
            byte[] bits = info.bitString("subjectPublicKey").toArray();
            sha1.get().update(bits, 0, bits.length);
            return HexFormat.of().formatHex(sha1.get().digest());
        } catch (WireException e) {
            throw new CommandFailed("public key is malformed: " + e.getMessage(), e);
        }
    }
}
