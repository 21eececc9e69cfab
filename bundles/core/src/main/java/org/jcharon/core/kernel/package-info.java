// SPDX-License-Identifier: Apache-2.0
/** The kernel plugins that are there, what they report, and their state while they are updated. */
package org.jcharon.core.kernel;
