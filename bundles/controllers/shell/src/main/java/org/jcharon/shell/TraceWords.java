// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jcharon.api.control.TraceInfo;

/** What steps of a trace mean, for who runs VPNs and does not know the protocol by heart. */
final class TraceWords {

    /** Columns of the word that says whose step it is. */
    static final int WIDTH = 8;

    /** What a message says by one of its payloads, in strongSwan's short names. */
    private static final Map<String, String> PAYLOADS = new LinkedHashMap<>();

    static {
        PAYLOADS.put("N(COOKIE)", "the responder is busy and asks for a cookie first");
        PAYLOADS.put("N(INVAL_KE)", "another key exchange method is wanted, from the proposals");
        PAYLOADS.put("N(NO_PROP)", "none of the offered proposals is acceptable, or no connection fits");
        PAYLOADS.put("N(AUTH_FAILED)", "the other side's identity or its proof is not accepted");
        PAYLOADS.put("N(TS_UNACCEPT)", "the traffic selectors of the two sides have nothing in common");
        PAYLOADS.put("N(INVAL_SYN)", "the message before could not be understood");
        PAYLOADS.put("N(INVAL_MAJOR)", "the version of the protocol is not supported");
        PAYLOADS.put("N(CRIT)", "a payload that must be understood is unknown");
        PAYLOADS.put("N(FAIL_CP_REQ)", "no virtual IP is given without being asked for");
        PAYLOADS.put("N(INT_ADDR_FAIL)", "no virtual IP is left to give");
        PAYLOADS.put("N(TEMP_FAIL)", "not now: another exchange is in the way, it is tried again");
        PAYLOADS.put("N(CHILD_NOT_FOUND)", "the CHILD_SA is not there any more");
        PAYLOADS.put("N(NO_ADD_SAS)", "the other side wants no further SAs in this IKE_SA");
        PAYLOADS.put("N(SINGLE_PAIR)", "one pair of addresses at a time is wanted");
        PAYLOADS.put("N(REDIR)", "another gateway is to be asked");
        PAYLOADS.put("N(REKEY_SA)", "a CHILD_SA gets new keys");
        PAYLOADS.put("N(UPD_SA_ADDR)", "the addresses of the tunnel change (MOBIKE)");
        PAYLOADS.put("N(COOKIE2)", "is the other side really at its new address?");
        PAYLOADS.put("N(UNEXPECTED_NAT)", "there is a NAT where none may be");
        PAYLOADS.put("N(INIT_CONTACT)", "the sender has no other IKE_SA with the same identities");
        PAYLOADS.put("N(USE_TRANSP)", "transport mode is wanted");
        PAYLOADS.put("N(NO_PPK)", "also works without the post-quantum pre-shared key");
        PAYLOADS.put("N(PPK_ID)", "a post-quantum pre-shared key is mixed in");
        PAYLOADS.put(" D ", "something is closed");
        PAYLOADS.put(" EF(", "a fragment of a message");
    }

    private TraceWords() {}

    /** Whose step it is. */
    static String who(TraceInfo.Kind kind) {
        return switch (kind) {
            case SENT -> "we sent";
            case RECEIVED -> "peer";
            case STATE -> "state";
            case AGREED -> "agreed";
            case PROBLEM -> "problem";
            case ENDED -> "ended";
        };
    }

    /** A step on one line. */
    static String of(TraceInfo.Step step) {
        return who(step.kind()) + ": " + step.text();
    }

    /** What a message means; empty if its text says all. */
    static String meaning(TraceInfo.Step step) {
        if (step.kind() != TraceInfo.Kind.SENT && step.kind() != TraceInfo.Kind.RECEIVED) {
            return "";
        }
        List<String> meanings = new ArrayList<>();
        exchange(step.text(), meanings);
        PAYLOADS.forEach((name, meaning) -> {
            if (step.text().contains(name)) {
                meanings.add(meaning);
            }
        });
        return String.join("; ", meanings);
    }

    private static void exchange(String text, List<String> meanings) {
        boolean request = text.contains(" request ");
        if (text.startsWith("IKE_SA_INIT")) {
            meanings.add(request ? "proposals for the IKE_SA and the first key exchange" : "answer to them");
        } else if (text.startsWith("IKE_INTERMEDIATE")) {
            meanings.add("a further key exchange before authentication");
        } else if (text.startsWith("IKE_AUTH")) {
            meanings.add(request ? "who the initiator is, with proof" : "who the responder is, with proof");
        } else if (text.startsWith("CREATE_CHILD_SA")) {
            meanings.add(text.contains(" TSi ") ? "a CHILD_SA" : "new keys of the IKE_SA");
        } else if (text.contains("[ ]")) {
            meanings.add(request ? "are you there?" : "yes");
        }
    }
}
