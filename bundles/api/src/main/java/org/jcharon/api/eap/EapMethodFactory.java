// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.eap;

import org.jcharon.api.credential.Identification;
import org.osgi.annotation.versioning.ConsumerType;

/** Makes runs of one EAP method in one role; plugins register it with {@link #PROP_TYPE} and {@link #PROP_ROLE}. Any thread; pure. */
@ConsumerType
public interface EapMethodFactory {

    /** Service property: EAP type, Integer. */
    String PROP_TYPE = "eap.type";
    /** Service property: vendor of an expanded type, Integer; absent: 0. */
    String PROP_VENDOR = "eap.vendor";
    /** Service property: {@code peer} or {@code server}. */
    String PROP_ROLE = "eap.role";

    /** What a run is about. */
    interface Session {
        /** Identity of the server. */
        Identification server();

        /** Identity of the peer. */
        Identification peer();
    }

    /** A fresh run, closed by the caller. */
    EapMethod create(Session session);
}
