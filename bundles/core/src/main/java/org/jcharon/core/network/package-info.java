// SPDX-License-Identifier: Apache-2.0
/** Packets in and out: cheap checks before anything is allocated, cookies, sending over whichever socket is there. */
package org.jcharon.core.network;
