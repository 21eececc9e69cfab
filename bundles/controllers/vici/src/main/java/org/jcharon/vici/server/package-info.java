// SPDX-License-Identifier: Apache-2.0
/** Sockets and clients. */
package org.jcharon.vici.server;
