// SPDX-License-Identifier: Apache-2.0
/** Selection of proposals. */
package org.jcharon.core.proposal;
