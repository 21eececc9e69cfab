// SPDX-License-Identifier: Apache-2.0
package org.jcharon.counters;

import java.util.Locale;
import java.util.Optional;

/** The counters, in strongSwan's order. */
enum Counter {
    IKE_REKEY_INIT,
    IKE_REKEY_RESP,
    CHILD_REKEY,
    INVALID,
    INVALID_SPI,
    IKE_INIT_IN_REQ,
    IKE_INIT_IN_RESP,
    IKE_INIT_OUT_REQ,
    IKE_INIT_OUT_RESP,
    IKE_AUTH_IN_REQ,
    IKE_AUTH_IN_RESP,
    IKE_AUTH_OUT_REQ,
    IKE_AUTH_OUT_RESP,
    CREATE_CHILD_IN_REQ,
    CREATE_CHILD_IN_RESP,
    CREATE_CHILD_OUT_REQ,
    CREATE_CHILD_OUT_RESP,
    INFO_IN_REQ,
    INFO_IN_RESP,
    INFO_OUT_REQ,
    INFO_OUT_RESP;

    private static final int IKE_SA_INIT = 34;
    private static final int IKE_AUTH = 35;
    private static final int CREATE_CHILD_SA = 36;
    private static final int INFORMATIONAL = 37;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** strongSwan's name. */
    String text() {
        return text;
    }

    /** Of a message; empty for exchanges that are not counted. */
    static Optional<Counter> of(int exchangeType, boolean incoming, boolean request) {
        String exchange = switch (exchangeType) {
            case IKE_SA_INIT -> "IKE_INIT";
            case IKE_AUTH -> "IKE_AUTH";
            case CREATE_CHILD_SA -> "CREATE_CHILD";
            case INFORMATIONAL -> "INFO";
            default -> null;
        };
        return Optional.ofNullable(exchange)
                .map(name -> valueOf(name + (incoming ? "_IN" : "_OUT") + (request ? "_REQ" : "_RESP")));
    }
}
