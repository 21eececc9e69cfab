// SPDX-License-Identifier: Apache-2.0
/** Fakes and vector files that the tests of all bundles share; never part of the distribution. */
@Export
@Version("0.1.0")
package org.jcharon.lib.testkit;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
