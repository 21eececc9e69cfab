// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.processing;

/** A job that waits for its time. Any thread. */
public interface Timer {

    /** Takes it back; false if it was handed to the pool or cancelled before. A cancelled timer holds nothing. */
    boolean cancel();
}
