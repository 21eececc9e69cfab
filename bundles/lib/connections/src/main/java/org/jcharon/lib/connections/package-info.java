// SPDX-License-Identifier: Apache-2.0
/** One translation from section trees to connections, secrets, pools and authorities, for whoever reads or receives such trees. */
@Export
@Version("0.1.0")
package org.jcharon.lib.connections;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
