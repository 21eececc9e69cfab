// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.nio.file.Path;

/** A jcharon and a strongSwan, configured as mirrors of each other, in namespaces of their own. */
final class Pair implements AutoCloseable {

    /** Who starts. */
    enum Starter {
        JCHARON,
        STRONGSWAN
    }

    private final Namespaces net;
    private final Jcharon ours;
    private final StrongSwan peer;

    private Pair(Namespaces net, Jcharon ours, StrongSwan peer) {
        this.net = net;
        this.ours = ours;
        this.peer = peer;
    }

    /** Settings of each daemon: arguments of {@code --set} for ours, lines of its own section for the peer. */
    record Settings(String[] ours, String[] peer) {

        static final Settings NONE = new Settings(new String[0], new String[0]);

        static Settings ours(String... values) {
            return new Settings(values, new String[0]);
        }

        static Settings peer(String... values) {
            return new Settings(new String[0], values);
        }
    }

    /** jcharon left, strongSwan right. */
    static Pair of(Connection... both) {
        return of(Settings.NONE, both);
    }

    static Pair of(Settings settings, Connection... both) {
        return on(Namespaces.plain(), settings, both);
    }

    /** In namespaces that are then this pair's to close. */
    static Pair on(Namespaces net, Settings settings, Connection... both) {
        return start(net, Conf.of(net.left(), net.right(), both), Conf.of(net.right(), net.left(), both), settings);
    }

    /** The same with folders of configuration; the namespaces are then this pair's to close. */
    static Pair start(Namespaces net, Path left, Path right, Settings settings) {
        return start(net, net.left(), net.right(), left, right, settings);
    }

    /** With a site for each; whatever fails, the namespaces are closed. */
    static Pair start(Namespaces net, Site ourSite, Site peerSite, Path our, Path their, Settings settings) {
        try {
            StrongSwan peer = StrongSwan.start(peerSite, their, settings.peer());
            try {
                return new Pair(net, Jcharon.start(ourSite, our, settings.ours()), peer);
            } catch (RuntimeException | AssertionError e) {
                peer.end();
                throw e;
            }
        } catch (RuntimeException | AssertionError e) {
            net.close();
            throw e;
        }
    }

    Jcharon ours() {
        return ours;
    }

    StrongSwan peer() {
        return peer;
    }

    Daemon starter(Starter who) {
        return who == Starter.JCHARON ? ours : peer;
    }

    /** Brings one child up from one side; both sides must have one CHILD_SA then. */
    void up(Starter who, String connection, String child) {
        Tunnel.up(starter(who), who == Starter.JCHARON ? peer : ours, connection, child);
    }

    /** Takes the IKE_SA down from one side; afterwards neither side may have one. */
    void down(Starter who, String connection) {
        Tunnel.down(starter(who), who == Starter.JCHARON ? peer : ours, connection);
    }

    @Override
    public void close() {
        try {
            peer.end();
            ours.close();
        } finally {
            net.close();
        }
    }
}
