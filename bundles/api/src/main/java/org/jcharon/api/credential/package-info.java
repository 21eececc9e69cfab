// SPDX-License-Identifier: Apache-2.0
/** Identities, certificates, keys and the sets that hold them. */
@Export
@Version("0.1.0")
package org.jcharon.api.credential;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
