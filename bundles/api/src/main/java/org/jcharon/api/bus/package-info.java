// SPDX-License-Identifier: Apache-2.0
/** Events: observers that cannot change an outcome, hooks that can. */
@Export
@Version("0.1.0")
package org.jcharon.api.bus;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
