// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.settings;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The daemon's settings: {@code strongswan.conf}, overridden by {@code --set KEY=VALUE} of the command line. Keys are dotted, such as
 * {@code charon.retransmit_tries}. Provided by core; any thread; a malformed value is logged with file and line once and the
 * default is used. The file is read again on SIGHUP and by {@link SettingsReload}; a {@link SettingsListener} hears of it.
 *
 * <p>A plugin's section {@code charon.plugins.NAME} is also a configuration of Config Admin, for components that prefer one: its PID
 * is the section's name with '-' written '_', its values are texts, those of inner sections under dotted keys. Of keys that are
 * declared secret it holds a handle that {@link #resolve} turns into the value.
 *
 * <p>Keys beginning with {@code jcharon.} are the launcher's: {@code jcharon.base}, {@code jcharon.run.dir}, {@code jcharon.dist},
 * {@code jcharon.swanctl.dir}.
 */
@ProviderType
public interface Settings {

    /** What a handle begins with; the key follows. */
    String HANDLE = "settings:";

    /** The text of a key. */
    Optional<String> get(String key);

    /** The text of a key or a default. */
    default String get(String key, String fallback) {
        return get(key).orElse(fallback);
    }

    /** A whole number, decimal or 0x hexadecimal. */
    long number(String key, long fallback);

    /** A number with fraction. */
    double fraction(String key, double fallback);

    /** yes, no, true, false, enabled, disabled, 1, 0. */
    boolean flag(String key, boolean fallback);

    /** Bare seconds (with fraction) or a number with s, m, h, d, ms. */
    Duration duration(String key, Duration fallback);

    /** Names of the sections below a key, in order. */
    List<String> sections(String key);

    /** Keys with values directly below a section, in order. */
    List<String> keys(String section);

    /** The value behind a handle from Config Admin, empty if it was removed since; any other text is returned as it is. */
    default String resolve(String text) {
        return text.startsWith(HANDLE) ? get(text.substring(HANDLE.length()), "") : text;
    }
}
