// SPDX-License-Identifier: Apache-2.0
/** What controllers ask of the daemon. */
@Export
@Version("0.1.0")
package org.jcharon.api.control;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
