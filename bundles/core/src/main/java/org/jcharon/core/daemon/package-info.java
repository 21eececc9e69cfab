// SPDX-License-Identifier: Apache-2.0
/** Puts the rooms of core together: what IKE_SAs use, who answers requests, who hears of kernel events. */
package org.jcharon.core.daemon;
