// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.Function;
import org.jcharon.api.credential.Authority;
import org.jcharon.api.credential.CredentialManager;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:list-authorities} shows configured authorities. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=list-authorities"})
public final class ListAuthorities extends Command {

    static final Usage USAGE = Usage.of(
                    "list-authorities", "shows certification authorities that are configured by name")
            .json()
            .example("ike:list-authorities", "with their revocation lists and responders")
            .build();

    private final CredentialManager credentials;

    /** Made by the container. */
    @Activate
    public ListAuthorities(@Reference(name = "credentials") CredentialManager credentials) {
        super(USAGE);
        this.credentials = credentials;
    }

    @Override
    void run(Console console, Arguments given) {
        List<Authority> all = credentials.authorities();
        console.show(() -> all.stream().map(ListAuthorities::json).toList(), () -> {
            StringBuilder out = new StringBuilder(all.isEmpty() ? "no authorities\n" : "");
            all.forEach(authority -> out.append(text(authority)));
            return out.toString();
        });
    }

    private static String text(Authority authority) {
        StringBuilder out = new StringBuilder(Table.clean(authority.name())).append(":\n  cacert: ");
        out.append(Table.clean(authority.caCertificate().subject().toString())).append('\n');
        authority
                .crlUris()
                .forEach(
                        uri -> out.append("  crl:    ").append(Table.clean(uri)).append('\n'));
        authority
                .ocspUris()
                .forEach(
                        uri -> out.append("  ocsp:   ").append(Table.clean(uri)).append('\n'));
        return out.toString();
    }

    private static Map<String, Object> json(Authority authority) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", authority.name());
        map.put("caCertificate", authority.caCertificate().subject().toString());
        map.put("crlUris", authority.crlUris());
        map.put("ocspUris", authority.ocspUris());
        map.put("certUriBase", authority.certUriBase());
        return map;
    }
}
