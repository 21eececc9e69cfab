// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.framework;

import java.util.List;
import org.osgi.framework.Bundle;

/**
 * What a bundle is there for.
 *
 * @param components names of its satisfied components
 * @param services types of its services
 */
record Offer(List<String> components, List<String> services) {
    static Offer of(Framework framework, Bundle bundle) {
        return new Offer(List.copyOf(framework.components(bundle).keySet()), Framework.services(bundle));
    }

    /** Components and services are there again. */
    void isBack(Framework framework, Bundle bundle) throws InterruptedException {
        Await.same(
                bundle.getSymbolicName() + " offers, unsatisfied " + framework.unsatisfied(bundle),
                this,
                () -> of(framework, bundle));
    }
}
