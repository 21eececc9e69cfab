// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.settings;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** Has {@code strongswan.conf} read again, as SIGHUP does. Provided by core; any thread. */
@ProviderType
public interface SettingsReload {

    /**
     * Reads the file and what it includes, and tells every {@link SettingsListener}. A file that is wrong changes nothing. May wait.
     *
     * @return completes, once all were told, with nothing, or with one line that begins with {@code file:line: } and says what is
     *     wrong; fails only if the daemon is too busy or ends
     */
    CompletionStage<Optional<String>> reload();
}
