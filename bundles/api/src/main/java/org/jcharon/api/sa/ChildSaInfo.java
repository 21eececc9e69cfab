// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.sa;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.kernel.UsageStats;
import org.osgi.annotation.versioning.ProviderType;

/** A CHILD_SA as it was at one moment. Immutable. */
@ProviderType
public interface ChildSaInfo {

    /** Name of its configuration. */
    String name();

    /** Unique number. */
    long uniqueId();

    /** Reqid. */
    int reqid();

    /** State. */
    ChildSaState state();

    /** IPsec mode. */
    ChildConfig.Mode mode();

    /** ESP or AH. */
    ProtocolId protocol();

    /** Whether ESP goes in UDP. */
    boolean encapsulated();

    /** Inbound SPI, unsigned. */
    int spiIn();

    /** Outbound SPI, unsigned; 0 while unknown. */
    int spiOut();

    /** Mark of inbound traffic: value in the upper, mask in the lower 32 bits; 0: none. */
    long markIn();

    /** Mark of outbound traffic, likewise. */
    long markOut();

    /** Interface id of inbound traffic, 0: none. */
    int ifIdIn();

    /** Interface id of outbound traffic, 0: none. */
    int ifIdOut();

    /** What was agreed. */
    Optional<Proposal> proposal();

    /** Our side of the traffic. */
    List<TrafficSelector> localSelectors();

    /** Peer's side of the traffic. */
    List<TrafficSelector> remoteSelectors();

    /** What was received. */
    UsageStats usageIn();

    /** What was sent. */
    UsageStats usageOut();

    /** When it was installed. */
    Instant installedAt();

    /** When it is rekeyed; empty: never. */
    Optional<Instant> rekeyAt();

    /** When it ends; empty: never. */
    Optional<Instant> endsAt();
}
