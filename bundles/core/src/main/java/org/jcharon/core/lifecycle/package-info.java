// SPDX-License-Identifier: Apache-2.0
/** When the daemon is configured and ready, and how it ends. */
package org.jcharon.core.lifecycle;
