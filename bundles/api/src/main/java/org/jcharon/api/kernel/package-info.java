// SPDX-License-Identifier: Apache-2.0
/** IPsec SAs and policies, addresses and routes. */
@Export
@Version("0.1.0")
package org.jcharon.api.kernel;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
