// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes the transforms of a crypto plugin. Any thread; pure.
 *
 * <p>Each method throws {@link IllegalArgumentException} for a transform that is not among {@link #transforms()} or is of another
 * kind. Core asks the factory with the highest {@code service.ranking} that has a transform, and only after the known-answer
 * vectors of that transform passed with it. When the plugin leaves, objects that it made stay usable until they are closed.
 */
@ConsumerType
public interface TransformFactory {

    /** What can be made: ENCR (with each key length), PRF, INTEG and KE transforms; constant. */
    Set<TransformId> transforms();

    /** A cipher without integrity. */
    default Cipher cipher(TransformId encr) {
        throw new IllegalArgumentException("no cipher " + encr);
    }

    /** A cipher with integrity. */
    default Aead aead(TransformId encr) {
        throw new IllegalArgumentException("no AEAD " + encr);
    }

    /** A pseudorandom function. */
    default Prf prf(TransformId prf) {
        throw new IllegalArgumentException("no PRF " + prf);
    }

    /** An integrity transform. */
    default Mac mac(TransformId integ) {
        throw new IllegalArgumentException("no integrity transform " + integ);
    }

    /** A fresh side of a key exchange; {@code random} makes the private value. */
    default KeyExchange keyExchange(TransformId ke, boolean initiator, RandomSource random) {
        throw new IllegalArgumentException("no key exchange " + ke);
    }
}
