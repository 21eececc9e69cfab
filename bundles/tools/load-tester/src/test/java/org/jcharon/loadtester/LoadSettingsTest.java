// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jcharon.api.config.AuthMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadSettingsTest {

    @Test
    void doesNothingUnlessEnabled() {
        LoadSettings settings = Configured.with();
        assertFalse(settings.enabled());
        assertFalse(settings.fakeKernel());
        assertEquals(0, settings.initiators());
        assertEquals(AuthMethod.PUBKEY, settings.initiatorAuth());
        assertEquals(Duration.ofSeconds(600), settings.childRekey());
    }

    @Test
    void takesStrongSwansKeys() {
        LoadSettings settings = Configured.with(
                "enable=yes",
                "initiators=20",
                "iterations=50",
                "init_limit=8",
                "delay=100",
                "initiator_auth=psk",
                "responder_auth=pubkey",
                "responder=127.0.0.5",
                "delete_after_established=yes");
        assertTrue(settings.enabled());
        LoadPlan plan = settings.plan();
        assertEquals(1_000, plan.total());
        assertEquals(8, plan.concurrent());
        assertEquals(Duration.ofMillis(100), plan.delay());
        assertTrue(plan.deleteAfterEstablished());
        assertTrue(settings.usesCertificates());
    }

    @Test
    void initiatorsTakeTheSourcesInTurn() {
        LoadSettings settings = Configured.with("addrs.lo=127.0.1.1-127.0.1.2, 127.0.2.0/30");
        List<String> sources = IntStream.range(0, 5)
                .mapToObj(i -> settings.source(i).orElseThrow().getHostAddress())
                .toList();
        assertEquals(List.of("127.0.1.1", "127.0.1.2", "127.0.2.1", "127.0.2.2", "127.0.1.1"), sources);
        assertTrue(Configured.with().source(0).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "initiators=-1",
                "iterations=0",
                "children=101",
                "initiator_auth=eap",
                "proposal=aes128",
                "responder=somewhere",
                "addrs.lo=127.0.1.9-127.0.1.1",
                "pool=10.0.0.0/33",
                "issuer_cert=ca.der"
            })
    void refusesWhatItCannotDoAndNamesTheKey(String setting) {
        IllegalStateException refused =
                assertThrows(IllegalStateException.class, () -> Configured.with("enable=yes", setting));
        String key = LoadSettings.SECTION + setting.substring(0, setting.indexOf('='));
        assertTrue(refused.getMessage().startsWith(key), refused.getMessage());
    }

    @Test
    void hidesTheKeyInLogs() {
        assertFalse(Configured.with("preshared_key=topsecret").toString().contains("topsecret"));
    }
}
