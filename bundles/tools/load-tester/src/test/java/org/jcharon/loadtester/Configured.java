// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jcharon.core.settings.SettingsService;

/** Settings as the command line gives them. */
final class Configured {

    private Configured() {}

    /** {@code KEY=VALUE} below the plugin's section. */
    static LoadSettings with(String... settings) {
        String lines = Arrays.stream(settings)
                .map(setting -> LoadSettings.SECTION + setting)
                .collect(Collectors.joining("\n"));
        return LoadSettings.from(SettingsService.of(key -> key.equals("jcharon.set") ? lines : null));
    }
}
