// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.util.Optional;
import org.jcharon.api.control.RedirectProvider;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.sa.IkeSaInfo;

/** A plugin that sends who comes to another address of the gateway on to {@code 192.0.2.7}, in IKE_SA_INIT. */
public final class RedirectInInit implements RedirectProvider {

    @Override
    public Optional<Identification> onInit(IkeSaInfo ike) {
        return elsewhere(ike);
    }

    static Optional<Identification> elsewhere(IkeSaInfo ike) {
        Identification second = Identification.parse("192.0.2.7");
        return ike.local().address().getHostAddress().equals("192.0.2.7") ? Optional.empty() : Optional.of(second);
    }
}
