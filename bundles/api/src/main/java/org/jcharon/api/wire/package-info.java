// SPDX-License-Identifier: Apache-2.0
/** Octets and bounds-checked readers and writers that every codec shares. */
@Export
@Version("0.1.0")
package org.jcharon.api.wire;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
