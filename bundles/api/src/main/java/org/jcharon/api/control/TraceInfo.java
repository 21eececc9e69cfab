// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.control;

import java.time.Instant;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** What one IKE_SA went through: its last messages, states and the reasons for them, without any secret. Immutable. */
@ProviderType
public interface TraceInfo {

    /** What a step is. */
    enum Kind {
        /** We sent a message. */
        SENT,
        /** We understood a message of the peer. */
        RECEIVED,
        /** The IKE_SA moved to a state. */
        STATE,
        /** Something was agreed on: a proposal, identities, traffic selectors. */
        AGREED,
        /** Something went wrong. */
        PROBLEM,
        /** It is gone. */
        ENDED
    }

    /** One thing that happened. Immutable. */
    @ProviderType
    interface Step {
        /** When. */
        Instant time();

        /** What it is. */
        Kind kind();

        /** Messages in strongSwan's form {@code IKE_AUTH request 1 [ IDi AUTH … ]}, else words for a person. */
        String text();
    }

    /** Number of the IKE_SA. */
    long uniqueId();

    /** Connection; empty if none was found for the peer. */
    String connection();

    /** Both ends with their identities, as far as they are known, for a person. */
    String ends();

    /** Whether it is gone. */
    boolean ended();

    /** Steps that were forgotten because there were too many, of {@link #steps} the first ones. */
    long forgotten();

    /** The last steps in order. */
    List<Step> steps();
}
