// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.keymat;

import org.jcharon.api.wire.Secret;

/** Takes keys in order from expanded key material, which is borrowed. */
final class KeyCutter {

    private final Secret material;
    private int at;

    KeyCutter(Secret material) {
        this.material = material;
    }

    /** The next octets, a secret of its own. */
    Secret next(int octets) {
        Secret key = material.slice(at, octets);
        at += octets;
        return key;
    }
}
