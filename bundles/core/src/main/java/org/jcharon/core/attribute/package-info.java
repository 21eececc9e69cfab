// SPDX-License-Identifier: Apache-2.0
/** Virtual IPs and configuration attributes of all plugins. */
package org.jcharon.core.attribute;
