// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.kernel;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * IPsec SAs and policies of a data plane; a kernel plugin registers it once it can work. Any thread; every method is quick.
 * What happens to SAs when it leaves is the table in the architecture: kernel SAs stay, userland SAs are handed over.
 */
@ConsumerType
public interface KernelIpsec {

    /** Features that not every data plane has. */
    enum Feature {
        /** ESP without UDP. */
        PLAIN_ESP,
        /** Extended sequence numbers. */
        ESN,
        /** Transport mode. */
        TRANSPORT_MODE,
        /** AH. */
        AH,
        /** SAs can move to other addresses. */
        UPDATE_SA,
        /** Trap policies report acquires. */
        ACQUIRE
    }

    /** What this data plane can do; constant. */
    Set<Feature> features();

    /** Whether it can run an ENCR or INTEG transform now. */
    boolean supports(TransformId transform);

    /** Reserves an inbound SPI, unique for the destination; 4 octets as an unsigned number, never 0 to 255. */
    int allocateSpi(InetAddress source, InetAddress destination, ProtocolId protocol) throws KernelException;

    /** Installs an SA. The keys are copied; the caller keeps and closes {@code sa}. On failure nothing is left behind. */
    void addSa(KernelSa sa) throws KernelException;

    /** Moves an SA to other addresses and ports; {@code id} names it before the move. Ports 0 end encapsulation. */
    void updateSa(SaId id, InetAddress newSource, InetAddress newDestination, int newSourcePort, int newDestinationPort)
            throws KernelException;

    /** Gives an SA other selectors; a data plane whose SAs have none of their own need not do anything. */
    default void updateSelectors(SaId id, List<TrafficSelector> sources, List<TrafficSelector> destinations)
            throws KernelException {}

    /** What an SA has carried. */
    UsageStats query(SaId id) throws KernelException;

    /** Removes an SA, or an SPI that was only reserved. Unknown ones throw. */
    void deleteSa(SaId id) throws KernelException;

    /** Installs a policy, or one more user of an equal one: the newest SPI counts, each user deletes once. */
    void addPolicy(KernelPolicy policy) throws KernelException;

    /** Takes one user of a policy away; with the last one the policy goes. */
    void deletePolicy(KernelPolicy policy) throws KernelException;

    /** Number of SAs installed or reserved, for tests of leaks and for statistics. */
    int saCount();

    /** Number of policies installed. */
    int policyCount();
}
