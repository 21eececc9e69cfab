// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import org.apache.felix.service.command.Function;
import org.jcharon.api.credential.CredentialManager;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:flush-certs} forgets certificates of peers. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=flush-certs"})
public final class FlushCerts extends Command {

    static final Usage USAGE = Usage.of("flush-certs", "forgets the certificates of peers that were verified lately")
            .example("ike:flush-certs", "loaded ones stay")
            .build();

    private final CredentialManager credentials;

    /** Made by the container. */
    @Activate
    public FlushCerts(@Reference(name = "credentials") CredentialManager credentials) {
        super(USAGE);
        this.credentials = credentials;
    }

    @Override
    void run(Console console, Arguments given) {
        int before = credentials.cachedCertificates().size();
        credentials.flushCache();
        console.println("forgot " + before + (before == 1 ? " certificate" : " certificates"));
    }
}
