// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/** Makes hash functions; a crypto plugin registers it. Any thread; pure. */
@ConsumerType
public interface HashFactory {

    /** What can be made; constant. */
    Set<HashAlgorithm> hashes();

    /** A fresh function; throws {@link IllegalArgumentException} if it is not among {@link #hashes()}. */
    HashFunction hash(HashAlgorithm algorithm);
}
