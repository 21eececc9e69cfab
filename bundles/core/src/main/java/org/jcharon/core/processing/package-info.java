// SPDX-License-Identifier: Apache-2.0
/** All threads of the daemon: job pool, dispatchers, blocking calls, timers, and the clock. */
package org.jcharon.core.processing;
