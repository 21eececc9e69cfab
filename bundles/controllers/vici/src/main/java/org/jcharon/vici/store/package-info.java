// SPDX-License-Identifier: Apache-2.0
/** What clients loaded. */
package org.jcharon.vici.store;
