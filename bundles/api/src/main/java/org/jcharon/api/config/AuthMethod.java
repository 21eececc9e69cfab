// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.config;

/** Kinds of authentication that a configuration asks for. */
public enum AuthMethod {
    /** Signature with a certificate or raw public key. */
    PUBKEY,
    /** Pre-shared key. */
    PSK,
    /** EAP. */
    EAP
}
