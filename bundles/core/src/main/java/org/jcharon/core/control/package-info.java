// SPDX-License-Identifier: Apache-2.0
/** What controllers ask: initiate, terminate, rekey, list. */
package org.jcharon.core.control;
