// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.network;

import org.jcharon.api.settings.Settings;

/**
 * How many half-open IKE_SAs are borne; 0 switches a limit off.
 *
 * @param cookieThreshold half-open IKE_SAs from which cookies are asked for
 * @param cookieThresholdIp the same for one address
 * @param blockThreshold half-open IKE_SAs of one address at which more are dropped
 * @param halfOpen half-open IKE_SAs at which more are dropped
 * @param jobLoad waiting jobs at which new IKE_SAs are dropped
 * @param initiatorOnly drop every request for a new IKE_SA
 */
public record InitLimits(
        int cookieThreshold,
        int cookieThresholdIp,
        int blockThreshold,
        int halfOpen,
        int jobLoad,
        boolean initiatorOnly) {

    /** charon's defaults. */
    public static final InitLimits DEFAULT = new InitLimits(30, 3, 5, 0, 0, false);

    /** Reads {@code charon.cookie_threshold} and its siblings; {@code charon.dos_protection = no} switches the first three off. */
    public static InitLimits of(Settings settings) {
        boolean protection = settings.flag("charon.dos_protection", true);
        return new InitLimits(
                protection ? number(settings, "charon.cookie_threshold", DEFAULT.cookieThreshold) : 0,
                protection ? number(settings, "charon.cookie_threshold_ip", DEFAULT.cookieThresholdIp) : 0,
                protection ? number(settings, "charon.block_threshold", DEFAULT.blockThreshold) : 0,
                number(settings, "charon.init_limit_half_open", DEFAULT.halfOpen),
                number(settings, "charon.init_limit_job_load", DEFAULT.jobLoad),
                settings.flag("charon.initiator_only", DEFAULT.initiatorOnly));
    }

    private static int number(Settings settings, String key, int fallback) {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, settings.number(key, fallback)));
    }
}
