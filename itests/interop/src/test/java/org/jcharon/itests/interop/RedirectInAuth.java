// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.util.Optional;
import org.jcharon.api.control.RedirectProvider;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.sa.IkeSaInfo;

/** A plugin that sends who comes to another address of the gateway on to {@code 192.0.2.7}, in IKE_AUTH. */
public final class RedirectInAuth implements RedirectProvider {

    @Override
    public Optional<Identification> onAuth(IkeSaInfo ike) {
        return RedirectInInit.elsewhere(ike);
    }
}
