// SPDX-License-Identifier: Apache-2.0
/** The registry of algorithms, their known answers, and the default proposals. */
package org.jcharon.core.crypto;
