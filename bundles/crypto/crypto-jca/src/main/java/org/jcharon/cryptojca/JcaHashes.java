// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.security.MessageDigest;
import java.util.Set;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.HashFactory;
import org.jcharon.api.crypto.HashFunction;
import org.osgi.service.component.annotations.Component;

/** Hash functions of the JDK. */
@Component(property = "service.ranking:Integer=100")
public final class JcaHashes implements HashFactory {

    private static final Set<HashAlgorithm> HASHES = Set.of(
            HashAlgorithm.MD5,
            HashAlgorithm.SHA1,
            HashAlgorithm.SHA2_256,
            HashAlgorithm.SHA2_384,
            HashAlgorithm.SHA2_512);

    @Override
    public Set<HashAlgorithm> hashes() {
        return HASHES;
    }

    @Override
    public HashFunction hash(HashAlgorithm algorithm) {
        MessageDigest digest = Providers.digest(
                switch (algorithm) {
                    case MD5 -> "MD5";
                    case SHA1 -> "SHA-1";
                    case SHA2_256 -> "SHA-256";
                    case SHA2_384 -> "SHA-384";
                    case SHA2_512 -> "SHA-512";
                    case IDENTITY -> throw new IllegalArgumentException("the identity is no hash function");
                });
        return new HashFunction() {
            @Override
            public void update(byte[] octets, int offset, int length) {
                digest.update(octets, offset, length);
            }

            @Override
            public byte[] digest() {
                return digest.digest();
            }
        };
    }
}
