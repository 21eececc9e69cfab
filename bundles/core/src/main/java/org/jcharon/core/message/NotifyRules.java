// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.util.Map;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;

/** Lengths that the RFCs prescribe for SPI and data of notifies, so that whoever reads them need not check. */
final class NotifyRules {

    private record Range(int min, int max) {}

    private static final int ANY = 0xFFFF;

    private static final Map<NotifyType, Range> DATA = Map.ofEntries(
            Map.entry(NotifyType.INVALID_KE_PAYLOAD, new Range(2, 2)), // RFC 7296 section 1.3
            Map.entry(NotifyType.IPCOMP_SUPPORTED, new Range(3, ANY)), // section 3.10.1: CPI, transform, attributes
            Map.entry(NotifyType.NAT_DETECTION_SOURCE_IP, new Range(20, 20)), // section 2.23: SHA-1
            Map.entry(NotifyType.NAT_DETECTION_DESTINATION_IP, new Range(20, 20)),
            Map.entry(NotifyType.COOKIE, new Range(1, 64)), // section 2.6
            Map.entry(NotifyType.COOKIE2, new Range(8, 64)), // RFC 4555 section 4.2.5
            Map.entry(NotifyType.SET_WINDOW_SIZE, new Range(4, 4)), // RFC 7296 section 3.10.1
            Map.entry(NotifyType.ADDITIONAL_IP4_ADDRESS, new Range(4, 4)), // RFC 4555 section 4.2.2
            Map.entry(NotifyType.ADDITIONAL_IP6_ADDRESS, new Range(16, 16)),
            Map.entry(NotifyType.NO_NATS_ALLOWED, new Range(12, 36)), // section 4.2.6
            Map.entry(NotifyType.AUTH_LIFETIME, new Range(4, 4)), // RFC 4478 section 3
            Map.entry(NotifyType.IKEV2_MESSAGE_ID_SYNC, new Range(12, 12)), // RFC 6311 section 7.2
            Map.entry(NotifyType.REDIRECT, new Range(2, ANY)), // RFC 5685 section 7.2: type, length, identity
            Map.entry(NotifyType.REDIRECTED_FROM, new Range(2, ANY)),
            Map.entry(NotifyType.USE_PPK, new Range(0, 0)), // RFC 8784 section 3
            Map.entry(NotifyType.NO_PPK_AUTH, new Range(1, ANY)));

    private NotifyRules() {}

    /** The same payload; throws if its lengths break the rules. */
    static NotifyPayload checked(NotifyPayload payload, WireReader in) throws WireException {
        int spi = payload.spi().length();
        boolean ipsec =
                payload.protocol().equals(ProtocolId.ESP) || payload.protocol().equals(ProtocolId.AH);
        if ((ipsec && spi != 0 && spi != 4) || (payload.protocol().equals(ProtocolId.IKE) && spi != 0 && spi != 8)) {
            throw in.error(
                    "notify " + payload.notifyType() + " with a " + payload.protocol() + " SPI of " + spi + " octets");
        }
        Range range = DATA.get(payload.notifyType());
        int data = payload.data().length();
        if (range != null && (data < range.min || data > range.max)) {
            throw in.error("notify " + payload.notifyType() + " with " + data + " octets of data");
        }
        // RFC 7296 section 3.10.1: the SPI of the SA to be replaced or not found is what these are about
        boolean needsSpi = payload.notifyType().equals(NotifyType.REKEY_SA)
                || payload.notifyType().equals(NotifyType.CHILD_SA_NOT_FOUND);
        if (needsSpi && ipsec && spi != 4) {
            throw in.error("notify " + payload.notifyType() + " without SPI");
        }
        return payload;
    }
}
