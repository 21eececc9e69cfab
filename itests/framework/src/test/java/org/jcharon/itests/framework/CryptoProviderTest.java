// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.framework;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.HashFunction;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleException;

/** What core offers of cryptography while the plugins that bring it come and go. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class CryptoProviderTest {
    private static final String JCA = "org.jcharon.crypto-jca";
    private static final String BC = "org.jcharon.crypto-bc";
    private static final List<TransformType> KINDS =
            List.of(TransformType.ENCR, TransformType.PRF, TransformType.INTEG, TransformType.KE);
    private static final TransformId AES_GCM_256 = TransformId.encr(20, 256);

    private final Framework framework = new Framework();

    @Configuration
    public Option[] container() {
        return Daemon.options(CryptoProviderTest.class);
    }

    @Before
    public void awaitReady() throws InterruptedException {
        Await.until("ready", framework::isReady, framework::missing);
    }

    @After
    public void startBoth() throws BundleException {
        framework.bundle(JCA).start();
        framework.bundle(BC).start();
    }

    /** Everything that is offered now, most preferred first within its kind. */
    private List<String> offered() {
        CryptoRegistry registry = framework.service(CryptoRegistry.class);
        List<String> names = new ArrayList<>();
        for (TransformType kind : KINDS) {
            registry.transforms(kind).forEach(transform -> names.add(transform.toString()));
        }
        for (HashAlgorithm hash : HashAlgorithm.values()) {
            if (registry.hash(hash).isPresent()) {
                names.add(hash.name());
            }
        }
        for (SignatureScheme scheme : SignatureScheme.values()) {
            if (registry.supports(scheme)) {
                names.add(scheme.name());
            }
        }
        return names;
    }

    @Test
    public void whatOneProviderAloneHasVanishesWithItAndComesBack() throws BundleException {
        List<String> both = offered();
        for (String provider : List.of(JCA, BC)) {
            framework.bundle(provider).stop();
            List<String> without = offered();
            assertTrue(provider + " takes nothing away", without.size() < both.size());
            assertTrue(provider + " takes all away", without.size() > 0);
            assertTrue(without + " is not in " + both, both.containsAll(without));
            framework.bundle(provider).start();
            assertEquals(both, offered());
        }
    }

    @Test
    public void whatTheDefaultProposalsNeedIsOfferedAndMade() {
        CryptoRegistry registry = framework.service(CryptoRegistry.class);
        for (TransformType kind : KINDS) {
            assertFalse(kind.toString(), registry.transforms(kind).isEmpty());
        }
        assertTrue(registry.supports(AES_GCM_256));
        assertTrue(registry.aead(AES_GCM_256).isPresent());
    }

    @Test
    public void nothingIsOfferedWithoutAnyProvider() throws BundleException {
        framework.bundle(JCA).stop();
        framework.bundle(BC).stop();
        CryptoRegistry registry = framework.service(CryptoRegistry.class);
        assertEquals(List.of(), offered());
        assertFalse(registry.supports(AES_GCM_256));
        assertTrue(registry.aead(AES_GCM_256).isEmpty());
        assertTrue("a service of core does not leave with a plugin", framework.isReady());
    }

    @Test
    public void aTransformOfAStoppedProviderFinishesItsOperation() throws BundleException {
        CryptoRegistry registry = framework.service(CryptoRegistry.class);
        HashFunction whole = registry.hash(HashAlgorithm.SHA2_256).orElseThrow();
        whole.update(new byte[] {1, 2, 3}, 0, 3);
        HashFunction parts = registry.hash(HashAlgorithm.SHA2_256).orElseThrow();
        parts.update(new byte[] {1, 2}, 0, 2);
        framework.bundle(JCA).stop();
        assertTrue(registry.hash(HashAlgorithm.SHA2_256).isEmpty());
        parts.update(new byte[] {3}, 0, 1);
        assertArrayEquals(whole.digest(), parts.digest());
    }
}
