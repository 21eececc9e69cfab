// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.control;

import java.util.Optional;
import java.util.function.Function;
import org.jcharon.api.control.RedirectProvider;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.core.plugin.Whiteboard;

/** Asks all plugins that redirect clients, by rank; one that fails counts as silent. Any thread. */
public final class Redirects implements RedirectProvider {

    private final Whiteboard<RedirectProvider> providers;

    /** Asks those of a whiteboard. */
    public Redirects(Whiteboard<RedirectProvider> providers) {
        this.providers = providers;
    }

    @Override
    public Optional<Identification> onInit(IkeSaInfo ike) {
        return first(provider -> provider.onInit(ike));
    }

    @Override
    public Optional<Identification> onAuth(IkeSaInfo ike) {
        return first(provider -> provider.onAuth(ike));
    }

    private Optional<Identification> first(Function<RedirectProvider, Optional<Identification>> question) {
        return providers.map(question).stream().flatMap(Optional::stream).findFirst();
    }
}
