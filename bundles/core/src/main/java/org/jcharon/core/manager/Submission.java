// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

/** What became of something that was submitted to an IKE_SA. */
public enum Submission {
    /** The IKE_SA was free: a job that runs it was posted. */
    STARTED,
    /** It runs after what the IKE_SA is busy with. */
    QUEUED,
    /** Not taken: the lane is full, a repeat, or a limit is reached. */
    REFUSED,
    /** There is no such IKE_SA; {@link SaJob#gone} is not called. */
    GONE
}
