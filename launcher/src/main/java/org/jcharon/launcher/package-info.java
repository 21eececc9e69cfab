// SPDX-License-Identifier: Apache-2.0
/** Boots the container from the features file, owns its end, and answers {@code bin/jcharon}. */
package org.jcharon.launcher;
