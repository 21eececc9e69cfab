// SPDX-License-Identifier: Apache-2.0
/** The SLF4J provider of the daemon: strongSwan's groups and levels, a ring of records, and subscribers in bundles. */
package org.jcharon.launcher.log;
