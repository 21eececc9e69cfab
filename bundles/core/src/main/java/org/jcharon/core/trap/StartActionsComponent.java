// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.trap;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Runs the start actions when the daemon becomes ready. */
@Component(
        immediate = true,
        service = {},
        property = "osgi.ds.satisfying.condition.target=(osgi.condition.id=jcharon.ready)")
public final class StartActionsComponent {

    /** The daemon is ready. */
    @Activate
    public StartActionsComponent(@Reference(name = "actions") StartActions actions) {
        actions.run();
    }
}
