// SPDX-License-Identifier: Apache-2.0
/** Events, and what daemon values look like in messages. */
package org.jcharon.vici.event;
