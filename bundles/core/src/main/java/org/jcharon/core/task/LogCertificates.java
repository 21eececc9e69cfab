// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import org.jcharon.api.bus.Log;
import org.jcharon.api.credential.Certificate;

/** strongSwan's log lines about certificates on the wire. */
final class LogCertificates {

    private static final Log LOG = Log.of("ike");

    private LogCertificates() {}

    static void received(String kind, Certificate certificate) {
        LOG.control("received {} cert {}", kind, certificate);
    }

    static void sending(String kind, Certificate certificate) {
        LOG.control("sending {} cert {}", kind, certificate);
    }
}
