// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.time.Duration;
import org.jcharon.api.settings.Settings;

/**
 * Settings of IKE_SAs under strongSwan's names and with its defaults. Immutable; read once a generation.
 *
 * @param retransmitTimeout wait before the first retransmission
 * @param retransmitBase factor from one wait to the next
 * @param retransmitTries retransmissions before the peer counts as gone
 * @param retransmitJitter percent, 0 to 20, by which a wait is shortened at random
 * @param retransmitLimit longest wait; zero: none
 * @param halfOpenTimeout time to come up as responder
 * @param keepAlive silence after which a NAT keepalive is sent; zero: never
 * @param deleteRekeyedDelay time for which the inbound SA of a rekeyed CHILD_SA stays for late packets
 * @param fragmentSize longest datagram before IKE fragmentation, IP header included; 0: by family
 * @param portIke UDP port for IKE
 * @param makeBeforeBreak reauthentication keeps the old IKE_SA until the new one is up
 * @param followRedirects as client goes where the gateway redirects
 * @param preferBestPath whether an IKE_SA with MOBIKE leaves a usable path for one that the routes prefer
 * @param checkCurrentPath whether a change of addresses or routes has a path that looks usable checked
 * @param maxPeerCertificates certificates that a peer may send before it is authenticated, at most 8; others are not looked at
 */
public record IkeSettings(
        Duration retransmitTimeout,
        double retransmitBase,
        int retransmitTries,
        int retransmitJitter,
        Duration retransmitLimit,
        Duration halfOpenTimeout,
        Duration keepAlive,
        Duration deleteRekeyedDelay,
        int fragmentSize,
        int portIke,
        boolean makeBeforeBreak,
        boolean followRedirects,
        boolean preferBestPath,
        boolean checkCurrentPath,
        int maxPeerCertificates) {

    /** Waits at most this long for credentials, hooks and other people's servers within one exchange. */
    public static final Duration WAIT_LIMIT = Duration.ofSeconds(20);

    /** Reads them under {@code charon.}; a value out of range counts as its default. */
    public static IkeSettings read(Settings settings) {
        return new IkeSettings(
                settings.duration("charon.retransmit_timeout", Duration.ofSeconds(4)),
                Math.max(1, settings.fraction("charon.retransmit_base", 1.8)),
                (int) Math.max(0, settings.number("charon.retransmit_tries", 5)),
                (int) Math.min(20, Math.max(0, settings.number("charon.retransmit_jitter", 0))),
                settings.duration("charon.retransmit_limit", Duration.ZERO),
                settings.duration("charon.half_open_timeout", Duration.ofSeconds(30)),
                settings.duration("charon.keep_alive", Duration.ofSeconds(20)),
                settings.duration("charon.delete_rekeyed_delay", Duration.ofSeconds(5)),
                (int) Math.max(0, settings.number("charon.fragment_size", 1280)),
                (int) settings.number("charon.port", 500),
                settings.flag("charon.make_before_break", true),
                settings.flag("charon.follow_redirects", true),
                settings.flag("charon.prefer_best_path", false),
                settings.flag("charon.check_current_path", false),
                (int) Math.max(1, settings.number("charon.max_peer_certificates", 8)));
    }

    /**
     * How long what a peer ought to delete is kept for its DELETE: until its retransmissions would be over if it kept our times, but at
     * least 10 s and at most 90 s.
     */
    public Duration patience() {
        Duration total = Duration.ZERO;
        for (int tries = 0; tries <= retransmitTries && total.compareTo(MOST_PATIENCE) < 0; tries++) {
            total = total.plus(retransmitDelay(tries));
        }
        Duration most = total.compareTo(MOST_PATIENCE) > 0 ? MOST_PATIENCE : total;
        return most.compareTo(LEAST_PATIENCE) < 0 ? LEAST_PATIENCE : most;
    }

    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(10);
    private static final Duration MOST_PATIENCE = Duration.ofSeconds(90);

    /** Wait before retransmission {@code tries} (from 0), without jitter. */
    public Duration retransmitDelay(int tries) {
        double seconds = retransmitTimeout.toMillis() / 1000.0 * Math.pow(retransmitBase, tries);
        Duration delay = Duration.ofMillis((long) (Math.min(seconds, 86_400) * 1000));
        boolean capped = !retransmitLimit.isZero() && delay.compareTo(retransmitLimit) > 0;
        return capped ? retransmitLimit : delay;
    }
}
