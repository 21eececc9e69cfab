// SPDX-License-Identifier: Apache-2.0
/** Start actions: traps that initiate on the first packet, and children that are initiated once the daemon is ready. */
package org.jcharon.core.trap;
