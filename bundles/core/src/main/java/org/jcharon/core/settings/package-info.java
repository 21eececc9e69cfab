// SPDX-License-Identifier: Apache-2.0
/** The daemon's settings: {@code strongswan.conf} under what the command line says. */
package org.jcharon.core.settings;
