// SPDX-License-Identifier: Apache-2.0
/** Events to observers and log records to loggers, each from a bounded queue of its own. */
package org.jcharon.core.bus;
