// SPDX-License-Identifier: Apache-2.0
/** Transforms, proposals and the factories that crypto plugins register. */
@Export
@Version("0.1.0")
package org.jcharon.api.crypto;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
