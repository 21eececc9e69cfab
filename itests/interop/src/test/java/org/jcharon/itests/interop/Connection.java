// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One connection of a {@link Conf}; a builder whose defaults make a tunnel by pre-shared key. */
final class Connection {

    /** How both sides prove who they are. */
    enum Auth {
        PSK,
        RSA,
        ECDSA,
        ED25519;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    final Auth auth;
    String name = "itest";
    String child = "net";
    String ike = "aes128gcm16-prfsha256-x25519";
    String esp = "aes128gcm16-x25519";
    String encap = "yes";
    String secret = "interoperability";
    String localId;
    String remoteId;
    String certificate;
    String key;
    String authority;
    final List<String> connectionLines = new ArrayList<>();
    final List<String> childLines = new ArrayList<>();
    final List<String> moreChildren = new ArrayList<>();
    String localTs;
    String remoteTs;

    private Connection(Auth auth) {
        this.auth = auth;
    }

    static Connection by(Auth auth) {
        return new Connection(auth);
    }

    static Connection psk() {
        return by(Auth.PSK);
    }

    Connection name(String value) {
        name = value;
        return this;
    }

    Connection proposals(String forIke, String forEsp) {
        ike = forIke;
        esp = forEsp;
        return this;
    }

    Connection encap(boolean value) {
        encap = value ? "yes" : "no";
        return this;
    }

    Connection secret(String value) {
        secret = value;
        return this;
    }

    Connection localId(String value) {
        localId = value;
        return this;
    }

    Connection remoteId(String value) {
        remoteId = value;
        return this;
    }

    /** Names of {@link Pki}: what is shown, and the key that is there. */
    Connection certificate(String certificateName, String keyName) {
        certificate = certificateName;
        key = keyName;
        return this;
    }

    Connection authority(String value) {
        authority = value;
        return this;
    }

    /** A line of the connection, such as {@code dpd_delay = 1s}. */
    Connection line(String value) {
        connectionLines.add(value);
        return this;
    }

    Connection childLine(String value) {
        childLines.add(value);
        return this;
    }

    Connection selectors(String local, String remote) {
        localTs = local;
        remoteTs = remote;
        return this;
    }

    /** Another child: name, local and remote selector. */
    Connection another(String childName, String local, String remote) {
        moreChildren.addAll(List.of(childName, local, remote));
        return this;
    }
}
