// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.List;
import java.util.Optional;

/** What is declared of all commands, in the order in which they are listed. */
final class Usages {

    static final List<Usage> ALL = List.of(
            Up.USAGE,
            Down.USAGE,
            Rekey.USAGE,
            Redirect.USAGE,
            Install.USAGE,
            Uninstall.USAGE,
            Diagnose.USAGE,
            Trace.USAGE,
            ListSas.USAGE,
            ListConns.USAGE,
            ListPolicies.USAGE,
            ListCerts.USAGE,
            ListPools.USAGE,
            ListAuthorities.USAGE,
            ListAlgs.USAGE,
            Watch.USAGE,
            CountersCommand.USAGE,
            Stats.USAGE,
            LogLevel.USAGE,
            CheckConfig.USAGE,
            ReloadSettings.USAGE,
            FlushCerts.USAGE,
            Plugins.USAGE,
            VersionCommand.USAGE,
            Help.USAGE);

    private Usages() {}

    /** By its name, with or without the scope. */
    static Optional<Usage> of(String name) {
        String plain = name.startsWith("ike:") ? name.substring("ike:".length()) : name;
        return ALL.stream().filter(usage -> usage.name().equals(plain)).findFirst();
    }
}
