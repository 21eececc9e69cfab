// SPDX-License-Identifier: Apache-2.0
/** Connections as the backends describe them: IKE, peer, child and authentication configuration. */
@Export
@Version("0.1.0")
package org.jcharon.api.config;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
