// SPDX-License-Identifier: Apache-2.0
/** What keeps the daemon from being ready. */
@Export
@Version("0.1.0")
package org.jcharon.api.lifecycle;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
