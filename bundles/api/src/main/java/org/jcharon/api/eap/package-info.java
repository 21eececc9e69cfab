// SPDX-License-Identifier: Apache-2.0
/** EAP methods and their registry. */
@Export
@Version("0.1.0")
package org.jcharon.api.eap;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
