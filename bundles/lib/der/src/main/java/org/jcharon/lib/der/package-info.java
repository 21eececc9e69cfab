// SPDX-License-Identifier: Apache-2.0
/** Strict DER (X.690 section 10): what readers of certificates, keys and revocation lists share. */
@Export
@Version("0.1.0")
package org.jcharon.lib.der;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
