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
 * @param policies each with all its users
 */
record State(List<SaId> reserved, List<Sa> sas, List<Policy> policies) {

    /**
     * One policy.
     *
     * @param users oldest first
     * @param routes those that are installed
     */
    record Policy(List<KernelPolicy> users, List<KernelNet.Route> routes) {}
}
