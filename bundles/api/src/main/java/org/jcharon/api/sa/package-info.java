// SPDX-License-Identifier: Apache-2.0
/** Snapshots of IKE_SAs and CHILD_SAs. */
@Export
@Version("0.1.0")
package org.jcharon.api.sa;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
