// SPDX-License-Identifier: Apache-2.0
/** Connections of all backends and which of them fits a peer. */
package org.jcharon.core.config;
