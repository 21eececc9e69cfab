// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfParser;
import org.junit.jupiter.api.Test;

class KeyCheckTest {

    private static KeyCheck check(String text) throws ConfException {
        return new KeyCheck("ours"::equals).check(ConfParser.parse("/etc/strongswan.conf", text), KnownKeys.read());
    }

    @Test
    void namesFileLineAndTheNearestKey() throws ConfException {
        assertEquals(
                List.of("/etc/strongswan.conf:3: unknown key charon.retransmit_trys, did you mean retransmit_tries?"),
                check("charon {\n  retransmit_tries = 3\n  retransmit_trys = 4\n}\n")
                        .unknown());
    }

    @Test
    void knowsWhatStrongSwanKnows() throws ConfException {
        KeyCheck check = check("""
                charon {
                  load = random nonce aes
                  threads = 8
                  dns1 = 10.0.0.1
                  processor { priority_threads { high = 1 } }
                  start-scripts { creds = swanctl --load-creds }
                  filelog {
                    /var/log/charon.log { default = 1
                      ike = 2
                      time_format = %b %e %T }
                    stderr { ike_name = yes }
                  }
                  syslog { identifier = x
                    daemon { default = 1 }
                    local3 { knl = 2 } }
                  plugins {
                    eap-radius { servers { one { address = 10.0.0.2
                      secret = hidden } } }
                    attr { 28673 = x }
                    aes { load = yes }
                    ours { anything = 1 }
                  }
                }
                charon-systemd { journal { default = 1 } }
                template { foo = 1 }
                libtls { cipher = x }
                """);
        assertEquals(List.of(), check.unknown());
        assertEquals(
                List.of(
                        "/etc/strongswan.conf:4: charon.dns1 has no effect here as yet",
                        "/etc/strongswan.conf:6: charon.start-scripts.creds has no effect here as yet"),
                check.withoutEffect());
    }

    @Test
    void complainsAtEveryDepth() throws ConfException {
        assertEquals(
                List.of(
                        "/etc/strongswan.conf:1: unknown section charn, did you mean charon?",
                        "/etc/strongswan.conf:3: unknown key charon.filelog.x.ikename, did you mean ike_name?",
                        "/etc/strongswan.conf:4: unknown section charon.syslog.deamon, did you mean daemon?",
                        "/etc/strongswan.conf:5: unknown section charon.plugins.kernel-libipsc, did you mean kernel-libipsec?",
                        "/etc/strongswan.conf:6: unknown key charon.plugins.vici.sockett, did you mean socket?",
                        "/etc/strongswan.conf:7: unknown key charon.utterlydifferent",
                        "/etc/strongswan.conf:8: unknown key threads"),
                check("""
                        charn { }
                        charon {
                          filelog { x { ikename = yes } }
                          syslog { deamon { } }
                          plugins { kernel-libipsc { }
                            vici { sockett = x } }
                          utterlydifferent = 1
                        } threads = 7
                        """).unknown().stream().sorted().toList());
    }
}
