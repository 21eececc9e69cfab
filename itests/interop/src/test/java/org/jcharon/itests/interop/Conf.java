// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.jcharon.itests.interop.Connection.Auth;

/** A folder with {@code swanctl.conf} and credentials, which both daemons read. */
final class Conf {

    private Conf() {}

    /** The configuration of {@code me} towards {@code other}. */
    static Path of(Site me, Site other, Connection... connections) {
        return of(me, other, "", connections);
    }

    /** The same with text added on the top level. */
    static Path of(Site me, Site other, String more, Connection... connections) {
        Path folder = Lab.folder("conf");
        StringBuilder text = new StringBuilder("connections {\n");
        StringBuilder secrets = new StringBuilder("secrets {\n");
        try {
            for (String part : List.of("x509", "x509ca", "private")) {
                Files.createDirectories(folder.resolve(part));
            }
            int number = 0;
            for (Connection c : connections) {
                text.append(section(me, other, c));
                if (c.auth == Auth.PSK) {
                    secrets.append("  ike-" + ++number + " {\n    id-1 = " + localId(me, c) + "\n    id-2 = "
                            + remoteId(other, c) + "\n    secret = \"" + c.secret + "\"\n  }\n");
                } else {
                    copy(folder, "x509", certificate(me, c) + ".crt");
                    copy(folder, "private", (c.key == null ? certificate(me, c) : c.key) + ".key");
                    copy(folder, "x509ca", (c.authority == null ? c.auth.text() : c.authority) + "-ca.crt");
                }
            }
            Files.writeString(folder.resolve("swanctl.conf"), text + "}\n" + secrets + "}\n" + more);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path folder, String part, String file) throws IOException {
        Files.copy(Pki.folder().resolve(file), folder.resolve(part).resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    private static String certificate(Site me, Connection c) {
        return c.certificate == null ? c.auth.text() + "-" + me.name() : c.certificate;
    }

    private static String localId(Site me, Connection c) {
        return c.localId == null ? identity(me, c) : c.localId;
    }

    private static String remoteId(Site other, Connection c) {
        return c.remoteId == null ? identity(other, c) : c.remoteId;
    }

    private static String identity(Site site, Connection c) {
        return site.name() + "." + c.auth.text() + ".itest";
    }

    private static String section(Site me, Site other, Connection c) {
        boolean psk = c.auth == Auth.PSK;
        StringBuilder text = new StringBuilder();
        text.append("  " + c.name + " {\n    version = 2\n")
                .append("    local_addrs = " + me.address() + "\n    remote_addrs = " + me.peer() + "\n")
                .append("    proposals = " + c.ike + "\n    encap = " + c.encap + "\n");
        c.connectionLines.forEach(l -> text.append("    " + l + "\n"));
        text.append("    local {\n      auth = " + (psk ? "psk" : "pubkey") + "\n      id = " + localId(me, c) + "\n");
        if (!psk) {
            text.append("      certs = " + certificate(me, c) + ".crt\n");
        }
        text.append("    }\n    remote {\n      auth = " + (psk ? "psk" : "pubkey") + "\n      id = "
                + remoteId(other, c) + "\n    }\n    children {\n");
        String local = c.localTs == null ? me.inner() + "/32" : c.localTs;
        String remote = c.remoteTs == null ? other.inner() + "/32" : c.remoteTs;
        child(text, c, c.child, local, remote);
        for (int i = 0; i < c.moreChildren.size(); i += 3) {
            child(text, c, c.moreChildren.get(i), c.moreChildren.get(i + 1), c.moreChildren.get(i + 2));
        }
        return text.append("    }\n  }\n").toString();
    }

    private static void child(StringBuilder text, Connection c, String name, String local, String remote) {
        text.append("      " + name + " {\n        local_ts = " + local + "\n        remote_ts = " + remote + "\n")
                .append("        esp_proposals = " + c.esp + "\n");
        c.childLines.forEach(l -> text.append("        " + l + "\n"));
        text.append("      }\n");
    }
}
