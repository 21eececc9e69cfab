// SPDX-License-Identifier: Apache-2.0
/** Linux sockets, netlink and TUN devices as handles; no descriptor number leaves the bundle. */
@Export
@Version("0.1.0")
package org.jcharon.lib.linux;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
