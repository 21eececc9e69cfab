// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.crypto.CryptoRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckConfigTest {

    @TempDir
    private Path folder;

    private final Fakes fakes = new Fakes();

    private String check(String conf, Object... arguments) throws IOException {
        Files.writeString(folder.resolve("swanctl.conf"), conf);
        PeerConfig old = PeerConfig.builder()
                .name("old")
                .ike(IkeConfig.builder().build())
                .build();
        fakes.answers.put("peerConfigs", CompletableFuture.completedFuture(List.of(old)));
        fakes.variables.put("CWD", folder.toString());
        return fakes.run(
                new CheckConfig(
                        fakes.service(BackendManager.class),
                        fakes.service(CredentialManager.class),
                        fakes.service(CryptoRegistry.class)),
                arguments);
    }

    @Test
    void saysWhatWouldBeLoaded() throws IOException {
        String conf = """
                connections {
                  home {
                    remote_addrs = 192.0.2.2
                    local { auth = psk }
                    remote { auth = psk }
                    children { net { } }
                  }
                }
                secrets { ike-1 { id = sun
                                  secret = "hidden" } }
                pools { rw { addrs = 10.3.0.0/24 } }
                """;
        String text = check(conf, "swanctl.conf");
        assertEquals("""
                connection home (new): net
                loaded now, not in it: old
                secret: IKE of 'sun'
                pool: rw
                0 certificates, 0 CA certificates, 0 private keys in the folders beside it
                no errors, nothing was changed
                """, text);
        String json = check(conf, folder.toString(), "--json");
        assertTrue(json.startsWith("{\"ok\":true,\"connections\":[{\"name\":\"home\",\"change\":\"new\""), json);
        assertFalse(json.contains("hidden"), json);
    }

    @Test
    void saysWhereItIsWrong() throws IOException {
        String text = check("connections {\n  home {\n    remote_adrs = 192.0.2.2\n  }\n}\n", "swanctl.conf");
        assertTrue(text.startsWith("FAILED " + folder.resolve("swanctl.conf") + ":3: "), text);
        assertTrue(check("connections {\n  home {\n    remote_adrs = x\n", "swanctl.conf", "--json")
                .startsWith("{\"ok\":false,\"error\":\""));
        assertEquals("FAILED " + folder.resolve("none") + " does not exist\n", check("", "none"));
    }
}
