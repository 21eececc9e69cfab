// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

/** Certificate encodings of CERT and CERTREQ payloads (RFC 7296 section 3.6). */
final class Certificates {

    /** X.509 Certificate - Signature. */
    static final int X509_SIGNATURE = 4;

    private Certificates() {}
}
