// SPDX-License-Identifier: Apache-2.0
/** EAP methods of all plugins. */
package org.jcharon.core.eap;
