// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;

/**
 * The JDK's providers as objects. Nothing is asked by name only: what another bundle put into the JVM's provider list must not
 * slip in here. An algorithm that the JDK lacks is a broken JDK, hence unchecked.
 */
final class Providers {

    static final Provider JCE = provider("SunJCE");
    static final Provider SUN = provider("SUN");
    static final Provider EC = provider("SunEC");
    static final Provider RSA = provider("SunRsaSign");

    private Providers() {}

    private static Provider provider(String name) {
        Provider provider = Security.getProvider(name);
        if (provider == null) {
            throw new IllegalStateException("this JDK has no provider " + name);
        }
        return provider;
    }

    static Cipher cipher(String name) {
        return get(() -> Cipher.getInstance(name, JCE));
    }

    static Mac mac(String name) {
        return get(() -> Mac.getInstance(name, JCE));
    }

    static MessageDigest digest(String name) {
        return get(() -> MessageDigest.getInstance(name, SUN));
    }

    static KeyPairGenerator curveKeys(String name) {
        return get(() -> KeyPairGenerator.getInstance(name, EC));
    }

    static KeyAgreement agreement(String name) {
        return get(() -> KeyAgreement.getInstance(name, EC));
    }

    static KeyFactory keyFactory(String name, Provider provider) {
        return get(() -> KeyFactory.getInstance(name, provider));
    }

    static Signature signature(String name, Provider provider) {
        return get(() -> Signature.getInstance(name, provider));
    }

    /** Runs what cannot fail but declares that it may. */
    static <T> T get(Call<T> call) {
        try {
            return call.run();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK refuses: " + e.getMessage(), e);
        }
    }

    /** A call that declares checked exceptions. */
    interface Call<T> {
        T run() throws GeneralSecurityException;
    }
}
