// SPDX-License-Identifier: Apache-2.0
/** How core keeps and calls the services that plugins register. */
package org.jcharon.core.plugin;
