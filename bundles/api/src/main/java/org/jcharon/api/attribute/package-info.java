// SPDX-License-Identifier: Apache-2.0
/** Configuration attributes and virtual IP addresses. */
@Export
@Version("0.1.0")
package org.jcharon.api.attribute;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
