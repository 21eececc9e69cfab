// SPDX-License-Identifier: Apache-2.0
/** Jobs, timers and the clock. */
@Export
@Version("0.1.0")
package org.jcharon.api.processing;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
