// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

/** A proposal in keywords that means nothing; the message names the keyword or what is missing. */
public final class ProposalException extends Exception {

    private static final long serialVersionUID = 1L;

    /** {@code what}: the proposal and what is wrong with it. */
    public ProposalException(String what) {
        super(what);
    }
}
