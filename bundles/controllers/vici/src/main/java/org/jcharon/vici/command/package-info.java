// SPDX-License-Identifier: Apache-2.0
/** Commands, by group. */
package org.jcharon.vici.command;
