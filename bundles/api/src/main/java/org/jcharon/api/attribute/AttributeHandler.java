// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.attribute;

import java.util.List;
import org.jcharon.api.credential.Identification;
import org.osgi.annotation.versioning.ConsumerType;

/** Installs attributes that a peer assigned to us, such as DNS servers; plugins register it. Any thread; pure. */
@ConsumerType
public interface AttributeHandler {

    /** Attributes to ask the peer for, with empty values or wishes. */
    List<ConfigurationAttribute> requests(Identification peer);

    /** Installs one; false if it is not of a kind handled here. */
    boolean handle(Identification peer, ConfigurationAttribute attribute);

    /** Undoes {@link #handle}. */
    void release(Identification peer, ConfigurationAttribute attribute);
}
