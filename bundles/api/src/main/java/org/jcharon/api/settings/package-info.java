// SPDX-License-Identifier: Apache-2.0
/** strongswan.conf syntax and the settings read from it. */
@Export
@Version("0.1.0")
package org.jcharon.api.settings;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
