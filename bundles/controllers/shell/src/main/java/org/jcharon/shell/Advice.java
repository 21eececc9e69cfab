// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.LinkedHashMap;
import java.util.Map;

/** What to do about a reason that core gives, where the reason does not say it itself. */
final class Advice {

    private static final Map<String, String> BY_TEXT = new LinkedHashMap<>();

    static {
        BY_TEXT.put(
                "no issuer certificate found",
                "put the CA certificate that issued it into x509ca/, or name it as 'cacerts' of the connection");
        BY_TEXT.put(
                "no CA certificate is loaded",
                "put the CA certificate of the peer into x509ca/, or name it as 'cacerts' of the connection");
        BY_TEXT.put("no shared key found", "add a secret 'ike…' whose ids are those of both sides");
        BY_TEXT.put("no private key found", "put our key into private/ and our certificate into x509/");
        BY_TEXT.put("MAC mismatched", "the secrets of both sides differ: make them the same");
        BY_TEXT.put(
                "does not carry the identity",
                "the peer's identity must be the subject or a subjectAltName of its certificate");
        BY_TEXT.put(
                "does not match configured",
                "make remote.id what the peer calls itself, or change the peer's local.id");
        BY_TEXT.put(", ours is '", "make local.id what the peer asks for, or change the peer's remote.id");
        BY_TEXT.put("subject certificate invalid", "renew the certificate, or set the clock");
        BY_TEXT.put("is on no interface", "set local_addrs to an address of this host, or leave it away");
        BY_TEXT.put("no address found for", "correct the name in remote_addrs, or look at DNS");
        BY_TEXT.put("no route to", "add a route to the peer");
    }

    private Advice() {}

    /** One line, empty if there is none. */
    static String on(String reason) {
        return BY_TEXT.entrySet().stream()
                .filter(entry -> reason.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }
}
