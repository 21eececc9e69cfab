// SPDX-License-Identifier: Apache-2.0
/** CHILD_SAs: their two halves, traffic selectors, reqids. */
package org.jcharon.core.child;
