// SPDX-License-Identifier: Apache-2.0
/** IKE sockets, the packets they carry and ESP that arrives on them. */
@Export
@Version("0.1.0")
package org.jcharon.api.socket;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
