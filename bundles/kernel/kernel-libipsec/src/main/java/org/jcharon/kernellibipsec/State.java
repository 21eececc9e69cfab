// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.util.List;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.kernel.SaId;

/**
 * Everything that passes from one version of the plugin to the next.
 *
 * @param reserved SPIs without SA
 * @param sas oldest first
 * @param policies one for each user, those of equal policies oldest first
 */
record State(List<SaId> reserved, List<Sa> sas, List<Policy> policies) {

    /** One user of a policy and the routes that are installed for it. */
    record Policy(KernelPolicy policy, List<KernelNet.Route> routes) {}
}
