// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

/**
 * One payload of a message (RFC 7296 section 3.2 and following), immutable.
 *
 * <p>The encrypted payloads SK and SKF never appear here: {@link EncryptedMessage} takes them away before payloads are decoded.
 */
public sealed interface Payload
        permits AuthPayload,
                CertPayload,
                CertReqPayload,
                CpPayload,
                DeletePayload,
                EapPayload,
                IdPayload,
                KePayload,
                NoncePayload,
                NotifyPayload,
                SaPayload,
                TsPayload,
                UnknownPayload,
                VendorPayload {

    /** Its number in the chain of payloads. */
    PayloadType type();
}
