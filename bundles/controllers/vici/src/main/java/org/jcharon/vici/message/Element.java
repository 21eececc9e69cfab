// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.message;

/** What a key of a message stands for. */
public sealed interface Element permits Value, Items, Section {}
