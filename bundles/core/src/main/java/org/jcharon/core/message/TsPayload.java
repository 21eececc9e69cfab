// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.util.List;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.wire.Chunk;

/**
 * Traffic Selector payload, TSi or TSr (RFC 7296 section 3.13).
 *
 * @param initiator whether it is TSi
 * @param selectors address ranges, in the sender's order
 * @param unknown whole selectors of other types, from the type octet on; sent behind the address ranges
 */
public record TsPayload(boolean initiator, List<TrafficSelector> selectors, List<Chunk> unknown) implements Payload {

    /** Copies the lists; throws {@link IllegalArgumentException} unless there are 1 to 255 selectors in all. */
    public TsPayload {
        selectors = List.copyOf(selectors);
        unknown = List.copyOf(unknown);
        int count = selectors.size() + unknown.size();
        if (count < 1 || count > 255) {
            throw new IllegalArgumentException(count + " traffic selectors");
        }
    }

    /** Address ranges only. */
    public TsPayload(boolean initiator, List<TrafficSelector> selectors) {
        this(initiator, selectors, List.of());
    }

    @Override
    public PayloadType type() {
        return initiator ? PayloadType.TSI : PayloadType.TSR;
    }
}
